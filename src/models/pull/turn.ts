import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../clock.ts';
import { systemCodeOf } from '../../errors.ts';
import { isRunning, machineTag, startOf } from '../process-mark.ts';
import { writing } from '../staging-folder.ts';
import { pause } from './back-off.ts';

const claimPattern = /^claim-([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]{8}$/;
const pollMs = 200;
/** How often a holder shows that it is there. */
const heartbeatMs = 5_000;
/** A claim of another machine, whose processes cannot be seen, counts as left behind after this. */
const staleAfterMs = 60_000;

export interface TurnOptions {
  readonly clock: Clock;
  /** Within [0, 1). */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Called again and again while another process has the turn. */
  readonly onWait: () => Promise<void>;
}

/**
 * The right to work in a folder, which one process has at a time. Each puts a file of its own name there and then looks:
 * who is alone has the turn, who is not takes the file back and waits. So two can never both have it, and a claim that a
 * dead process left behind can be removed by anybody without harm.
 */
export class PullTurn {
  readonly #folder: string;
  readonly #claim: string;
  #stopHeartbeat: () => void = () => {};

  private constructor(folder: string, claim: string) {
    this.#folder = folder;
    this.#claim = claim;
    this.#beat();
  }

  /**
   * Waits for the turn in `folder`, which is made.
   * @throws PullError `interrupted`, ModelError `target_unwritable` or `no_space`
   */
  static async take(folder: string, { clock, random, signal, onWait }: TurnOptions): Promise<PullTurn> {
    for (;;) {
      const claim = await writing(folder, () => tryToClaim(folder));
      if (claim !== undefined) return new PullTurn(folder, claim);
      await onWait();
      await pause(clock, pollMs * (1 + random()), signal);
    }
  }

  /** Gives the turn to the next, and removes the folder where nothing is left in it. */
  async release(): Promise<void> {
    this.#stopHeartbeat();
    await rm(this.#claim, { force: true });
    // Not where a part is kept, or another has come.
    await rmdir(this.#folder).catch(() => {});
  }

  #beat(): void {
    this.#stopHeartbeat = systemClock.schedule(heartbeatMs, () => {
      this.#beat();
      const now = new Date();
      // A claim that cannot be touched is one that others may take for abandoned: the size of the file tells then.
      void utimes(this.#claim, now, now).catch(() => {});
    });
  }
}

/** The claim's path; undefined where another process has the turn or wants it, too. */
async function tryToClaim(folder: string): Promise<string | undefined> {
  await mkdir(folder, { recursive: true });
  if (await hasLivingClaim(folder)) return undefined;
  const mark = `${machineTag()}-${process.pid}-${startOf(process.pid) ?? 0}`;
  const own = `claim-${mark}-${randomBytes(4).toString('hex')}`;
  const path = join(folder, own);
  try {
    await (await open(path, 'wx')).close();
  } catch (error) {
    // Who had the turn before has just taken the folder away.
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  if (!(await hasLivingClaim(folder, own))) return path;
  await rm(path, { force: true });
  return undefined;
}

/** Whether there is one beside `own`; dead ones are removed. */
async function hasLivingClaim(folder: string, own?: string): Promise<boolean> {
  let isAnyAlive = false;
  for (const name of await namesIn(folder)) {
    if (name === own || !claimPattern.test(name)) continue;
    if (await isAlive(folder, name)) isAnyAlive = true;
    else await rm(join(folder, name), { force: true });
  }
  return isAnyAlive;
}

/** None in a folder that has just been taken away. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function isAlive(folder: string, claim: string): Promise<boolean> {
  const [, machine, pid = '', start] = claimPattern.exec(claim) ?? [];
  if (machine === machineTag()) {
    // A start that is not told says nothing.
    return isRunning(Number(pid)) && [start, '0'].includes(startOf(Number(pid)) ?? '0');
  }
  return stat(join(folder, claim)).then(
    ({ mtimeMs }) => Date.now() - mtimeMs < staleAfterMs,
    () => false,
  );
}
