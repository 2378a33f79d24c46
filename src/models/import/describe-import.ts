import type { NativeWeightType } from '../../native.ts';
import type { WhisperDimensions } from '../whisper/dimensions.ts';
import type { CTranslate2Config } from './ctranslate2-config.ts';

/** What a model is and where it came from, in a sentence or two. */
export function describeImport(
  { audioLayers, textLayers, state }: WhisperDimensions,
  { languages }: CTranslate2Config,
  type: NativeWeightType,
  source: { readonly folderName: string; readonly bytes: number; readonly sha256: string },
): string {
  const spoken = languages.length === 1 ? `language ${languages[0]}` : `${languages.length} languages`;
  return (
    `Whisper, ${audioLayers} encoder and ${textLayers} decoder layers of ${state}, ${spoken}, weights in ${type}. ` +
    `Imported from the CTranslate2 folder ${source.folderName} ` +
    `(model.bin: ${source.bytes} bytes, SHA-256 ${source.sha256}).`
  );
}
