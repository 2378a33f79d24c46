import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of a server, or cores that it takes, by what its threads do. */
export interface CpuByPart {
  /** Whisper, spectrograms included. */
  readonly decoding: number;
  /** The main thread: sockets, sessions, the audio front end, text. */
  readonly eventLoop: number;
  /** Voice activity detection, garbage collection. */
  readonly other: number;
}

/** What the kernel counts CPU time in, a second. */
const ticksPerSecond = 100;
/** As `native/whisper/decode_thread.cc` calls its threads and those that they start. */
const decodeThreads = 'theo-decode';

/** The CPU time of a server's threads from now on, as Linux counts it. Threads that have ended since are not in it. */
export class CpuMeter {
  readonly #pid: number;
  readonly #before: CpuByPart;

  constructor(pid: number) {
    this.#pid = pid;
    this.#before = read(pid);
  }

  /** @param seconds by which the time is divided: those that passed, times as many as shared it. */
  used(seconds: number): CpuByPart {
    const now = read(this.#pid);
    const share = (part: keyof CpuByPart): number => (now[part] - this.#before[part]) / seconds;
    return { decoding: share('decoding'), eventLoop: share('eventLoop'), other: share('other') };
  }
}

function read(pid: number): CpuByPart {
  const used = { decoding: 0, eventLoop: 0, other: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = statOf(`/proc/${pid}/task/${thread}/stat`);
    if (stat === null) continue;
    // "TID (name) state ...": user and system time are the 12th and 13th field behind the name.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const seconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    if (stat.includes(`(${decodeThreads})`)) used.decoding += seconds;
    else if (Number(thread) === pid) used.eventLoop += seconds;
    else used.other += seconds;
  }
  return used;
}

/** null for a thread that has just ended. */
function statOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
