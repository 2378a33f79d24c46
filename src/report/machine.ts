import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** What the figures were measured on: "AMD EPYC (AVX-512 VNNI), 2 cores, 8 GiB, Node 20.11.0". */
export function describeMachine(): string {
  const cpu = cpus()[0]?.model.trim() ?? process.arch;
  const instructions = vectorInstructions();
  const name = instructions === null ? cpu : `${cpu} (${instructions})`;
  return `${name}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}

/** The newest of the vector instructions that matter to the kernels, as Linux names them; best first. */
const known = [
  ['amx_int8', 'AMX'],
  ['avx512_vnni', 'AVX-512 VNNI'],
  ['avx512f', 'AVX-512'],
  ['avx2', 'AVX2'],
  ['asimd', 'NEON'],
] as const;

function vectorInstructions(): string | null {
  if (process.platform !== 'linux') return null;
  const flags = new Set(
    readFileSync('/proc/cpuinfo', 'utf8')
      .match(/^(?:flags|Features)\s*:.*$/m)?.[0]
      .split(' '),
  );
  return known.find(([flag]) => flags.has(flag))?.[1] ?? null;
}
