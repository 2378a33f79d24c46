/**
 * What a decode is for, the most urgent first. `opening`: an utterance's first text. `anticipated`: a final that
 * may turn out to be needed. `partial`: more of a text that is already shown.
 */
export const decodeKinds = ['final', 'opening', 'anticipated', 'batch', 'partial'] as const;
export type DecodeKind = (typeof decodeKinds)[number];

/** What the queue needs to know about a decode. */
export interface QueuedDecode {
  readonly kind: DecodeKind;
  /** Grows with every decode: the oldest has the lowest. */
  readonly order: number;
  /** Whose it is; undefined: a session of its own. */
  readonly session: string | undefined;
  /** The round of its kind in which it is served. Set by the queue when it is first added. */
  round: number | undefined;
}

/**
 * The decodes that wait, and their order: the most urgent kind first; within a kind, sessions take turns in rounds;
 * within a round, the oldest first. So a session that asks for much delays itself and not the others.
 *
 * Only one final of a session is urgent at a time. Its next final waits for that one, and behind all other decodes of
 * any kind: otherwise a session that keeps ending utterances would leave the others no partials.
 *
 * Source of the rounds: Goyal, Vin and Cheng, "Start-time Fair Queuing" (1996), each decode counting the same.
 */
export class DecodeQueue<Decode extends QueuedDecode> {
  /** By age, the oldest first. */
  readonly #waiting: Decode[] = [];
  /** For each kind, the round that is being served. */
  readonly #round = new Map<DecodeKind, number>();

  get length(): number {
    return this.#waiting.length;
  }

  /** A decode that was taken out before gets its old place. */
  add(decode: Decode): void {
    decode.round ??= this.#roundFor(decode);
    const before = this.#waiting.findLastIndex(({ order }) => order < decode.order);
    this.#waiting.splice(before + 1, 0, decode);
  }

  /** @returns whether it was there. */
  remove(decode: Decode): boolean {
    const index = this.#waiting.indexOf(decode);
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  /**
   * Takes out the decode whose turn it is, and the next ones of the same kind.
   * @param running the decodes that run now.
   * @param most how many decodes of a kind may start together; 0: none may start.
   */
  take(running: Iterable<Decode>, most: (kind: DecodeKind) => number): readonly Decode[] {
    const followers = this.#followers(running);
    const urgency = (decode: Decode): number =>
      followers.has(decode) ? decodeKinds.length : decodeKinds.indexOf(decode.kind);
    const line = this.#waiting
      .filter(({ kind }) => most(kind) > 0)
      .sort((a, b) => urgency(a) - urgency(b) || roundOf(a) - roundOf(b) || a.order - b.order);
    const [first] = line;
    if (first === undefined) return [];
    const taken = line.filter(({ kind }) => kind === first.kind).slice(0, most(first.kind));
    for (const decode of taken) this.remove(decode);
    this.#round.set(first.kind, Math.max(...taken.map(roundOf), this.#round.get(first.kind) ?? 0));
    return taken;
  }

  /** How many urgent finals wait: at most one for each session. */
  urgentFinals(running: Iterable<Decode>): number {
    const finals = this.#waiting.filter(({ kind }) => kind === 'final').length;
    return finals === 0 ? 0 : finals - this.#followers(running).size;
  }

  /** Takes out everything. */
  clear(): readonly Decode[] {
    return this.#waiting.splice(0);
  }

  /** The round being served, or the one after the session's last waiting decode of this kind. */
  #roundFor({ kind, session }: Decode): number {
    const served = this.#round.get(kind) ?? 0;
    if (session === undefined) return served;
    const last = this.#waiting.findLast((other) => other.session === session && other.kind === kind);
    return last ? Math.max(served, roundOf(last) + 1) : served;
  }

  /** Finals behind another final of the same session that runs or waits. */
  #followers(running: Iterable<Decode>): ReadonlySet<Decode> {
    const followers = new Set<Decode>();
    const sessions = new Set<string>();
    for (const { kind, session } of running) {
      if (kind === 'final' && session !== undefined) sessions.add(session);
    }
    for (const decode of this.#waiting) {
      if (decode.kind !== 'final' || decode.session === undefined) continue;
      if (sessions.has(decode.session)) followers.add(decode);
      sessions.add(decode.session);
    }
    return followers;
  }
}

function roundOf({ round }: QueuedDecode): number {
  return round ?? 0;
}
