// `npm run test:hostile -- [--format ggml] [--count 10000] [--seed 1]`: damaged model files of every format. Each is used or
// refused with a clear error; no process may crash, hang, or take more memory than a sound file's. Damage is made from
// seeds, so that what failed can be made again: --seed N --count 1.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hostileFormats } from '../support/hostile/formats.ts';
import type { HostileReport, HostileTask } from './hostile-child.ts';

const filesOfAProcess = 200;
const soundFiles = 50;
/** A file takes milliseconds. */
const hangMs = 120_000;
/** One file's garbage, and what the heap keeps for later. */
const toleranceMb = 100;
const child = fileURLToPath(new URL('./hostile-child.js', import.meta.url));

type FormatName = keyof typeof hostileFormats;

const { values } = parseArgs({
  options: {
    format: { type: 'string', multiple: true, default: Object.keys(hostileFormats) },
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
});
let failures = 0;
for (const format of values.format)
  await check(format as FormatName, Number(values.count), Number(values.seed));
process.exitCode = failures === 0 ? 0 : 1;

async function check(format: FormatName, count: number, firstSeed: number): Promise<void> {
  const sound = await run({ format, firstSeed: 0, count: soundFiles, damaged: false });
  let [used, refused, slowestMs, mostMb] = [0, 0, 0, 0];
  for (let seed = firstSeed; seed < firstSeed + count; seed += filesOfAProcess) {
    const size = Math.min(filesOfAProcess, firstSeed + count - seed);
    const report = await run({ format, firstSeed: seed, count: size, damaged: true });
    used += report.used;
    refused += report.refused;
    slowestMs = Math.max(slowestMs, report.slowestMs);
    mostMb = Math.max(mostMb, report.peakMb);
    for (const { seed: failed, message } of report.failures) fail(format, failed, message);
    if (report.peakMb > sound.peakMb + toleranceMb) {
      fail(format, seed, `${report.peakMb} MB of memory; sound files take ${sound.peakMb} MB`);
    }
  }
  console.log(
    `${format}: ${count} damaged files, ${used} used, ${refused} refused; slowest ${Math.round(slowestMs)} ms, ` +
      `at most ${mostMb} MB (sound files: ${sound.peakMb} MB)`,
  );
}

/** What a process made of its files. Where it crashed or hung, the rest is given to the next one. */
async function run(task: HostileTask): Promise<HostileReport> {
  const process_ = fork(child, [JSON.stringify(task)], {
    // What is garbage must not count as memory.
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let stderr = '';
  process_.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-2_000);
  });
  let report: HostileReport | undefined;
  let seed = task.firstSeed;
  let timer = setTimeout(() => {}, 0);
  const watch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => process_.kill('SIGKILL'), hangMs);
  };
  watch();
  process_.on('message', (message: HostileReport | { readonly begun: number }) => {
    watch();
    if ('begun' in message) seed = message.begun;
    else report = message;
  });
  const [code, signal] = (await once(process_, 'exit')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  if (report) return report;
  const ended = { seed, message: `the process ended with ${signal ?? code}: ${stderr}` };
  const left = task.firstSeed + task.count - (seed + 1);
  const rest: HostileReport =
    left > 0
      ? await run({ ...task, firstSeed: seed + 1, count: left })
      : { used: 0, refused: 0, slowestMs: 0, peakMb: 0, failures: [] };
  return { ...rest, failures: [ended, ...rest.failures] };
}

function fail(format: FormatName, seed: number, message: string): void {
  failures += 1;
  console.error(`${format}, seed ${seed}: ${message}`);
}
