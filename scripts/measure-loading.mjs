// What loading a model costs, one process a measurement:
//   npm run build && node scripts/measure-loading.mjs MODELS_DIR NAME...
//
// Prints for each model the time until it can decode, what the event loop's thread did meanwhile and how late it was at the
// worst, how soon a loading that is stopped in the middle has ended, and the memory of the process beside the manifest's
// memory_mb. On a busy machine the event loop is late by what other processes take; its thread's own time is not.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../dist/clock.js';
import { ModelEngines } from '../dist/engine/model-engines.js';
import { ModelRegistry } from '../dist/models/registry.js';
import { loadNative } from '../dist/native.js';
import { Metrics } from '../dist/observability/metrics.js';
import { formatTable } from '../dist/report/table.js';

const decodeSlots = 2;
const longestSilenceSamples = 29 * 16_000;
const program = fileURLToPath(import.meta.url);

const [modelsDir = '', ...names] = process.argv.slice(2);
if (process.env.MEASURE === 'load') console.log(JSON.stringify(await load(names[0] ?? '')));
else if (process.env.MEASURE === 'stop') console.log(JSON.stringify(await stop(names[0] ?? '')));
else measure();

function measure() {
  console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} threads, Node ${process.versions.node}\n`);
  const rows = names.map((name) => {
    const [loaded, stopped] = ['load', 'stop'].map((what) =>
      JSON.parse(
        execFileSync(process.execPath, [program, modelsDir, name], {
          encoding: 'utf8',
          env: { ...process.env, MEASURE: what },
        }),
      ),
    );
    return { model: name, ...loaded, ...stopped };
  });
  console.log(formatTable(rows));
}

/** @param {string} name */
async function load(name) {
  const { engines, manifest } = await open(name);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const threadStartMs = mainThreadMs();
  const startMs = performance.now();
  const engine = await engines.get(name);
  const seconds = (performance.now() - startMs) / 1_000;
  const threadMs = mainThreadMs() - threadStartMs;
  delay.disable();
  const atLoad = memory();
  await engine?.transcribe(noise(), { language: null, prompt: '', hotWords: [], task: 'transcribe' });
  const row = {
    'loaded after': `${seconds.toFixed(1)} s`,
    "event loop's thread ran": `${threadMs.toFixed(0)} ms`,
    'was late': `${(delay.max / 1e6).toFixed(0)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(0)} ms`,
    'memory loaded': `${atLoad.nowMb} MB`,
    'most while loading': `${atLoad.mostMb} MB`,
    'after a decode of 29 s': `${memory().nowMb} MB`,
    memory_mb: manifest.resources.memoryMb,
  };
  await engines.close();
  return row;
}

/** @param {string} name */
async function stop(name) {
  const { engines } = await open(name);
  let stoppedMs = 0;
  const loading = engines.get(name).catch(() => {});
  setTimeout(() => {
    stoppedMs = performance.now();
    void engines.close();
  }, 1_000);
  await loading;
  return { 'stopped within': `${(performance.now() - stoppedMs).toFixed(0)} ms` };
}

/** @param {string} name */
async function open(name) {
  const registry = await ModelRegistry.open({ modelsDir });
  const { manifest } = registry.choose(name);
  const engines = new ModelEngines({
    registry,
    addon: loadNative(),
    clock: systemClock,
    observer: new Metrics().decodes,
    decodeSlots,
    warn: (message) => console.error(message),
  });
  return { engines, manifest };
}

function noise() {
  return Float32Array.from({ length: longestSilenceSamples }, () => (Math.random() - 0.5) / 10);
}

/** Time that a core has worked for the thread of the event loop. */
function mainThreadMs() {
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1e6;
}

/** Of this process. */
function memory() {
  const status = readFileSync('/proc/self/status', 'utf8');
  /** @param {string} field */
  const megabytes = (field) =>
    Math.round((Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1_024) / 1e6);
  return { nowMb: megabytes('VmRSS'), mostMb: megabytes('VmHWM') };
}
