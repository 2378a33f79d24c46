import { Document, type YAMLSeq } from 'yaml';
import type { WhisperDimensions } from './dimensions.ts';
import { memoryMbOf } from './memory.ts';

/** From this width on (medium, large) a CPU does not keep up with speech. */
const gpuRecommendedState = 1_024;

/** What a Whisper model's `theo.yaml` is made of. */
export interface ManifestFacts {
  readonly name: string;
  readonly description: string;
  /** In the model's folder. */
  readonly weightsFile: string;
  readonly weightsBytes: number;
  readonly dimensions: WhisperDimensions;
  /** ISO 639-1 or 639-3 codes of those that it hears. */
  readonly languages: readonly string[];
  /** Into English. */
  readonly translates: boolean;
  /** Attention heads of the decoder that follow the audio, [layer, head]; empty: not known. */
  readonly alignmentHeads: readonly (readonly [layer: number, head: number])[];
  /** Tokens that are never to be chosen; undefined or empty: not known. */
  readonly suppressTokens?: readonly number[] | undefined;
  /** Encoder positions (20 ms) beyond the audio that the weights were trained to have; undefined: the engine's choice. */
  readonly audioContextMargin?: number | undefined;
}

/** The `theo.yaml` of a Whisper model; the same for the same facts. */
export function manifestYaml(facts: ManifestFacts): string {
  const { dimensions, alignmentHeads, suppressTokens = [], audioContextMargin } = facts;
  const document = new Document({
    name: facts.name,
    version: '1.0.0',
    engine: 'whisper.cpp',
    type: 'stt',
    description: facts.description,
    capabilities: {
      streaming: true,
      architecture: 'encoder-decoder',
      languages: facts.languages,
      word_timestamps: true,
      translation: facts.translates,
      partial_transcripts: true,
      hot_words: true,
      batch_inference: true,
      language_detection: facts.languages.length > 1,
      initial_prompt: true,
    },
    resources: {
      memory_mb: memoryMbOf(dimensions, facts.weightsBytes),
      gpu_required: false,
      gpu_recommended: dimensions.state >= gpuRecommendedState,
    },
    engine_config: {
      file: facts.weightsFile,
      device: 'auto',
      beam_size: 1,
      audio_ctx: 'auto',
      ...(audioContextMargin === undefined ? {} : { audio_ctx_margin: audioContextMargin }),
      ...(alignmentHeads.length > 0 ? { alignment_heads: alignmentHeads } : {}),
      ...(suppressTokens.length > 0 ? { suppress_tokens: suppressTokens } : {}),
    },
  });
  for (const path of [
    ['capabilities', 'languages'],
    ['engine_config', 'alignment_heads'],
    ['engine_config', 'suppress_tokens'],
  ]) {
    const list = document.getIn(path) as YAMLSeq | undefined;
    if (list) list.flow = true;
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
