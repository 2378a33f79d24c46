// How often is the language of speech misheard: alone, with the language that was spoken before, and when it changes?
import type { SpeechEngine } from '#theo/engine/types.js';
import { sampleRateHz } from '#theo/native.js';
import type { Clip } from '../../test/support/clips.ts';
import { speechOnsetMs } from '../../test/support/speech-onset.ts';
import { type BenchOptions, publish } from '../report.ts';
import { openEngine, reportName } from '../subject.ts';

const fragmentSeconds = [0.5, 1.25, 1.5, 2, 3, 5];
/** Heard before each fragment, as it goes through the detector. */
const leadInMs = 400;

/** The beginnings of recordings, each heard as the final of an utterance whose language nobody has said. */
export async function run({ subject }: BenchOptions): Promise<void> {
  const { engine, close } = await openEngine(subject);
  const languages = [...new Set(subject.clips.map(({ language }) => language))];
  const rows = [];
  for (const seconds of fragmentSeconds) {
    const fragments = subject.clips.flatMap((clip) => fragmentOf(clip, seconds));
    const counts = { alone: 0, kept: 0, changed: 0, changes: 0 };
    for (const { samples, language } of fragments) {
      const hears = (expected: string | null): Promise<boolean> =>
        languageOf(engine, samples, expected).then((heard) => heard === language);
      if (!(await hears(null))) counts.alone++;
      if (!(await hears(language))) counts.kept++;
      for (const other of languages) {
        if (other === language) continue;
        counts.changes++;
        if (!(await hears(other))) counts.changed++;
      }
    }
    const percent = (count: number, of: number): number => (100 * count) / of;
    rows.push({
      seconds,
      fragments: fragments.length,
      wrongAlonePercent: percent(counts.alone, fragments.length),
      wrongAfterSamePercent: percent(counts.kept, fragments.length),
      wrongAfterOtherPercent: percent(counts.changed, counts.changes),
    });
  }
  await close();
  publish({
    name: reportName('language', subject),
    title: `Languages that ${subject.model} mishears`,
    rows,
    notes: [
      `The beginnings of ${subject.clips.length} recordings in ${languages.join(', ')}: with nothing known before, after speech in the same language, and after speech in each other one.`,
    ],
  });
}

function fragmentOf(
  { samples, language }: Clip,
  seconds: number,
): { samples: Float32Array; language: string }[] {
  const from = Math.max(0, ((speechOnsetMs(samples) - leadInMs) * sampleRateHz) / 1000);
  const to = ((speechOnsetMs(samples) + 1000 * seconds) * sampleRateHz) / 1000;
  if (to > samples.length) return [];
  return [{ samples: Float32Array.from(samples.subarray(from, to), (value) => value / 32_768), language }];
}

async function languageOf(
  engine: SpeechEngine,
  samples: Float32Array,
  expectedLanguage: string | null,
): Promise<string> {
  const stream = engine.openStream({
    language: null,
    expectedLanguage,
    prompt: '',
    earlier: null,
    hotWords: [],
    enablePartials: false,
    leadInSamples: (leadInMs * sampleRateHz) / 1000,
  });
  stream.write(samples.slice());
  stream.flush();
  let language = '';
  for await (const event of stream.events) {
    if (event.type === 'error') throw event.error;
    if (event.type !== 'final') continue;
    language = event.transcript.language;
    event.speech?.close();
  }
  return language;
}
