import { parse as parseYaml, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { choice, closedObject, flag, integer, number, text } from '../schema-kit.ts';
import { ModelError } from './errors.ts';
import { isModelName } from './names.ts';

/** The manifest's file name in a model's folder. */
export const manifestFileName = 'theo.yaml';

/** The longest audio context: the window of 30 s that Whisper was trained on, in encoder positions of 20 ms. */
export const maxAudioContext = 1_500;

/** The largest manifest that is read, in bytes. */
export const maxManifestBytes = 65_536;

/** Of a manifest with more mistakes the others are counted. */
const maxProblemsTold = 5;

export interface ModelCapabilities {
  readonly streaming: boolean;
  readonly architecture: 'encoder-decoder' | 'ctc' | 'streaming-native';
  /** ISO 639-1 codes; empty: not stated. */
  readonly languages: readonly string[];
  readonly wordTimestamps: boolean;
  readonly translation: boolean;
  readonly partialTranscripts: boolean;
  readonly hotWords: boolean;
  readonly batchInference: boolean;
  readonly languageDetection: boolean;
  readonly initialPrompt: boolean;
}

export interface ModelResources {
  /** Memory of the loaded model, MB; 0: not stated. */
  readonly memoryMb: number;
  readonly gpuRequired: boolean;
  readonly gpuRecommended: boolean;
  /** 0: not stated. */
  readonly loadTimeSeconds: number;
}

/** How the engine runs the model. */
export interface EngineConfig {
  /** The weights' file name, in the model's folder. */
  readonly file: string;
  readonly device: 'auto' | 'cpu' | 'cuda';
  /** Texts that the search of a recording's text keeps; 1: the greedy search. */
  readonly beamSize: number;
  /** It goes on until `beamSize` * `patience` texts have ended. */
  readonly patience: number;
  /** Exponent of the length by which texts of different lengths are compared; null: by the mean. */
  readonly lengthPenalty: number | null;
  /** Texts that are drawn at a temperature above 0. */
  readonly bestOf: number;
  /** Tried one after the other where a text looks wrong; rising, 0..1. */
  readonly temperatures: readonly number[];
  /** Decodes at the same time; 0: the engine chooses. */
  readonly decodeSlots: number;
  /** Threads of one decode; 0: the engine chooses. */
  readonly threads: number;
  /** The most waiting decodes that are done together; 0: the engine chooses. */
  readonly decodeBatch: number;
  /**
   * Encoder positions (20 ms each) of a decode: 'auto' is as many as the audio needs, with the model's own silence
   * standing for the rest; 'full' is the model's whole window; a number is that many, with nothing behind them.
   */
  readonly audioCtx: 'auto' | 'full' | number;
  /** With 'auto': at least so many positions. */
  readonly minAudioCtx: number;
  /** With 'auto': positions beyond the audio's own. */
  readonly audioCtxMargin: number;
  /** Linear layers as int8 products, where the CPU has kernels for them; else in the weights' own precision. */
  readonly int8: boolean;
  /**
   * The heads of the decoder's cross-attention that follow the speech, as [layer, head]: words are timed by them.
   * Empty: all heads of the upper half of the layers.
   */
  readonly alignmentHeads: readonly (readonly [layer: number, head: number])[];
  /** Shortest time between two partials of an utterance, ms; 0: the engine chooses. */
  readonly partialIntervalMs: number;
  /** Tokens that are never chosen for a recording's text, as the model's own configuration lists them; empty: not stated. */
  readonly suppressTokens: readonly number[];
}

/** What a model says about itself in its `theo.yaml`. */
export interface ModelManifest {
  readonly name: string;
  readonly version: string;
  readonly engine: 'whisper.cpp';
  readonly type: 'stt';
  readonly description: string;
  readonly capabilities: ModelCapabilities;
  readonly resources: ModelResources;
  readonly engineConfig: EngineConfig;
}

function mapping<S extends z.ZodRawShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  return closedObject(shape, { whole: 'a mapping of keys to values', part: 'key' });
}

const capabilities = mapping({
  streaming: flag().default(true),
  architecture: choice(['encoder-decoder', 'ctc', 'streaming-native']).default('encoder-decoder'),
  languages: z
    .array(
      z.string().regex(/^[a-z]{2,3}$/, 'must be an ISO 639-1 code such as en'),
      'must be a list of language codes',
    )
    .max(200, 'must have at most 200 entries')
    .default([]),
  word_timestamps: flag().default(false),
  translation: flag().default(false),
  partial_transcripts: flag().default(true),
  hot_words: flag().default(false),
  batch_inference: flag().default(true),
  language_detection: flag().default(false),
  initial_prompt: flag().default(false),
});

const resources = mapping({
  memory_mb: number(0, 1e9).default(0),
  gpu_required: flag().default(false),
  gpu_recommended: flag().default(false),
  load_time_seconds: number(0, 1e9).default(0),
});

const audioCtxError = `must be "auto", "full" or an integer from 1 to ${maxAudioContext}`;

/** More than half of the heads that the largest Whisper has. */
const maxAlignmentHeads = 512;
/** Whisper's largest vocabulary has 51,866 tokens. */
const maxToken = 51_865;
/** Whisper's own lists have about ninety. */
const maxSuppressTokens = 1_000;

const temperaturesError = 'must be a list of 1 to 20 rising numbers from 0 to 1';

const alignmentError = 'must be a list of [layer, head]';

const engineConfig = mapping({
  file: z
    .string('must be the name of the weights file')
    .refine((file) => isModelName(file), 'must be a file name in the model folder, without a path'),
  device: choice(['auto', 'cpu', 'cuda']).default('auto'),
  beam_size: integer(1, 16).default(1),
  patience: number(1, 10).default(1),
  length_penalty: number(0, 10).nullable().default(null),
  best_of: integer(1, 16).default(5),
  temperatures: z
    .array(number(0, 1), temperaturesError)
    .min(1, temperaturesError)
    .max(20, temperaturesError)
    .refine(
      (list) => list.every((value, index) => index === 0 || value > (list[index - 1] ?? 0)),
      temperaturesError,
    )
    .default([0, 0.2, 0.4, 0.6, 0.8, 1]),
  decode_slots: integer(0, 256).default(0),
  threads: integer(0, 256).default(0),
  decode_batch: integer(0, 64).default(0),
  audio_ctx: z
    .union([z.literal(['auto', 'full']), integer(1, maxAudioContext, audioCtxError)], audioCtxError)
    .default('auto'),
  min_audio_ctx: integer(1, maxAudioContext).default(1),
  audio_ctx_margin: integer(0, maxAudioContext).default(8),
  int8: flag().default(true),
  partial_interval_ms: integer(0, 60_000).default(0),
  alignment_heads: z
    .array(z.tuple([integer(0, 255), integer(0, 255)], alignmentError), alignmentError)
    .max(maxAlignmentHeads, `must have at most ${maxAlignmentHeads} entries`)
    .default([]),
  suppress_tokens: z
    .array(integer(0, maxToken), 'must be a list of token ids')
    .max(maxSuppressTokens, `must have at most ${maxSuppressTokens} entries`)
    .default([]),
});

const manifest = mapping({
  name: z
    .string('must be a string')
    .refine(
      isModelName,
      "must be letters, digits, '-', '_' and '.', at most 128, the first a letter or digit",
    ),
  version: z
    .string({
      error: ({ input }) =>
        typeof input === 'number'
          ? `must be text: put quotes around it, as in "${input}"`
          : 'must be a string such as "1.0.0"',
    })
    .max(64, 'must have at most 64 characters'),
  engine: z.literal('whisper.cpp', {
    error: ({ input }) =>
      input === 'faster-whisper'
        ? 'must be "whisper.cpp"; "theo import FOLDER" makes such a model of one for faster-whisper'
        : 'must be "whisper.cpp"',
  }),
  type: z.literal('stt', 'must be "stt"').default('stt'),
  description: text().max(2_000, 'must have at most 2000 characters').default(''),
  capabilities: capabilities.prefault({}),
  resources: resources.prefault({}),
  engine_config: engineConfig,
});

/**
 * Reads a manifest.
 * @param path - where it lies, for messages.
 * @throws ModelError `manifest_too_large` or `manifest_invalid`, naming file and key.
 */
export function parseManifest(yaml: string, path: string): ModelManifest {
  if (Buffer.byteLength(yaml) > maxManifestBytes) {
    throw new ModelError('manifest_too_large', `${path}: larger than ${maxManifestBytes} bytes`);
  }
  const document = parseDocument(yaml, path);
  const result = manifest.safeParse(document);
  if (result.success) return toManifest(result.data);
  const { issues } = result.error;
  const told = issues.slice(0, maxProblemsTold).map((issue) => problemOf(issue, document));
  const more = issues.length > told.length ? `; and ${issues.length - told.length} more` : '';
  throw new ModelError('manifest_invalid', `${path}: ${told.join('; ')}${more}`);
}

function problemOf({ path, message }: z.core.$ZodIssue, document: unknown): string {
  const isMissing = valueAt(document, path) === undefined;
  return `${path.join('.') || 'document'}: ${isMissing ? 'is missing; it ' : ''}${message}`;
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key],
    document,
  );
}

function parseDocument(yaml: string, path: string): unknown {
  try {
    return parseYaml(yaml, { logLevel: 'error' });
  } catch (error) {
    const [line] = error instanceof YAMLParseError ? error.message.split('\n') : ['not YAML'];
    throw new ModelError('manifest_invalid', `${path}: ${line}`, { cause: error });
  }
}

function toManifest(raw: z.output<typeof manifest>): ModelManifest {
  return {
    name: raw.name,
    version: raw.version,
    engine: raw.engine,
    type: raw.type,
    description: raw.description,
    capabilities: {
      streaming: raw.capabilities.streaming,
      architecture: raw.capabilities.architecture,
      languages: raw.capabilities.languages,
      wordTimestamps: raw.capabilities.word_timestamps,
      translation: raw.capabilities.translation,
      partialTranscripts: raw.capabilities.partial_transcripts,
      hotWords: raw.capabilities.hot_words,
      batchInference: raw.capabilities.batch_inference,
      languageDetection: raw.capabilities.language_detection,
      initialPrompt: raw.capabilities.initial_prompt,
    },
    resources: {
      memoryMb: raw.resources.memory_mb,
      gpuRequired: raw.resources.gpu_required,
      gpuRecommended: raw.resources.gpu_recommended,
      loadTimeSeconds: raw.resources.load_time_seconds,
    },
    engineConfig: {
      file: raw.engine_config.file,
      device: raw.engine_config.device,
      beamSize: raw.engine_config.beam_size,
      patience: raw.engine_config.patience,
      lengthPenalty: raw.engine_config.length_penalty,
      bestOf: raw.engine_config.best_of,
      temperatures: raw.engine_config.temperatures,
      decodeSlots: raw.engine_config.decode_slots,
      threads: raw.engine_config.threads,
      decodeBatch: raw.engine_config.decode_batch,
      audioCtx: raw.engine_config.audio_ctx,
      minAudioCtx: raw.engine_config.min_audio_ctx,
      audioCtxMargin: raw.engine_config.audio_ctx_margin,
      int8: raw.engine_config.int8,
      alignmentHeads: raw.engine_config.alignment_heads,
      partialIntervalMs: raw.engine_config.partial_interval_ms,
      suppressTokens: raw.engine_config.suppress_tokens,
    },
  };
}
