// How often does a final take back what partials had committed, and does encoding incrementally add to it?
import type { TimedEvent } from '#theo/client/node/stream-audio.js';
import type { EngineEvent } from '#theo/engine/types.js';
import { liveFigures } from '#theo/eval/live-figures.js';
import { loadNative, type NativeAddon, sampleRateHz } from '#theo/native.js';
import type { DecodeObserver } from '#theo/observability/instruments.js';
import type { ServerEvent } from '#theo/protocol/events.js';
import type { Clip } from '../../test/support/clips.ts';
import { type BenchOptions, publish } from '../report.ts';
import { openEngine, reportName, type Subject } from '../subject.ts';

const hopSamples = 0.3 * sampleRateHz;
const longestSamples = 29 * sampleRateHz;

/** How often words were committed, and taken back. */
interface Agreement {
  readonly partials: number;
  readonly agreedWords: number;
  readonly contradictedWords: number;
}

/**
 * Clips are heard as one utterance each, one decode at a time, a partial every 300 ms that is always waited for: with
 * partials that encode what is new, and with partials that encode everything each time, as they do where there is no
 * memory for an utterance.
 */
export async function run({ subject }: BenchOptions): Promise<void> {
  const addon = loadNative();
  const clips = subject.clips.filter(({ samples }) => samples.length <= longestSamples);
  const heard = [
    { encoding: 'incremental', ...(await measure(subject, addon, clips)) },
    { encoding: 'whole', ...(await measure(subject, { ...addon, UtteranceMemory: NoMemory }, clips)) },
  ];
  const rows = heard.map((row) => ({
    ...row,
    contradictedPercent: (100 * row.contradictedWords) / row.agreedWords,
  }));
  publish({
    name: reportName('agreement', subject),
    title: `Committed words that the final of ${subject.model} takes back`,
    rows,
    notes: [
      `${clips.length} clips, each as one utterance. A word is committed when two partials in a row agree on it and on all before it, as a client sees it.`,
    ],
  });
}

/** There is no room for any. */
class NoMemory {
  constructor() {
    throw new Error('no memory in this bench');
  }

  close(): void {}
}

async function measure(subject: Subject, addon: NativeAddon, clips: readonly Clip[]): Promise<Agreement> {
  const decodes = new RunningDecodes();
  const { engine, close } = await openEngine(subject, { addon, observer: decodes, decodeSlots: 1 });
  let [partials, agreedWords, contradictedWords] = [0, 0, 0];
  for (const { samples, language, text } of clips) {
    const stream = engine.openStream({
      language,
      expectedLanguage: null,
      prompt: '',
      earlier: null,
      hotWords: [],
      enablePartials: true,
      leadInSamples: 0,
    });
    const events: TimedEvent[] = [];
    const read = async (): Promise<void> => {
      for await (const event of stream.events) {
        if (event.type === 'error') throw event.error;
        events.push({ event: toClientEvent(event), atMs: 0 });
        if (event.type === 'final') event.speech?.close();
      }
    };
    const reading = read();
    for (let at = 0; at < samples.length; at += hopSamples) {
      stream.write(Float32Array.from(samples.subarray(at, at + hopSamples), (value) => value / 32_768));
      await decodes.settled();
    }
    stream.flush();
    await reading;
    const figures = liveFigures(events, { reference: text, language, bounds: { onsetMs: 0, endMs: 0 } });
    partials += figures.partials;
    agreedWords += figures.agreedWords;
    contradictedWords += figures.contradictedWords;
  }
  await close();
  return { partials, agreedWords, contradictedWords };
}

function toClientEvent(event: Exclude<EngineEvent, { type: 'error' }>): ServerEvent {
  if (event.type === 'partial') {
    return { type: 'transcript.partial', text: event.text, segment_id: 0, timestamp_ms: 0 };
  }
  const { text, language, confidence } = event.transcript;
  return {
    type: 'transcript.final',
    text,
    segment_id: 0,
    start_ms: 0,
    end_ms: 0,
    language,
    confidence,
    words: null,
  };
}

/** Knows when nothing is decoded and nothing waits for it. */
class RunningDecodes implements DecodeObserver {
  #running = 0;
  #waiting = 0;

  queueDepth(depth: number): void {
    this.#waiting = depth;
  }

  batchStarted(): void {}

  decodeStarted(): void {
    this.#running++;
  }

  decodeEnded(): void {
    this.#running--;
  }

  /** After what is decoded now, and what that leads to. */
  async settled(): Promise<void> {
    do await new Promise((resolve) => setTimeout(resolve, 1));
    while (this.#running + this.#waiting > 0);
  }
}
