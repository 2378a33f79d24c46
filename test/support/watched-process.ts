import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether system calls can be watched here: it takes `strace`, and the right to trace. */
export const canTrace: boolean = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

/** What a process left behind and whom it turned to; its children and threads included. */
export interface Traces {
  readonly exitCode: number | null;
  readonly stderr: string;
  /** In its home, its folder for temporary files and its cache, all of which were empty before. */
  readonly files: readonly string[];
  /** System calls that change files anywhere else; none where `canTrace` is false. */
  readonly changes: readonly string[];
  /** System calls that use sockets otherwise than to listen on or talk to 127.0.0.1; none where `canTrace` is false. */
  readonly strangers: readonly string[];
}

const watchedCalls = [
  ...['socket', 'bind', 'connect', 'sendto', 'sendmsg', 'sendmmsg'],
  ...['open', 'openat', 'openat2', 'creat', 'mkdir', 'mkdirat', 'mknod', 'mknodat', 'link', 'linkat'],
  ...['symlink', 'symlinkat', 'rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'truncate'],
];

/** Runs Node.js with `args` in an empty home, under a trace where that is possible. @param during what to do with it */
export async function watch(
  args: readonly string[],
  during: (child: ChildProcess) => Promise<unknown> = async () => {},
): Promise<Traces> {
  const folder = mkdtempSync(join(tmpdir(), 'theo-watched-'));
  const traceFile = join(folder, 'trace');
  const homes = { HOME: 'home', TMPDIR: 'tmp', XDG_CACHE_HOME: 'cache', XDG_DATA_HOME: 'data' };
  const places = Object.entries(homes).map(([variable, name]) => [variable, join(folder, 'own', name)]);
  for (const [, place = ''] of places) mkdirSync(place, { recursive: true });
  const untouched = readdirSync(join(folder, 'own'), { recursive: true }).map(String);
  // -D: the tracer is no parent, so that signals and exit codes are the process' own.
  const tracer = ['strace', '-D', '-f', '--seccomp-bpf', '-e', `trace=${watchedCalls}`, '-o', traceFile];
  const [program = '', ...rest] = [...(canTrace ? tracer : []), process.execPath, ...args];
  const child = spawn(program, rest, {
    env: { ...process.env, ...(Object.fromEntries(places) as Record<string, string>) },
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  child.stdout.resume();
  const closed = once(child, 'close');
  try {
    await during(child);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const [exitCode] = (await closed) as [number | null];
  const calls = canTrace
    ? await readTrace(traceFile, new RegExp(`^${child.pid} +\\+\\+\\+ exited`, 'm'))
    : [];
  return {
    exitCode,
    stderr,
    files: readdirSync(join(folder, 'own'), { recursive: true })
      .map(String)
      .filter((file) => !untouched.includes(file)),
    changes: calls.filter(changesFiles),
    strangers: calls.filter(turnsToStrangers),
  };
}

/** The tracer ends after the process. */
async function readTrace(file: string, lastLine: RegExp): Promise<readonly string[]> {
  for (;;) {
    const trace = readFileSync(file, 'utf8');
    if (lastLine.test(trace)) return trace.split('\n').filter((line) => / \w+\(/.test(line));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function changesFiles(call: string): boolean {
  if (/"\/(?:dev\/(?:null|tty)|proc\/[^"]*)"/.test(call)) return false;
  if (/ open(?:at2?)?\(/.test(call)) return /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(call);
  return !/ (?:socket|bind|connect|send\w+)\(/.test(call);
}

function turnsToStrangers(call: string): boolean {
  if (/ socket\(/.test(call)) return /SOCK_DGRAM|SOCK_RAW/.test(call);
  if (!/ (?:bind|connect|send\w+)\(/.test(call)) return false;
  return /sa_family=/.test(call) && !/sa_family=AF_INET, [^}]*"127\.0\.0\.1"/.test(call);
}
