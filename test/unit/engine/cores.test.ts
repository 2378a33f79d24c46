import { describe, expect, it } from 'vitest';
import { availableCores, decodeSetups, defaultSlots } from '#theo/engine/cores.js';

/** The cores of a machine of 16 with these files. */
function coresWith(files: Readonly<Record<string, string>>): number {
  return availableCores({ parallelism: 16, readText: (path) => files[path] });
}

describe('availableCores', () => {
  it('are those of the machine where no cgroup says otherwise', () => {
    expect(coresWith({})).toBe(16);
    expect(coresWith({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': 'max 100000\n' })).toBe(16);
    expect(coresWith({ '/proc/self/cgroup': 'no cgroups at all' })).toBe(16);
    expect(availableCores()).toBeGreaterThanOrEqual(1);
  });

  it.each([
    ['a container', { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '250000 100000\n' }, 2],
    [
      'a service',
      {
        '/proc/self/cgroup': '0::/system.slice/theo.service\n',
        '/sys/fs/cgroup/system.slice/theo.service/cpu.max': '400000 100000\n',
      },
      4,
    ],
    [
      'a cgroup around its own',
      {
        '/proc/self/cgroup': '0::/outer/inner\n',
        '/sys/fs/cgroup/outer/inner/cpu.max': 'max 100000\n',
        '/sys/fs/cgroup/outer/cpu.max': '300000 100000\n',
      },
      3,
    ],
    [
      'cgroups of the first version',
      {
        '/proc/self/cgroup': '5:memory:/docker/1\n4:cpu,cpuacct:/docker/1\n0::/\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '600000\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      },
      6,
    ],
    [
      'the first version without a quota',
      {
        '/proc/self/cgroup': '4:cpu:/\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      },
      16,
    ],
    ['half a core', { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '50000 100000\n' }, 1],
    [
      'more than there are',
      { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '9900000 100000\n' },
      16,
    ],
  ])('are at most the quota of %s', (_of, files, cores) => {
    expect(coresWith(files)).toBe(cores);
  });
});

describe('decodeSetups', () => {
  const first = (slots: number, threads: number, cores: number) =>
    decodeSetups({ slots, threads }, cores).setups[0];

  it('threads are as many as were asked for where they fit, and fill the cores where nothing was asked', () => {
    expect(first(4, 2, 8)).toEqual({ slots: 4, threads: 2, cores: 8 });
    expect(first(4, 0, 8)).toEqual({ slots: 4, threads: 2, cores: 8 });
    expect(first(8, 0, 2)).toEqual({ slots: 8, threads: 1, cores: 2 });
  });

  it('are never more than there are cores for all slots, and that is told', () => {
    expect(decodeSetups({ slots: 2, threads: 16 }, 8)).toEqual({
      setups: [{ slots: 2, threads: 4, cores: 8 }],
      warning: 'threads: 16 a decode were asked for, 4 used: 2 decode slots share 8 cores',
    });
    expect(decodeSetups({ slots: 2, threads: 2 }, 1)).toEqual({
      setups: [{ slots: 2, threads: 1, cores: 1 }],
      warning: 'threads: 2 a decode were asked for, 1 used: 2 decode slots share 1 core',
    });
  });

  it('where nothing was asked, fewer slots of more threads are the other way, as long as there are cores', () => {
    const free = (cores: number) =>
      decodeSetups({ slots: 0, threads: 0 }, cores).setups.map(({ slots, threads }) => [slots, threads]);
    expect(free(1)).toEqual([[2, 1]]);
    expect(free(2)).toEqual([
      [2, 1],
      [1, 2],
    ]);
    expect(free(16)).toEqual([
      [8, 2],
      [4, 4],
    ]);
    expect(decodeSetups({ slots: 2, threads: 0 }, 2).setups).toHaveLength(1);
  });
});

it('there are two slots at least, and one for every other core', () => {
  expect([1, 2, 4, 6, 8, 64].map((cores) => defaultSlots(cores))).toEqual([2, 2, 2, 3, 4, 8]);
});
