import { Document, type YAMLSeq } from 'yaml';
import type { NativeWeightType } from '../../native.ts';
import type { CTranslate2Config } from './ctranslate2-config.ts';
import { isMultilingual, type WhisperDimensions } from './whisper-dimensions.ts';

/** From this width on (medium, large) a CPU does not keep up with speech. */
const gpuRecommendedState = 1_024;

export interface ManifestFacts {
  readonly name: string;
  readonly description: string;
  readonly weightsFile: string;
  readonly weightsBytes: number;
  readonly dimensions: WhisperDimensions;
  readonly config: CTranslate2Config;
}

/** The `theo.yaml` of an imported model; the same for the same facts. */
export function manifestYaml(facts: ManifestFacts): string {
  const { dimensions, config } = facts;
  const multilingual = isMultilingual(dimensions);
  const document = new Document({
    name: facts.name,
    version: '1.0.0',
    engine: 'whisper.cpp',
    type: 'stt',
    description: facts.description,
    capabilities: {
      streaming: true,
      architecture: 'encoder-decoder',
      languages: config.languages,
      word_timestamps: false,
      translation: multilingual,
      partial_transcripts: true,
      hot_words: true,
      batch_inference: true,
      language_detection: multilingual,
      initial_prompt: true,
    },
    resources: {
      memory_mb: memoryMb(facts),
      gpu_required: false,
      gpu_recommended: dimensions.state >= gpuRecommendedState,
    },
    engine_config: {
      file: facts.weightsFile,
      device: 'auto',
      beam_size: 1,
      audio_ctx: 'auto',
      ...(config.alignmentHeads.length > 0 ? { alignment_heads: config.alignmentHeads } : {}),
    },
  });
  for (const path of [
    ['capabilities', 'languages'],
    ['engine_config', 'alignment_heads'],
  ]) {
    const list = document.getIn(path) as YAMLSeq | undefined;
    if (list) list.flow = true;
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

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

/** Of the weights and one decode at the full context: keys and values in 16 bits, attention, layers, logits in 32. */
function memoryMb({ weightsBytes, dimensions: d }: ManifestFacts): number {
  const cached = 2 * 2 * d.state * d.textLayers * (d.audioContext + d.textContext);
  const encoder = 4 * d.audioContext * (d.audioContext * d.audioHeads + 8 * d.state);
  const logits = 4 * d.textContext * d.vocabulary;
  return Math.ceil((weightsBytes + cached + encoder + logits) / 1e6);
}
