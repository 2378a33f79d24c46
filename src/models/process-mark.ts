import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCodeOf } from '../errors.ts';

/** Eight digits that stand for where process ids mean something: this machine or, on Linux, this container of it. */
export function machineTag(): string {
  return createHash('sha256').update(`${hostname()} ${pidNamespace()}`).digest('hex').slice(0, 8);
}

/** Whether a process of this machine has not ended yet. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return systemCodeOf(error) === 'EPERM';
  }
}

/**
 * When a process began, in ticks since the machine did: a number that was given again is told from the first process of
 * that number by it. undefined where the system does not say.
 */
export function startOf(pid: number): string | undefined {
  return statOf(pid)?.[startField];
}

/** Whether a process has ended that nobody has asked for its exit code yet. */
function isZombie(pid: number): boolean {
  return statOf(pid)?.[0] === 'Z';
}

/** Where the start stands behind the program's name. */
const startField = 19;

/** What Linux says of a process, from its state on. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    // The program's name, in parentheses, may hold spaces.
    const [, fields] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
    return fields?.split(' ');
  } catch {
    return undefined;
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
