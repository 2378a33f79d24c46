import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const buildFolder = 'build-bench';

/**
 * Builds the native half of a bench (in `bench/native`, Release, apart from the product's build) and runs it.
 * @returns what its lines of JSON on stdout say.
 * @throws Error naming what to install when the program cannot be built.
 */
export function runNativeProgram<Row>(name: string, args: readonly string[], packages?: string): Row[] {
  return mustRun(buildNativeProgram(name, packages), args, 'see its message above')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

/** @returns the program's path. @throws Error naming what to install when the program cannot be built. */
export function buildNativeProgram(name: string, packages = 'cmake g++ make'): string {
  const install = `install what it needs: sudo apt-get install -y ${packages}`;
  mustRun('cmake', ['-S', join('bench', 'native'), '-B', buildFolder, '-DCMAKE_BUILD_TYPE=Release'], install);
  mustRun('cmake', ['--build', buildFolder, '--target', name, '--parallel', '2'], install);
  const program = join(buildFolder, name);
  if (!existsSync(program)) throw new Error(`${name} was not built; ${install}, then run the bench again`);
  return program;
}

/** @returns what the command wrote. @throws Error with `advice` when it fails */
export function mustRun(command: string, args: readonly string[], advice: string): string {
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (result.status === 0) return result.stdout;
  process.stderr.write(result.stdout ?? '');
  throw new Error(`${command} failed${result.error ? ` (${result.error.message})` : ''}; ${advice}`);
}
