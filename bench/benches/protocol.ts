// What a text message costs: a command from text to a checked object, an event from object to text.
import { type ClientCommand, serializeCommand } from '#theo/protocol/commands.js';
import { type ServerEvent, serializeEvent } from '#theo/protocol/events.js';
import { parseCommand } from '#theo/protocol/parse.js';
import { defaultSessionConfig } from '#theo/protocol/session-config.js';
import { type BenchOptions, percentile, publish } from '../report.ts';

const commands: readonly ClientCommand[] = [
  { type: 'session.configure', language: 'pt', silence_timeout_ms: 500 },
  { type: 'session.configure', ...defaultSessionConfig, hot_words: ['PIX', 'Selic'], hot_word_boost: 2 },
  { type: 'input_audio_buffer.commit' },
  { type: 'session.cancel' },
  { type: 'session.close' },
];

const text = 'i would like to pay two hundred and fifty with the card that ends in nine';
const words = text.split(' ').map((word, index) => ({ word, start: index * 0.3, end: index * 0.3 + 0.25 }));
const finalEvent = {
  type: 'transcript.final',
  text,
  segment_id: 7,
  start_ms: 12_320,
  end_ms: 16_850,
  language: 'en',
  confidence: 0.93,
  words: null,
} as const;

const events: readonly ServerEvent[] = [
  { type: 'session.created', session_id: 'sess_5f0c2e7a', model: 'theo-demo', config: defaultSessionConfig },
  { type: 'session.updated', config: defaultSessionConfig },
  { type: 'vad.speech_start', timestamp_ms: 12_320 },
  { type: 'vad.speech_end', timestamp_ms: 16_850 },
  { type: 'transcript.partial', text, segment_id: 7, timestamp_ms: 14_000 },
  finalEvent,
  { ...finalEvent, words },
  { type: 'session.rate_limit', delay_ms: 200, message: 'audio comes too fast' },
  { type: 'session.frames_dropped', dropped_ms: 64, message: 'too much audio was waiting' },
  { type: 'session.hold', timestamp_ms: 5_000, hold_timeout_ms: 300_000 },
  { type: 'error', code: 'worker_crash', message: 'a worker ended', recoverable: true, resume_segment_id: 7 },
  { type: 'session.closed', reason: 'client_request', total_duration_ms: 20_000, segments_transcribed: 8 },
];

/** Texts that are turned away, which costs more as a message is made. */
const refused: readonly (readonly [label: string, text: string])[] = [
  ['unknown field', '{"type":"session.configure","sample_rate":8000}'],
  ['not JSON', '{"type":'],
];

const callsPerRound = 2_000;

export async function run({ rounds = 200 }: BenchOptions): Promise<void> {
  const rows = [
    ...commands.map((command) => {
      const message = serializeCommand(command);
      return measure('parse', label(command), message.length, rounds, () => parseCommand(message));
    }),
    ...refused.map(([name, message]) =>
      measure('refuse', name, message.length, rounds, () => parseCommand(message)),
    ),
    ...events.map((event) =>
      measure('serialize', label(event), serializeEvent(event).length, rounds, () => serializeEvent(event)),
    ),
  ];
  publish({
    name: 'protocol',
    title: 'Text messages of /v1/realtime: time of one',
    rows,
    notes: [
      `Each figure is the mean of ${callsPerRound} calls; median and 95th percentile of ${rounds} such rounds.`,
    ],
  });
}

function measure(work: string, message: string, bytes: number, rounds: number, call: () => unknown) {
  const usPerCall = Array.from({ length: rounds + 5 }, () => {
    const start = performance.now();
    for (let index = 0; index < callsPerRound; index++) call();
    return ((performance.now() - start) * 1_000) / callsPerRound;
  }).slice(5);
  return { work, message, bytes, usMedian: percentile(usPerCall, 0.5), usP95: percentile(usPerCall, 0.95) };
}

function label(message: ClientCommand | ServerEvent): string {
  if (message.type === 'session.configure')
    return `${message.type}, ${Object.keys(message).length - 1} fields`;
  if (message.type === 'transcript.final') return `${message.type}${message.words ? ', words' : ''}`;
  return message.type;
}
