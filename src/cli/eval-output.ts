import type { Comparison } from '../eval/compare.ts';
import type { EvalObserver } from '../eval/plan.ts';
import { describeSetup, type Run, type RunSetup } from '../eval/run.ts';
import { errorTable, latencyTable } from '../eval/tables.ts';
import { variantDescriptions } from '../eval/variants.ts';
import { formatTable } from '../report/table.ts';
import { StatusLine } from './status-line.ts';

/** Prints a run's tables. @param comparison with which run, and how it came out; null where there is none. */
export function printRun(
  run: Run,
  comparison: { readonly name: string; readonly by: readonly Comparison[] } | null,
): void {
  const { setup } = run;
  console.log(
    `\n${describeSetup(setup)}${setup.variant === 'clean' ? '' : ` (${variantDescriptions[setup.variant]})`}`,
  );
  if (comparison) console.log(`compared with: ${comparison.name}`);
  console.log(`\n${formatTable(errorTable(run, comparison?.by ?? []))}`);
  if (setup.mode === 'live') {
    console.log(`\n${formatTable(latencyTable(run))}`);
    console.log(
      'ms; first text and right word: after the first speech sample; final: after the last one, with the silence that is waited for',
    );
  }
  console.log(`\n${resourceLine(run)}`);
}

function resourceLine({ setup, clips, cpuSeconds, wallSeconds, peakMemoryBytes }: Run): string {
  const audioSeconds = clips.reduce((sum, clip) => sum + clip.seconds, 0);
  const parts = [
    `${(cpuSeconds / audioSeconds).toFixed(3)} s of CPU a second of audio`,
    setup.mode === 'live'
      ? `${(cpuSeconds / wallSeconds).toFixed(2)} cores`
      : `${(audioSeconds / wallSeconds).toFixed(1)} x real time, ${setup.atOnce} clips at once`,
    `at most ${Math.round(peakMemoryBytes / 1e6)} MB of memory`,
  ];
  return `${setup.mode === 'live' ? 'server: ' : ''}${parts.join(', ')}`;
}

/** Says how far a run is: on a terminal in one line that is overwritten, else a line a run. */
export class RunProgress implements EvalObserver {
  readonly #line: StatusLine;
  #title = '';

  constructor(output: NodeJS.WriteStream) {
    this.#line = new StatusLine(output);
  }

  onRun(setup: RunSetup): void {
    this.#title = describeSetup(setup);
    this.#line.show(`${this.#title} …`);
  }

  onClip(done: number, of: number): void {
    if (done === of) this.#line.clear();
    else if (this.#line.isTerminal) this.#line.show(`${this.#title}: ${done} of ${of} clips`);
  }

  onWarning(message: string): void {
    this.#line.clear();
    console.error(message);
  }
}
