import { availableParallelism, cpus, totalmem } from 'node:os';

/** What the figures were measured on: "AMD EPYC, 2 cores, 8 GiB, Node 20.11.0". */
export function describeMachine(): string {
  const cpu = cpus()[0]?.model.trim() ?? process.arch;
  return `${cpu}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}
