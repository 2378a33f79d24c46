import { z } from 'zod';
import { choice, count, flag, number, type Shape, text } from '../schema-kit.ts';
import { type ErrorCode, errorCodes } from './errors.ts';
import { type SessionConfig, sessionConfigSchema } from './session-config.ts';

/** The first event of a session. */
export interface SessionCreated {
  readonly type: 'session.created';
  /** "sess_" and hexadecimal digits. */
  readonly session_id: string;
  readonly model: string;
  readonly config: SessionConfig;
}

/** Answers every accepted `session.configure`. */
export interface SessionUpdated {
  readonly type: 'session.updated';
  readonly config: SessionConfig;
}

/** Speech began: back-dated to its start, not when it was confirmed. */
export interface SpeechStart {
  readonly type: 'vad.speech_start';
  /** Audio time, ms. */
  readonly timestamp_ms: number;
}

export interface SpeechEnd {
  readonly type: 'vad.speech_end';
  /** Audio time, ms. */
  readonly timestamp_ms: number;
}

/** What an utterance sounds like so far; raw text. */
export interface TranscriptPartial {
  readonly type: 'transcript.partial';
  readonly text: string;
  /** The id that the utterance's final will have. */
  readonly segment_id: number;
  /** Audio time, ms. */
  readonly timestamp_ms: number;
}

export interface WordTiming {
  readonly word: string;
  /** Audio time, **seconds**. */
  readonly start: number;
  /** Audio time, **seconds**. */
  readonly end: number;
}

/** The text of an utterance, post-processed. */
export interface TranscriptFinal {
  readonly type: 'transcript.final';
  readonly text: string;
  /** 0 for the session's first final, one more for each that follows. */
  readonly segment_id: number;
  /** Audio time, ms. */
  readonly start_ms: number;
  /** Audio time, ms. */
  readonly end_ms: number;
  /** ISO 639-1. */
  readonly language: string;
  /** 0..1 */
  readonly confidence: number;
  /** null where the model gives no word times. */
  readonly words: readonly WordTiming[] | null;
}

/** Audio comes faster than real time allows. */
export interface SessionRateLimit {
  readonly type: 'session.rate_limit';
  /** How long to wait to be back within the rate, ms. */
  readonly delay_ms: number;
  readonly message: string;
}

/** Audio was dropped before the engine saw it. */
export interface SessionFramesDropped {
  readonly type: 'session.frames_dropped';
  readonly dropped_ms: number;
  readonly message: string;
}

/** Reserved for the six-state session. */
export interface SessionHold {
  readonly type: 'session.hold';
  /** Audio time, ms. */
  readonly timestamp_ms: number;
  readonly hold_timeout_ms: number;
}

export interface ErrorEvent {
  readonly type: 'error';
  readonly code: ErrorCode;
  readonly message: string;
  /** False: the session ends with it, or the utterance is lost for good. */
  readonly recoverable: boolean;
  /** The utterance that will be recognized again from its audio; null when none is concerned. */
  readonly resume_segment_id: number | null;
}

export const closedReasons = [
  'client_request',
  'cancelled',
  'timeout',
  'heartbeat_timeout',
  'server_shutdown',
  'error',
] as const;

export type ClosedReason = (typeof closedReasons)[number];

/** The last event of a session. */
export interface SessionClosed {
  readonly type: 'session.closed';
  readonly reason: ClosedReason;
  /** Audio received, ms. */
  readonly total_duration_ms: number;
  /** Finals sent. */
  readonly segments_transcribed: number;
}

/** Everything the server sends. Clients ignore types that they do not know. */
export type ServerEvent =
  | SessionCreated
  | SessionUpdated
  | SpeechStart
  | SpeechEnd
  | TranscriptPartial
  | TranscriptFinal
  | SessionRateLimit
  | SessionFramesDropped
  | SessionHold
  | ErrorEvent
  | SessionClosed;

/** The text message that carries an event. */
export function serializeEvent(event: ServerEvent): string {
  return JSON.stringify(event);
}

const wordTiming: Shape<WordTiming> = { word: text(), start: z.number().min(0), end: z.number().min(0) };

const shapes: { readonly [K in ServerEvent['type']]: Shape<Extract<ServerEvent, { type: K }>> } = {
  'session.created': {
    type: z.literal('session.created'),
    session_id: z.string().regex(/^sess_[0-9a-f]+$/),
    model: text(),
    config: sessionConfigSchema,
  },
  'session.updated': { type: z.literal('session.updated'), config: sessionConfigSchema },
  'vad.speech_start': { type: z.literal('vad.speech_start'), timestamp_ms: count() },
  'vad.speech_end': { type: z.literal('vad.speech_end'), timestamp_ms: count() },
  'transcript.partial': {
    type: z.literal('transcript.partial'),
    text: text(),
    segment_id: count(),
    timestamp_ms: count(),
  },
  'transcript.final': {
    type: z.literal('transcript.final'),
    text: text(),
    segment_id: count(),
    start_ms: count(),
    end_ms: count(),
    language: text(),
    confidence: number(0, 1),
    words: z.array(z.object(wordTiming)).nullable(),
  },
  'session.rate_limit': { type: z.literal('session.rate_limit'), delay_ms: count(), message: text() },
  'session.frames_dropped': {
    type: z.literal('session.frames_dropped'),
    dropped_ms: count(),
    message: text(),
  },
  'session.hold': { type: z.literal('session.hold'), timestamp_ms: count(), hold_timeout_ms: count() },
  error: {
    type: z.literal('error'),
    code: choice(errorCodes),
    message: text(),
    recoverable: flag(),
    resume_segment_id: count().nullable(),
  },
  'session.closed': {
    type: z.literal('session.closed'),
    reason: choice(closedReasons),
    total_duration_ms: count(),
    segments_transcribed: count(),
  },
};

export const serverEventSchema: z.ZodType<ServerEvent> = z.union([
  z.object(shapes['session.created']),
  z.object(shapes['session.updated']),
  z.object(shapes['vad.speech_start']),
  z.object(shapes['vad.speech_end']),
  z.object(shapes['transcript.partial']),
  z.object(shapes['transcript.final']),
  z.object(shapes['session.rate_limit']),
  z.object(shapes['session.frames_dropped']),
  z.object(shapes['session.hold']),
  z.object(shapes.error),
  z.object(shapes['session.closed']),
]);
