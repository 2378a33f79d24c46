import { closeSync, openSync, readFileSync } from 'node:fs';

/** Files, pipes and sockets that a server needs besides one for each session. */
const ownFiles = 100;

/** How many files this process may have open; undefined if unknown. Node.js has raised it to the hard limit. */
export function openFileLimit(): number | undefined {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** How many connections a limit has room for. */
export function connectionRoom(limit: number | undefined): number {
  return limit === undefined ? Number.POSITIVE_INFINITY : Math.max(1, limit - ownFiles);
}

/** A descriptor that is held for nothing but to be free when it is closed. */
export interface SpareFile {
  close(): void;
}

/** Holds a descriptor; undefined where there is none left. */
export function openSpareFile(): SpareFile | undefined {
  try {
    const descriptor = openSync('/dev/null', 'r');
    return { close: () => closeSync(descriptor) };
  } catch {
    return undefined;
  }
}

/** Says that the limit is too low for the sessions, and what to do; undefined if it is not. */
export function openFileProblem(limit: number | undefined, maxSessions: number): string | undefined {
  if (limit === undefined || limit >= maxSessions + ownFiles) return undefined;
  return (
    `only ${limit} files may be open, too few for ${maxSessions} sessions: raise the hard limit to ` +
    `${maxSessions + ownFiles} (ulimit -Hn, LimitNOFILE of systemd) or lower --max-sessions`
  );
}
