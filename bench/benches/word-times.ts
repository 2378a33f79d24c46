// Are words timed as faster-whisper times them, and does a padded context change their times?
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type DecodedWord, timedWords } from '#theo/engine/whisper/word-times.js';
import { loadNative, type NativeDecodeSlot } from '#theo/native.js';
import type { Row } from '#theo/report/table.js';
import type { Clip } from '../../test/support/clips.ts';
import { decodeAlone, plainRequest } from '../../test/support/decode-request.ts';
import { openFasterWhisper } from '../peers/faster-whisper.ts';
import { type BenchOptions, percentile, publish } from '../report.ts';
import { installedModel, openEngine, type Subject, type SubjectOptions } from '../subject.ts';

export const defaultSubject: SubjectOptions = {
  model: 'whisper-base',
  modelsDir: 'models',
  clips: 'test/speech',
};

const judge = join('bench', 'peers', 'faster_whisper_words.py');

interface Timed {
  readonly word: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** One clip's words. */
type Heard = readonly Timed[];

/** How far the starts and the ends of the same words are apart, in ms. */
interface Difference {
  readonly start: number;
  readonly end: number;
}

/**
 * All clips are heard as a file's utterance is (padded context, the manifest's precision), at the full context in the
 * weights' own precision, at the full context by the heads that are taken where a model names none, and by
 * faster-whisper with the same weights in 32-bit floats.
 */
export async function run({ subject }: BenchOptions): Promise<void> {
  if (subject.model !== defaultSubject.model)
    throw new Error('faster-whisper is given the weights of whisper-base only');
  const { manifest, weightsPath } = await installedModel(subject);
  const { alignmentHeads } = manifest.engineConfig;
  const reference = heardByFasterWhisper(subject.clips);
  const served = await heardAsServed(subject);
  const whole = await heardWhole(subject.clips, weightsPath, alignmentHeads);
  const byDefaultHeads = await heardWhole(subject.clips, weightsPath, []);
  const languages = [...new Set(subject.clips.map(({ language }) => language))].sort();
  const compared = (name: string, ours: readonly Heard[], theirs: readonly Heard[]): Row[] =>
    ['all', ...languages].map((language) => {
      const clips = subject.clips.flatMap((clip, index) =>
        language === 'all' || clip.language === language ? [index] : [],
      );
      return {
        compared: name,
        language,
        ...summaryOf(clips.map((index) => [ours[index] ?? [], theirs[index] ?? []] as const)),
      };
    });
  publish({
    name: 'word-times',
    title: `Word times of ${subject.model} beside those of faster-whisper`,
    rows: [
      ...compared('as served, faster-whisper', served, reference),
      ...compared('full context, faster-whisper', whole, reference),
      ...compared('full context by default heads, faster-whisper', byDefaultHeads, reference),
      ...compared('as served, full context', served, whole),
    ],
    notes: [
      `${subject.clips.length} clips, each told its language. Words are compared that both heard, in the same order; faster-whisper decodes greedily, in 32-bit floats, without timestamps.`,
    ],
  });
}

function heardByFasterWhisper(clips: readonly Clip[]): readonly Heard[] {
  const { python, weights } = openFasterWhisper();
  const input = clips
    .map(({ language, samples }) => {
      const pcm = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64');
      return JSON.stringify({ language, pcm });
    })
    .join('\n');
  const { status, stdout } = spawnSync(python, [judge, weights], {
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${judge} failed: see its message above`);
  return stdout
    .trim()
    .split('\n')
    .map((line) =>
      (JSON.parse(line) as { word: string; start: number; end: number }[]).map(({ word, start, end }) => ({
        word,
        startMs: 1000 * start,
        endMs: 1000 * end,
      })),
    );
}

async function heardAsServed(subject: Subject): Promise<readonly Heard[]> {
  const { engine, close } = await openEngine(subject, { decodeSlots: 1 });
  const heard: Heard[] = [];
  for (const { samples, language } of subject.clips) {
    const { words } = await engine.transcribe(floatsOf(samples), {
      language,
      prompt: '',
      hotWords: [],
      task: 'transcribe',
      timeWords: true,
    });
    heard.push(words ?? []);
  }
  await close();
  return heard;
}

async function heardWhole(
  clips: readonly Clip[],
  weightsPath: string,
  alignmentHeads: readonly (readonly [number, number])[],
): Promise<readonly Heard[]> {
  const addon = loadNative();
  const options = { useGpu: false, int8: false, prepareSilence: false, alignmentHeads };
  const model = await addon.loadModel(weightsPath, options);
  const slot = new addon.DecodeSlot(model);
  const heard: Heard[] = [];
  for (const clip of clips) heard.push(timedOf(await wordsOf(slot, clip), clip.samples.length));
  slot.close();
  model.close();
  return heard;
}

async function wordsOf(slot: NativeDecodeSlot, clip: Clip): Promise<readonly DecodedWord[]> {
  const request = {
    ...plainRequest,
    samples: floatsOf(clip.samples),
    language: clip.language,
    timeWords: true,
  };
  return (await decodeAlone(slot, request)).words;
}

function timedOf(words: readonly DecodedWord[], samples: number): Heard {
  return timedWords([{ words, audioStartSample: 0 }], samples) ?? [];
}

function floatsOf(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / 32_768);
}

function summaryOf(pairs: readonly (readonly [ours: Heard, theirs: Heard])[]): Row {
  const differences = pairs.flatMap(([ours, theirs]) => differencesOf(ours, theirs));
  const starts = differences.map(({ start }) => start);
  const ends = differences.map(({ end }) => end);
  return {
    words: pairs.reduce((sum, [, theirs]) => sum + theirs.length, 0),
    matched: differences.length,
    startMedianMs: percentile(starts, 0.5),
    startP90Ms: percentile(starts, 0.9),
    endMedianMs: percentile(ends, 0.5),
    endP90Ms: percentile(ends, 0.9),
  };
}

/** Of the words that both heard: the longest common subsequence, whatever their case and punctuation. */
function differencesOf(ours: Heard, theirs: Heard): readonly Difference[] {
  const [a, b] = [ours.map(({ word }) => bare(word)), theirs.map(({ word }) => bare(word))];
  const longest = Array.from({ length: a.length + 1 }, () => new Int32Array(b.length + 1));
  const at = (i: number, j: number): number => longest[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = longest[i];
      if (row) row[j] = a[i] === b[j] ? 1 + at(i + 1, j + 1) : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const differences: Difference[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [our, their] = [ours[i], theirs[j]];
    if (our && their && a[i] === b[j]) {
      if (a[i] !== '') {
        differences.push({
          start: Math.abs(our.startMs - their.startMs),
          end: Math.abs(our.endMs - their.endMs),
        });
      }
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return differences;
}

/** Letters and digits alone. */
function bare(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]/gu, '');
}
