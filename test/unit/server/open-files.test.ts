import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openFileProblem } from '#theo/server/open-files.js';

it('a limit of open files that is too low for the sessions is told, with what to do', () => {
  expect(openFileProblem(1024, 1000)).toContain('raise the hard limit to 1100');
  expect(openFileProblem(1100, 1000)).toBeUndefined();
  expect(openFileProblem(undefined, 1000)).toBeUndefined();
});

it.runIf(process.platform === 'linux')('the limit is the hard one, to which Node.js raises it', async () => {
  const module = JSON.stringify(new URL('../../../dist/server/open-files.js', import.meta.url));
  const program = `import { openFileLimit } from ${module}; console.log(openFileLimit());`;
  const shell = 'ulimit -Sn 100; ulimit -Hn 200; exec "$0" --input-type=module --eval "$1"';
  const { stdout } = await promisify(execFile)('sh', ['-c', shell, process.execPath, program]);
  expect(stdout).toBe('200\n');
});
