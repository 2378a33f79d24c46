// `npm run bench -- [NAME] [options]`: runs one bench; without a name, `ttfb`.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type BenchModule, redrawAll } from './report.ts';
import { openSubject } from './subject.ts';

const usage = `usage: npm run bench -- [NAME] [--seconds N] [--rounds N]
       [--model NAME] [--models-dir DIR] [--clips DIR] [--language xx]
       npm run bench -- --redraw      (draws the charts of bench/results anew, without measuring)
The second line is for benches that hear speech; by default the tests' model hears the tests' clips, and in peers
whisper-base those of people.`;

const folder = join(dirname(fileURLToPath(import.meta.url)), 'benches');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    model: { type: 'string' },
    'models-dir': { type: 'string' },
    clips: { type: 'string' },
    language: { type: 'string' },
    redraw: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.redraw) {
  redrawAll();
  process.exit(0);
}
const name = positionals[0] ?? 'ttfb';
const file = join(folder, `${name}.js`);
if (values.help || !existsSync(file)) {
  const names = readdirSync(folder)
    .filter((entry) => entry.endsWith('.js'))
    .map((entry) => entry.slice(0, -3));
  console.error(`${usage}\nNAME: ${names.join(', ')}`);
  process.exit(values.help ? 0 : 2);
}
const bench = (await import(file)) as BenchModule;
const defaults = bench.defaultSubject ?? {};
await bench.run({
  ...(values.seconds === undefined ? {} : { seconds: Number(values.seconds) }),
  ...(values.rounds === undefined ? {} : { rounds: Number(values.rounds) }),
  subject: openSubject({ ...defaults, ...values, modelsDir: values['models-dir'] ?? defaults.modelsDir }),
});
