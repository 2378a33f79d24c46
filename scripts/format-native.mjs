// Formats the C++ with clang-format, or checks it with --check. Skips with a notice where clang-format 19 is absent.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const native = join(dirname(dirname(fileURLToPath(import.meta.url))), 'native');
const check = process.argv.includes('--check');
const tool = ['clang-format-19', 'clang-format'].find((name) =>
  /version 19\./.test(spawnSync(name, ['--version'], { encoding: 'utf8' }).stdout ?? ''),
);
if (!tool) {
  console.log(
    'clang-format 19 not found: C++ formatting not checked (sudo apt-get install -y clang-format-19)',
  );
  process.exit(0);
}
const files = readdirSync(native, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(cc|h)$/.test(name))
  .map((name) => join(native, name));
const result = spawnSync(tool, [...(check ? ['--dry-run', '-Werror'] : ['-i']), ...files], {
  stdio: 'inherit',
});
process.exit(result.status ?? 1);
