import { readFileSync } from 'node:fs';

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

/** Says that the limit is too low for the sessions, and what to do; undefined if it is not. */
export function openFileProblem(limit: number | undefined, maxSessions: number): string | undefined {
  if (limit === undefined || limit >= maxSessions + ownFiles) return undefined;
  return (
    `only ${limit} files may be open, too few for ${maxSessions} sessions: raise the hard limit to ` +
    `${maxSessions + ownFiles} (ulimit -Hn, LimitNOFILE of systemd) or lower --max-sessions`
  );
}
