import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const native = JSON.stringify(new URL('../../../dist/native.js', import.meta.url));

it('sets variables of the process from a worker thread too', async () => {
  const inWorker = `import(${native}).then(({ loadNative }) => loadNative().setEnvironment('THEO_X', 'set'));`;
  const program = `
    const { Worker } = await import('node:worker_threads');
    const worker = new Worker(${JSON.stringify(inWorker)}, { eval: true });
    worker.on('exit', () => console.log(process.env.THEO_X));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  expect(stdout).toBe('set\n');
});
