// The same weights behind our server, whisper.cpp's and faster-whisper: how soon do people who talk see text?
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LiveFigures, liveFigures, liveText } from '#theo/eval/live-figures.js';
import { mapAtOnce } from '#theo/eval/map-at-once.js';
import { type ClipScore, errorsOf, scoreText } from '#theo/eval/scoring/score.js';
import { speechBounds } from '#theo/eval/speech-bounds.js';
import { sampleRateHz } from '#theo/native.js';
import type { Clip } from '../../test/support/clips.ts';
import { startServerProcess } from '../../test/support/server-process.ts';
import { startFasterWhisper } from '../peers/faster-whisper.ts';
import { PeerSessions, type Speak, speakToServer } from '../peers/talkers.ts';
import { startWhisperCpp } from '../peers/whisper-cpp.ts';
import { type BenchOptions, percentile, publish } from '../report.ts';
import { installedModel, modelFlags, type SubjectOptions } from '../subject.ts';
import { known } from '../utterance.ts';

export const defaultSubject: SubjectOptions = {
  model: 'whisper-base',
  modelsDir: 'models',
  clips: 'test/speech',
};

const talkerCounts = [1, 2, 4, 8, 16, 24];
const heldMs = 600;
const hopelessMs = 2000;
const hopelessSlowdown = 4;

interface Step {
  readonly talkers: number;
  readonly firstTextMs: readonly number[];
  readonly firstRightWordMs: readonly number[];
  readonly finalDelayMs: readonly number[];
  readonly clips: number;
  readonly utterances: number;
  readonly errorRate: number;
}

interface Contestant {
  readonly name: string;
  readonly speak: Speak;
  readonly stop: () => Promise<unknown>;
  readonly steps: Step[];
}

/** `--rounds N`: how many clips each talker says, at least. */
export async function run({ rounds = 3, subject }: BenchOptions): Promise<void> {
  if (subject.model !== defaultSubject.model)
    throw new Error('peers are given the weights of whisper-base only');
  const sessions = await PeerSessions.open();
  const contestants: Contestant[] = [];
  try {
    const server = await startServerProcess([
      ...modelFlags(subject, '--default-model'),
      '--log-level',
      'warn',
    ]);
    contestants.push({
      name: 'theo',
      speak: speakToServer(server.url, subject.model),
      stop: () => server.stop(),
      steps: [],
    });
    const { weightsPath } = await installedModel(subject);
    const peers = [
      () => startWhisperCpp(weightsPath, 1),
      () => startWhisperCpp(weightsPath, 2),
      () => startFasterWhisper(1, 2),
      () => startFasterWhisper(2, 1),
    ];
    for (const start of peers) {
      const peer = await start();
      contestants.push({
        name: peer.name,
        speak: sessions.speakTo(peer),
        stop: () => peer.stop(),
        steps: [],
      });
    }
    // The first request of each is slow.
    for (const { speak } of contestants) await measure(speak, subject.clips.slice(0, 1), 1);
    for (const talkers of talkerCounts) {
      for (const { name, speak, steps } of contestants.filter(isWorthMore)) {
        const repetitions = Math.max(1, Math.ceil((rounds * talkers) / subject.clips.length));
        const clips = Array.from({ length: repetitions }, () => subject.clips).flat();
        const step = await measure(speak, clips, talkers);
        steps.push(step);
        const [median, p95] = [0.5, 0.95].map((part) => percentile(step.firstTextMs, part).toFixed(0));
        console.error(`${name}, ${talkerLabel(talkers)}: first text median ${median} ms, p95 ${p95} ms`);
      }
    }
  } finally {
    await Promise.all(contestants.map(({ stop }) => stop()));
    await sessions.close();
  }
  report(contestants, subject.clips.length);
}

/** Every step has the same clips, each as often: error rates can be compared. */
async function measure(speak: Speak, clips: readonly Clip[], talkers: number): Promise<Step> {
  const begun = new Set<number>();
  const heard = await mapAtOnce(clips, talkers, async (clip, talker) => {
    // Nobody begins together.
    if (!begun.has(talker)) await sleep((talker * 1000) / talkers);
    begun.add(talker);
    const events = await speak(clip);
    const { text: reference, language, samples } = clip;
    const bounds = speechBounds({ samples, sampleRateHz });
    return {
      figures: liveFigures(events, { reference, language, bounds }),
      score: scoreText(reference, liveText(events), language),
    };
  });
  const times = (of: (figures: LiveFigures) => number | null): readonly number[] =>
    known(heard.map(({ figures }) => of(figures)));
  return {
    talkers,
    firstTextMs: times(({ firstTextMs }) => firstTextMs),
    firstRightWordMs: times(({ firstRightWordMs }) => firstRightWordMs),
    finalDelayMs: times(({ finalDelayMs }) => finalDelayMs),
    clips: clips.length,
    utterances: heard.reduce((sum, { figures }) => sum + figures.utterances, 0),
    errorRate: errorRateOf(heard.map(({ score }) => score)),
  };
}

/** Of the languages that are compared by words; characters cannot be added to them. */
function errorRateOf(scores: readonly ClipScore[]): number {
  const byWords = scores.filter(({ unit }) => unit === 'word');
  const errors = byWords.reduce((sum, score) => sum + errorsOf(score), 0);
  return errors / byWords.reduce((sum, { length }) => sum + length, 0);
}

function isWorthMore({ steps }: Contestant): boolean {
  const p95 = steps.map(({ firstTextMs }) => percentile(firstTextMs, 0.95));
  const [alone, last] = [p95[0], p95.at(-1)];
  if (alone === undefined || last === undefined) return true;
  return last <= hopelessMs && last <= hopelessSlowdown * alone;
}

function report(contestants: readonly Contestant[], clips: number): void {
  publish({
    name: 'peers',
    title: 'whisper-base live: the same weights behind our server, whisper.cpp and faster-whisper',
    rows: contestants.flatMap(({ name, steps }) =>
      steps.map((step) => ({
        server: name,
        talkers: step.talkers,
        clips: step.clips,
        utterances: step.utterances,
        withoutText: step.clips - step.firstTextMs.length,
        firstTextMedianMs: percentile(step.firstTextMs, 0.5),
        firstTextP95Ms: percentile(step.firstTextMs, 0.95),
        firstRightWordMedianMs: percentile(step.firstRightWordMs, 0.5),
        finalDelayMedianMs: percentile(step.finalDelayMs, 0.5),
        finalDelayP95Ms: percentile(step.finalDelayMs, 0.95),
        wordErrorPercent: 100 * step.errorRate,
      })),
    ),
    notes: [
      ...contestants.map((contestant) => summaryOf(contestant, contestants[0])),
      `${clips} clips of people in real time, each in a session of its own. A server is asked no further once its p95 is above ${hopelessMs} ms or ${hopelessSlowdown} times that of one talker.`,
      `Times are of a clip: first text and first right word from its first speech sample, the final from its last one, the silence timeout of 300 ms included. Word errors are of the languages that are compared by words. How the peers are asked: docs/peers.md.`,
      `Servers and talkers share the machine's ${availableParallelism()} cores.`,
    ],
  });
}

function summaryOf({ name, steps }: Contestant, ours: Contestant | undefined): string {
  const held = (part: number): number => {
    const tooLate = steps.findIndex(({ firstTextMs }) => !(percentile(firstTextMs, part) <= heldMs));
    return steps[(tooLate < 0 ? steps.length : tooLate) - 1]?.talkers ?? 0;
  };
  const summary = `${name}: talkers held with a first text within ${heldMs} ms: ${held(0.5)} by the median, ${held(0.95)} by the p95.`;
  if (ours === undefined || ours.steps === steps) return summary;
  const medianAlone = (those: readonly Step[]): number => percentile(those[0]?.firstTextMs ?? [], 0.5);
  const ratio = medianAlone(steps) / medianAlone(ours.steps);
  return `${summary} With one talker its median is ${ratio.toFixed(1)} times ours.`;
}

function talkerLabel(talkers: number): string {
  return talkers === 1 ? '1 talker' : `${talkers} talkers`;
}
