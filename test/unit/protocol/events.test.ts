import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorCodes } from '#theo/protocol/errors.js';
import { closedReasons, type ServerEvent, serializeEvent, serverEventSchema } from '#theo/protocol/events.js';
import { defaultSessionConfig } from '#theo/protocol/session-config.js';

const final = {
  type: 'transcript.final',
  text: 'the 3rd of May',
  segment_id: 0,
  start_ms: 320,
  end_ms: 1_850,
  language: 'en',
  confidence: 0.93,
  words: null,
} as const;

const events: ServerEvent[] = [
  { type: 'session.created', session_id: 'sess_09af', model: 'theo-demo', config: defaultSessionConfig },
  { type: 'session.updated', config: { ...defaultSessionConfig, language: 'pt' } },
  { type: 'vad.speech_start', timestamp_ms: 0 },
  { type: 'vad.speech_end', timestamp_ms: 1_850 },
  { type: 'transcript.partial', text: 'olá "mundo"\n\u2028', segment_id: 3, timestamp_ms: 900 },
  final,
  { ...final, words: [{ word: 'the', start: 0.32, end: 0.5 }] },
  { type: 'session.rate_limit', delay_ms: 200, message: 'slow down' },
  { type: 'session.frames_dropped', dropped_ms: 64, message: 'audio was dropped' },
  { type: 'session.hold', timestamp_ms: 5_000, hold_timeout_ms: 300_000 },
  ...errorCodes.map(
    (code) => ({ type: 'error', code, message: 'm', recoverable: true, resume_segment_id: null }) as const,
  ),
  { type: 'error', code: 'worker_crash', message: 'm', recoverable: true, resume_segment_id: 4 },
  ...closedReasons.map(
    (reason) => ({ type: 'session.closed', reason, total_duration_ms: 9, segments_transcribed: 1 }) as const,
  ),
];

test.each(events.map((event) => [serializeEvent(event), event]))(
  '%s goes out and comes in again',
  (text, event) => {
    expect(serverEventSchema.parse(JSON.parse(text))).toEqual(event);
  },
);

describe('the schema turns away', () => {
  test.each([
    ['a type that does not exist', { type: 'session.paused' }],
    ['a time that is no integer', { type: 'vad.speech_start', timestamp_ms: 1.5 }],
    ['a time before the session', { type: 'vad.speech_start', timestamp_ms: -1 }],
    ['a confidence above 1', { ...final, confidence: 1.01 }],
    ['a log-probability as confidence', { ...final, confidence: -0.3 }],
    ['a missing field', { type: 'transcript.partial', text: 'a', segment_id: 0 }],
    ['undefined words', { ...final, words: undefined }],
    ['an error code that does not exist', { ...events.at(-1), type: 'error', code: 'oops' }],
    ['a session id without its prefix', { ...events[0], session_id: '09af' }],
  ])('%s', (_, event) => {
    expect(serverEventSchema.safeParse(event).success).toBe(false);
  });
});

test('any text survives the trip', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const event = { type: 'transcript.partial', text, segment_id: 0, timestamp_ms: 0 } as const;
      expect(JSON.parse(serializeEvent(event))).toEqual(event);
    }),
  );
});
