import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelRegistry } from '#theo/models/registry.js';
import { modelsDir as testModelsDir } from '../../test/support/models.ts';
import { type ConformanceCase, conformanceCases } from '../conformance/cases.ts';
import { compare, type Verdict } from '../conformance/explain.ts';
import { KeptAnswers } from '../conformance/kept-answers.ts';
import { OurWhisper } from '../conformance/our-whisper.ts';
import { type StockTranscript, StockWhisper } from '../conformance/stock-whisper.ts';
import { type BenchOptions, publish } from '../report.ts';
import type { SubjectOptions } from '../subject.ts';

export const defaultSubject: SubjectOptions = { clips: join('test', 'speech') };

interface Compared {
  readonly asked: ConformanceCase;
  readonly verdict: Verdict;
  readonly ourText: string;
  readonly stock: StockTranscript;
}

/**
 * Whether our decoding gives what `whisper_full` of whisper.cpp gives: text, segments and their times. Of the models in
 * `--models-dir` those that there are cases for, hearing the recordings in `--clips`.
 */
export async function run({ subject }: BenchOptions): Promise<void> {
  const cases = conformanceCases(subject.clips);
  const folder = mkdtempSync(join(tmpdir(), 'theo-conformance-'));
  const compared: Compared[] = [];
  try {
    for (const model of new Set(cases.map((asked) => asked.model))) {
      const weightsPath = await weightsOf(model, subject.modelsDir);
      if (weightsPath === undefined) continue;
      const ofModel = cases.filter((asked) => asked.model === model);
      compared.push(...(await compareAll(ofModel, weightsPath, folder)));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  publish({
    name: 'conformance',
    title: "Decoding beside whisper.cpp's whisper_full, at the full context: cases by outcome",
    rows: rowsOf(compared),
    samples: compared.flatMap(sampleOf),
  });
}

async function weightsOf(model: string, modelsDir: string): Promise<string | undefined> {
  for (const dir of [modelsDir, testModelsDir]) {
    const found = (await ModelRegistry.open({ modelsDir: dir })).find(model);
    if (found) return found.weightsPath;
  }
  console.error(`no model ${model} in ${modelsDir}: its cases are left out`);
  return undefined;
}

async function compareAll(
  cases: readonly ConformanceCase[],
  weightsPath: string,
  folder: string,
): Promise<readonly Compared[]> {
  const answers = new KeptAnswers();
  const stock = new StockWhisper(weightsPath, folder);
  const ours = await OurWhisper.load(weightsPath);
  const compared: Compared[] = [];
  try {
    for (const asked of cases) {
      const theirs = await answers.get(asked, () => stock.transcribe(asked));
      const our = await ours.transcribe(asked);
      const verdict = await compare(asked, theirs, our, ours.tokenIds, (judged) =>
        stock.judge(asked.samples, judged),
      );
      compared.push({ asked, verdict, ourText: our.text, stock: theirs });
      if (verdict.kind !== 'equal')
        console.error(`${asked.model}, ${asked.name}: ${JSON.stringify(verdict)}`);
    }
  } finally {
    ours.close();
    stock.close();
  }
  return compared;
}

const kinds: readonly Verdict['kind'][] = ['equal', 'annotation', 'near_tie', 'likelier', 'unexplained'];

function rowsOf(compared: readonly Compared[]): readonly Record<string, string | number>[] {
  return [...new Set(compared.map(({ asked }) => groupOf(asked)))].map((group) => {
    const members = compared.filter(({ asked }) => groupOf(asked) === group);
    const [model = '', search = '', timestamps = ''] = group.split('\t');
    return {
      model,
      search,
      timestamps,
      cases: members.length,
      ...Object.fromEntries(
        kinds.map((kind) => [kind, members.filter(({ verdict }) => verdict.kind === kind).length]),
      ),
    };
  });
}

function groupOf({ model, beams, timestamps }: ConformanceCase): string {
  return [model, beams > 1 ? `beam ${beams}` : 'greedy', timestamps ? 'with' : 'without'].join('\t');
}

/** A difference, one by one. */
function sampleOf({ asked, verdict, ourText, stock }: Compared): readonly Record<string, string | number>[] {
  if (verdict.kind === 'equal') return [];
  return [{ model: asked.model, case: asked.name, ...verdict, ourText, stockText: stock.text }];
}
