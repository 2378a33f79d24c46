import type { SpacedWord } from './words.ts';

/** A word of a hypothesis. */
export interface HypothesisWord extends SpacedWord {
  readonly tokens: Int32Array;
  /** 0..1 */
  readonly probability: number;
}

/**
 * LocalAgreement-2: a word is committed once two hypotheses in a row agree on it and on everything before
 * it. Committed words never change. The last word of a hypothesis is never committed: the audio may have
 * cut it short.
 *
 * Source: Liu, Spanakis and Niehues, "Low-Latency Sequence-to-Sequence Speech Recognition and Translation by
 * Partial Hypothesis Selection" (2020).
 */
export class LocalAgreement {
  #committed: readonly HypothesisWord[] = [];
  #previousTail: readonly HypothesisWord[] = [];
  #tail: readonly HypothesisWord[] = [];

  /** Words that no later hypothesis can change. */
  get committed(): readonly HypothesisWord[] {
    return this.#committed;
  }

  /** What the newest hypothesis adds to the committed words. */
  get tail(): readonly HypothesisWord[] {
    return this.#tail;
  }

  /** Takes a hypothesis that begins with the committed words; one that does not is ignored. */
  update(hypothesis: readonly HypothesisWord[]): void {
    const committedCount = this.#committed.length;
    if (this.#committed.some((word, index) => hypothesis[index]?.text !== word.text)) return;
    const tail = hypothesis.slice(committedCount);
    let agreed = 0;
    while (agreed < tail.length - 1 && tail[agreed]?.text === this.#previousTail[agreed]?.text) agreed++;
    this.#committed = hypothesis.slice(0, committedCount + agreed);
    this.#tail = tail.slice(agreed);
    this.#previousTail = this.#tail;
  }
}
