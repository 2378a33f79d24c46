// Builds the native addon with cmake-js: `node scripts/build-native.mjs [--portable] [--cuda] [--sanitize=address]`.
// Configures and builds every time; both are incremental. Says what to install when a tool is missing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { removeForeignBuild } from './foreign-build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: options } = parseArgs({
  options: {
    portable: { type: 'boolean', default: false },
    cuda: { type: 'boolean', default: false },
    sanitize: { type: 'string', default: '' },
  },
});

requireTool('cmake', ['--version'], 'CMake 3.25 or newer', {
  linux: 'sudo apt-get install -y cmake',
  darwin: 'brew install cmake',
  win32: 'winget install Kitware.CMake',
});
requireTool(
  process.env.CXX ?? (process.platform === 'darwin' ? 'clang++' : 'g++'),
  ['--version'],
  'a C++20 compiler',
  {
    linux: 'sudo apt-get install -y g++ make',
    darwin: 'xcode-select --install',
    win32: 'install Visual Studio Build Tools with the C++ workload',
  },
);

const suffix = [options.portable && 'portable', options.cuda && 'cuda', options.sanitize]
  .filter(Boolean)
  .join('-');
const outDir = join(root, suffix ? `build-${suffix}` : 'build');
if (removeForeignBuild(outDir, root)) {
  console.log(`native: ${outDir} was built in another folder: building anew`);
}
const cmakeJs = createRequire(import.meta.url).resolve('cmake-js/bin/cmake-js');
const common = [
  '--directory',
  root,
  '--out',
  outDir,
  '--config',
  options.sanitize ? 'RelWithDebInfo' : 'Release',
  '--parallel',
  String(availableParallelism()),
  `--CDTHEO_PORTABLE=${options.portable ? 'ON' : 'OFF'}`,
  `--CDTHEO_CUDA=${options.cuda ? 'ON' : 'OFF'}`,
  // cmake-js drops empty values, and a cached sanitizer would survive: each sanitizer has its own folder instead.
  ...(options.sanitize ? [`--CDTHEO_SANITIZE=${options.sanitize}`] : []),
];

for (const step of ['configure', 'build']) {
  console.log(
    `native: ${step}${step === 'build' ? ' (about a minute and a half on two cores the first time)' : ''}`,
  );
  const result = spawnSync(process.execPath, [cmakeJs, step, '--log-level', 'warn', ...common], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) {
    fail(
      `native: ${step} failed. The compiler's or CMake's message is above; docs/building.md lists what is needed.`,
    );
  }
}
console.log(`native: ${join(outDir, 'addon', 'theo.node')}`);

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} what
 * @param {Record<string, string>} remedies by process.platform
 */
function requireTool(command, args, what, remedies) {
  const found = spawnSync(command, args, { stdio: 'ignore' });
  if (found.status === 0 || (existsSync(command) && !found.error)) return;
  fail(
    `native: ${what} is needed to build the addon, and '${command}' was not found.\n` +
      `  Install it, then run 'npm ci' again:  ${remedies[process.platform] ?? what}`,
  );
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(1);
}
