// Builds and runs the C++ unit tests through ctest: `node scripts/test-native.mjs [--sanitize=address|thread]`.
// Uses the addon's build folder where there is one; else, and with a sanitizer, plain CMake without Node.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { removeForeignBuild } from './foreign-build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { sanitize: { type: 'string', default: '' } } });
const jobs = String(availableParallelism());
const addonBuild = join(root, 'build');
removeForeignBuild(addonBuild, root);
const isAddonBuilt = !values.sanitize && existsSync(join(addonBuild, 'CMakeCache.txt'));
const buildDir = isAddonBuilt
  ? addonBuild
  : join(root, `build-test${values.sanitize ? `-${values.sanitize}` : ''}`);

if (!isAddonBuilt) {
  removeForeignBuild(buildDir, root);
  const buildType = values.sanitize ? 'RelWithDebInfo' : 'Release';
  run('cmake', [
    '-S',
    root,
    '-B',
    buildDir,
    '-DTHEO_ADDON=OFF',
    `-DTHEO_SANITIZE=${values.sanitize}`,
    `-DCMAKE_BUILD_TYPE=${buildType}`,
  ]);
}
run('cmake', ['--build', buildDir, '--target', 'theo_tests', '--parallel', jobs]);
run('ctest', ['--test-dir', buildDir, '--output-on-failure', '--parallel', jobs]);

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (result.error)
    console.error(`${command}: ${result.error.message}. Install CMake: sudo apt-get install -y cmake g++`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}
