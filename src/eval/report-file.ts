import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { choice, count, flag } from '../schema-kit.ts';
import { EvalInputError } from './errors.ts';
import type { Run } from './run.ts';

/** What `--json` writes and `--baseline` reads. */
export interface EvalReport {
  readonly kind: 'theo-eval';
  readonly formatVersion: 1;
  /** Version of the program that measured. */
  readonly theo: string;
  /** ISO 8601. */
  readonly date: string;
  readonly machine: string;
  readonly folder: string;
  readonly runs: readonly Run[];
}

const score = z.object({
  unit: choice(['word', 'character']),
  length: count(),
  substitutions: count(),
  deletions: count(),
  insertions: count(),
  isLoop: flag(),
});
/** Only what a comparison needs is checked. */
const report = z.looseObject({
  kind: z.literal('theo-eval'),
  formatVersion: z.literal(1),
  runs: z.array(
    z.looseObject({
      setup: z.looseObject({
        mode: choice(['whole', 'live']),
        model: z.string(),
        audioContext: z.union([z.string(), z.number()]),
        // Earlier reports do not tell.
        beamSize: z.union([z.string(), z.number()]).default('default'),
        variant: z.string(),
      }),
      clips: z.array(
        z.looseObject({
          id: z.string(),
          language: z.string(),
          reference: z.string(),
          text: z.string(),
          score,
        }),
      ),
    }),
  ),
});

export async function writeReport(path: string, document: EvalReport): Promise<void> {
  await writeFile(path, `${JSON.stringify(document, null, 1)}\n`);
}

/** @throws EvalInputError where the file is none that `writeReport` wrote */
export async function readReport(path: string): Promise<EvalReport> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new EvalInputError('report_invalid', `cannot read ${path}: ${error.message}`);
  });
  const result = report.safeParse(parseJson(text, path));
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new EvalInputError(
      'report_invalid',
      `${path} is no report of theo eval --json: ${issue?.path.join('.')}: ${issue?.message}`,
    );
  }
  return result.data as unknown as EvalReport;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EvalInputError('report_invalid', `${path} is not JSON`);
  }
}
