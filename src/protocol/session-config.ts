import { z } from 'zod';
import { choice, closedObject, flag, integer, type Shape } from './schema-kit.ts';

export type VadSensitivity = 'high' | 'normal' | 'low';

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
  /** Rate of the client's PCM, Hz. */
  readonly input_sample_rate: number;
}

/** What a client may change: any subset. `language` may also be "auto", which means null. */
export interface SessionConfigChange extends Partial<Omit<SessionConfig, 'preprocessing'>> {
  readonly preprocessing?: Partial<PreprocessingConfig>;
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
};

const languagePattern = /^(?:[a-z]{2}|auto)$/;

/** True for "auto" and for two lower-case letters as in ISO 639-1; whether a model knows it is another question. */
export function isLanguage(text: string): boolean {
  return languagePattern.test(text);
}

/** @returns an ISO 639-1 code as it is; null, which means detect, for "auto" and null. */
export function resolveLanguage(language: string | null): string | null {
  return language === 'auto' ? null : language;
}

/** @returns `config` with the fields that `change` names replaced, those of `preprocessing` one by one. */
export function applyConfigChange(config: SessionConfig, change: SessionConfigChange): SessionConfig {
  const changed = { ...config, ...pickConfig(change) };
  return {
    ...changed,
    language: resolveLanguage(changed.language),
    preprocessing: { ...config.preprocessing, ...change.preprocessing },
  };
}

const languageError = 'must be two lower-case letters (ISO 639-1), "auto" or null';

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
};

export const sessionConfigSchema: z.ZodType<SessionConfig> = z.object(fields);

/** Schemas of the fields of `session.configure` that change the config. */
export const configChangeShape: Shape<SessionConfigChange> = {
  vad_sensitivity: z.exactOptional(fields.vad_sensitivity),
  vad_min_speech_ms: z.exactOptional(fields.vad_min_speech_ms),
  silence_timeout_ms: z.exactOptional(fields.silence_timeout_ms),
  hold_timeout_ms: z.exactOptional(fields.hold_timeout_ms),
  max_segment_duration_ms: z.exactOptional(fields.max_segment_duration_ms),
  language: z.exactOptional(fields.language),
  enable_partial_transcripts: z.exactOptional(fields.enable_partial_transcripts),
  enable_itn: z.exactOptional(fields.enable_itn),
  preprocessing: z.exactOptional(
    closedObject({
      denoise: z.exactOptional(preprocessing.denoise),
      denoise_engine: z.exactOptional(preprocessing.denoise_engine),
    }),
  ),
  input_sample_rate: z.exactOptional(fields.input_sample_rate),
};

/** The change's fields that belong to the config; a command carries others beside them. */
function pickConfig(change: SessionConfigChange): Partial<SessionConfig> {
  const entries = Object.entries(change).filter(
    ([key]) => key !== 'preprocessing' && Object.hasOwn(defaultSessionConfig, key),
  );
  return Object.fromEntries(entries);
}
