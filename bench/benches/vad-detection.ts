// Does sparing the classifier plain silence cost detection, and how soon is speech confirmed?

import type { Hop } from '#theo/audio/preprocessor.js';
import type { SpeechClassifier } from '#theo/vad/classifier.js';
import type { DetectorEvent } from '#theo/vad/detector-types.js';
import { SileroClassifier } from '#theo/vad/silero-classifier.js';
import { VadStream } from '#theo/vad/vad-stream.js';
import { percentile, publish } from '../report.ts';
import { degrade, hopsOf, loadClips, type Span } from '../vad-audio.ts';

const hopMs = 32;
const hopSamples = 512;

/** Decisions with the pre-filter against the classifier on every window. */
export async function run(): Promise<void> {
  const clips = loadClips();
  const classifier = new SileroClassifier();
  const conditions = [
    { audio: 'as recorded', gainDb: 0, noiseDbfs: -200 },
    { audio: 'noise -60 dBFS', gainDb: 0, noiseDbfs: -60 },
    { audio: 'noise -45 dBFS', gainDb: 0, noiseDbfs: -45 },
    { audio: 'noise -35 dBFS', gainDb: 0, noiseDbfs: -35 },
    { audio: '20 dB softer, noise -65 dBFS', gainDb: -20, noiseDbfs: -65 },
  ];
  const rows = [];
  for (const { audio, gainDb, noiseDbfs } of conditions) {
    const tally = { skipped: 0, hops: 0, missed: 0, false: 0 };
    const confirmed: number[] = [];
    const ended: number[] = [];
    let unheard = 0;
    for (const clip of clips) {
      const hops = hopsOf(degrade(clip.samples, gainDb, noiseDbfs));
      const actual = await detect(classifier, hops);
      const everything = await detect(
        classifier,
        hops.map((hop) => ({ ...hop, flatness: 0 })),
      );
      tally.skipped += actual.skipped;
      tally.hops += hops.length;
      for (let at = 0; at < hops.length * hopSamples; at += hopSamples) {
        const [got, wanted] = [actual, everything].map(({ segments }) => covers(segments, at));
        if (wanted && !got) tally.missed += 1;
        if (got && !wanted) tally.false += 1;
      }
      for (const utterance of clip.utterances) {
        const found = actual.segments.filter((segment) => overlaps(segment, utterance));
        unheard += found.length === 0 ? 1 : 0;
        const [first, last] = [found[0], found.at(-1)];
        if (first) confirmed.push((first.confirmedAt - utterance.startSample) / 16);
        if (last) ended.push((last.endSample - utterance.endSample) / 16);
      }
    }
    rows.push({
      audio,
      prefilteredShare: tally.skipped / tally.hops,
      missedMs: tally.missed * hopMs,
      falseMs: tally.false * hopMs,
      confirmedMsP50: percentile(confirmed, 0.5),
      confirmedMsP90: percentile(confirmed, 0.9),
      confirmedMsMax: Math.max(...confirmed),
      endErrorMsP50: percentile(ended, 0.5),
      unheard,
    });
  }
  await classifier.close();
  publish({
    name: 'vad-detection',
    title: `VAD: decisions on ${clips.length} clips`,
    rows,
    notes: [
      'missedMs, falseMs: segments with the pre-filter against the classifier on every window.',
      'confirmedMs, endErrorMs: against where the clean clip sounds, by level.',
    ],
  });
}

interface Detected {
  readonly segments: readonly (Span & { readonly confirmedAt: number })[];
  readonly skipped: number;
}

async function detect(classifier: SpeechClassifier, hops: readonly Hop[]): Promise<Detected> {
  const segments: (Span & { readonly confirmedAt: number })[] = [];
  let open = { startSample: 0, confirmedAt: 0 };
  let position = 0;
  let skipped = 0;
  const take = (events: readonly DetectorEvent[]): void => {
    for (const event of events) {
      if (event.type === 'speech_start') open = { startSample: event.sample, confirmedAt: position };
      if (event.type === 'speech_end') segments.push({ ...open, endSample: event.sample });
    }
  };
  const handlers = {
    onDecision: (hop: Hop, events: readonly DetectorEvent[]) => {
      position = hop.startSample + hopSamples;
      take(events);
    },
    onForced: take,
    onError: (error: unknown) => {
      throw error;
    },
  };
  const vad = new VadStream(classifier, {}, handlers, {
    prefiltered: { increment: () => (skipped += 1) },
    classified: { increment: () => {} },
  });
  for (const hop of hops) vad.push(hop);
  vad.forceEnd('flush');
  await vad.drain();
  vad.close();
  return { segments, skipped };
}

function covers(segments: readonly Span[], sample: number): boolean {
  return segments.some(({ startSample, endSample }) => startSample <= sample && sample < endSample);
}

function overlaps(a: Span, b: Span): boolean {
  return a.startSample < b.endSample && b.startSample < a.endSample;
}
