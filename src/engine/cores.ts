import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, posix } from 'node:path';

const cgroupRoot = '/sys/fs/cgroup';

/** Where the numbers come from: the system, or a test. */
export interface CoresSource {
  /** Cores that this process may run on. */
  readonly parallelism: number;
  /** The text of a file; undefined where there is none to be read. */
  readText(path: string): string | undefined;
}

/**
 * Cores that this process can use: those that it may run on, and no more than the CPU quota of its cgroup (v1 or v2) or of
 * those around it allows. At least 1.
 */
export function availableCores(source: CoresSource = thisSystem()): number {
  const quotas = quotasOf(source);
  return Math.max(1, Math.floor(Math.min(source.parallelism, ...quotas)));
}

/** The cores asked for, at most the available ones. @param asked 0: all. */
export function usableCores(asked = 0): number {
  const available = availableCores();
  return asked === 0 ? available : Math.min(asked, available);
}

/** How decodes share the cores. */
export interface DecodeSetup {
  /** Decodes that may run at the same time; each has scratch memory of its own. */
  readonly slots: number;
  /** Threads of one decode. */
  readonly threads: number;
  /** Cores that all of them, and the sessions, share. */
  readonly cores: number;
}

/** The ways in which decodes may be done, the one to prefer first. */
export interface DecodeSetups {
  readonly setups: readonly [DecodeSetup, ...DecodeSetup[]];
  /** Why threads are fewer than were asked for; undefined: they are not. */
  readonly warning: string | undefined;
}

/** Two at least, so that a final never waits for a partial; then half the cores, each decode with two threads. */
export function defaultSlots(cores: number): number {
  return Math.max(2, Math.min(8, Math.floor(cores / 2)));
}

/**
 * How many decodes are done at the same time, on how many threads each. All slots together never get more threads than
 * there are cores: the threads of a decode wait for each other without sleeping, so a decode all but stops while one of
 * them has no core. Where neither was asked for, half as many slots of twice the threads are the other way: it suits a
 * model that is too slow on fewer threads.
 * @param asked 0: to be chosen.
 */
export function decodeSetups(
  asked: { readonly slots: number; readonly threads: number },
  cores: number,
): DecodeSetups {
  const slots = asked.slots || defaultSlots(cores);
  const most = Math.max(1, Math.floor(cores / slots));
  const first: DecodeSetup = { slots, threads: Math.min(asked.threads || most, most), cores };
  if (asked.threads > most) {
    const share = `${slots} decode slots share ${cores} ${cores === 1 ? 'core' : 'cores'}`;
    const warning = `threads: ${asked.threads} a decode were asked for, ${most} used: ${share}`;
    return { setups: [first], warning };
  }
  const fewer = Math.ceil(slots / 2);
  const wider: DecodeSetup = { slots: fewer, threads: Math.floor(cores / fewer), cores };
  const isFree = asked.slots === 0 && asked.threads === 0 && wider.threads > first.threads;
  return { setups: isFree ? [first, wider] : [first], warning: undefined };
}

function thisSystem(): CoresSource {
  return {
    parallelism: availableParallelism(),
    readText: (path) => {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
    },
  };
}

/** The quotas that hold for this process, in cores. */
function quotasOf({ readText }: CoresSource): readonly number[] {
  const memberships = (readText('/proc/self/cgroup') ?? '').split('\n').map((line) => line.split(':'));
  return memberships.flatMap(([id, controllers = '', path = '/']) => {
    if (id === '0' && controllers === '') {
      return foldersUpFrom(path).map((folder) => quotaV2(readText(join(cgroupRoot, folder, 'cpu.max'))));
    }
    if (!controllers.split(',').includes('cpu')) return [];
    return foldersUpFrom(path).map((folder) => {
      const read = (file: string): string | undefined => readText(join(cgroupRoot, 'cpu', folder, file));
      return quota(read('cpu.cfs_quota_us'), read('cpu.cfs_period_us'));
    });
  });
}

/** A cgroup's folder and all folders around it. In a container the outer ones do not exist. */
function foldersUpFrom(path: string): readonly string[] {
  const folder = posix.normalize(path);
  return folder === '/' || folder === '.' ? ['/'] : [folder, ...foldersUpFrom(posix.dirname(folder))];
}

/** `cpu.max`: "200000 100000", or "max 100000". */
function quotaV2(text: string | undefined): number {
  const [allowed, period] = (text ?? '').trim().split(' ');
  return quota(allowed, period);
}

function quota(allowedUs: string | undefined, periodUs: string | undefined): number {
  const cores = Number(allowedUs) / Number(periodUs);
  return cores > 0 ? cores : Number.POSITIVE_INFINITY;
}
