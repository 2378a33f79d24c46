import { z } from 'zod';
import { changeOf, choice, closedObject, flag, integer, type Shape } from '../schema-kit.ts';
import { languageError, languagePattern, readLanguage } from './language.ts';

export type VadSensitivity = 'high' | 'normal' | 'low';

/** Samples of 16 bits, little-endian; or of ITU-T G.711, one byte each. */
export type InputEncoding = 'pcm_s16le' | 'mulaw' | 'alaw';

export interface PreprocessingConfig {
  readonly denoise: boolean;
  readonly denoise_engine: 'rnnoise';
}

/** How a session listens, as it stands on the wire. */
export interface SessionConfig {
  readonly vad_sensitivity: VadSensitivity;
  /** Speech shorter than this is not told of, ms; also how long it waits for its first event. */
  readonly vad_min_speech_ms: number;
  /** Silence that ends an utterance, ms. */
  readonly silence_timeout_ms: number;
  /** Reserved for the six-state session, ms. */
  readonly hold_timeout_ms: number;
  /** Longest utterance before it is cut, ms; the model's window (30 s for Whisper) is a limit besides. */
  readonly max_segment_duration_ms: number;
  /** ISO 639-1; null: detected. */
  readonly language: string | null;
  readonly enable_partial_transcripts: boolean;
  readonly enable_itn: boolean;
  readonly preprocessing: PreprocessingConfig;
  /** Rate of the client's audio, Hz. */
  readonly input_sample_rate: number;
  readonly input_encoding: InputEncoding;
}

/** Any subset of an object's fields; null leaves a field as it is. */
type Change<T> = { readonly [K in keyof T]?: T[K] | null };

/** What a client may change. `language` "auto" has it detected again. */
export interface SessionConfigChange extends Change<Omit<SessionConfig, 'preprocessing'>> {
  readonly preprocessing?: Change<PreprocessingConfig> | null;
}

export const defaultSessionConfig: SessionConfig = {
  vad_sensitivity: 'normal',
  vad_min_speech_ms: 250,
  silence_timeout_ms: 300,
  hold_timeout_ms: 300_000,
  max_segment_duration_ms: 30_000,
  language: null,
  enable_partial_transcripts: true,
  enable_itn: true,
  preprocessing: { denoise: false, denoise_engine: 'rnnoise' },
  input_sample_rate: 16_000,
  input_encoding: 'pcm_s16le',
};

/** @returns `config` with the fields that `change` names replaced, those of `preprocessing` one by one. */
export function applyConfigChange(config: SessionConfig, change: SessionConfigChange): SessionConfig {
  const { preprocessing, language, ...rest } = change;
  return {
    ...config,
    ...pickFields(config, rest),
    language: language == null ? config.language : (readLanguage(language) ?? null),
    preprocessing: { ...config.preprocessing, ...pickFields(config.preprocessing, preprocessing ?? {}) },
  };
}

const preprocessing: Shape<PreprocessingConfig> = {
  denoise: flag(),
  denoise_engine: choice(['rnnoise']),
};

const fields: Shape<SessionConfig> = {
  vad_sensitivity: choice(['high', 'normal', 'low']),
  vad_min_speech_ms: integer(64, 1_000),
  silence_timeout_ms: integer(50, 60_000),
  hold_timeout_ms: integer(100, 3_600_000),
  max_segment_duration_ms: integer(500, 600_000),
  language: z.string({ error: languageError }).regex(languagePattern, { error: languageError }).nullable(),
  enable_partial_transcripts: flag(),
  enable_itn: flag(),
  preprocessing: z.object(preprocessing),
  input_sample_rate: integer(8_000, 192_000),
  input_encoding: choice(['pcm_s16le', 'mulaw', 'alaw']),
};

export const sessionConfigSchema: z.ZodType<SessionConfig> = z.object(fields);

/** Schemas of the fields of `session.configure` that change the config. */
export const configChangeShape: Shape<SessionConfigChange> = {
  vad_sensitivity: changeOf(fields.vad_sensitivity),
  vad_min_speech_ms: changeOf(fields.vad_min_speech_ms),
  silence_timeout_ms: changeOf(fields.silence_timeout_ms),
  hold_timeout_ms: changeOf(fields.hold_timeout_ms),
  max_segment_duration_ms: changeOf(fields.max_segment_duration_ms),
  language: changeOf(fields.language),
  enable_partial_transcripts: changeOf(fields.enable_partial_transcripts),
  enable_itn: changeOf(fields.enable_itn),
  preprocessing: changeOf(
    closedObject({
      denoise: changeOf(preprocessing.denoise),
      denoise_engine: changeOf(preprocessing.denoise_engine),
    }),
  ),
  input_sample_rate: changeOf(fields.input_sample_rate),
  input_encoding: changeOf(fields.input_encoding),
};

/** Fields of `change` that `target` has and that are not left as they are; a command carries others beside them. */
function pickFields<T extends object>(target: T, change: Change<T>): Partial<T> {
  const entries = Object.entries(change).filter(
    ([key, value]) => value !== null && Object.hasOwn(target, key),
  );
  return Object.fromEntries(entries) as Partial<T>;
}
