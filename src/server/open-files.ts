import { readFileSync } from 'node:fs';

/** Files, pipes and sockets that a server has open besides those of its clients, and a few clients to spare. */
const ownFiles = 100;

/** How many files this process may have open; undefined where the system does not say. Node.js has raised it as far as it may. */
export function openFileLimit(): number | undefined {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** What is wrong with a limit for so many sessions, and what to do; undefined: nothing. */
export function openFileProblem(limit: number | undefined, maxSessions: number): string | undefined {
  if (limit === undefined || limit >= maxSessions + ownFiles) return undefined;
  return (
    `only ${limit} files may be open, too few for ${maxSessions} sessions: raise the hard limit to ` +
    `${maxSessions + ownFiles} (ulimit -Hn, LimitNOFILE of systemd) or lower --max-sessions`
  );
}
