import { joinWords, type SpacedWord } from '../words.ts';

/** A word of a hypothesis. */
export interface HypothesisWord extends SpacedWord {
  readonly tokens: Int32Array;
  /** 0..1 */
  readonly probability: number;
}

/** When a second hypothesis may commit words. */
export interface AgreementPolicy {
  /** It must have heard this much more audio than the first: the same audio is misheard in the same way again. */
  readonly newSamples: number;
  /** A less probable word is not committed, nor are the words behind it. */
  readonly minProbability: number;
}

/**
 * LocalAgreement-2: words are committed once two hypotheses in a row agree on them and on everything before them,
 * in the newer one's form. Committed text never changes. The last word of a hypothesis is never committed: the audio
 * may have cut it short.
 *
 * Two hypotheses agree on a word whatever its case and the punctuation around it ("Hello," and "hello"). The
 * punctuation that stands where committing ends must be the same, though: it depends on what follows, and a full stop
 * that is committed could not become a comma. Words are compared where both hypotheses have a boundary, so it does not
 * matter how the tokens cut a script that has no spaces.
 *
 * Source: Liu, Spanakis and Niehues, "Low-Latency Sequence-to-Sequence Speech Recognition and Translation by
 * Partial Hypothesis Selection" (2020).
 */
export class LocalAgreement {
  readonly #policy: AgreementPolicy;
  #committed: readonly HypothesisWord[] = [];
  #tail: readonly HypothesisWord[] = [];
  /** The hypothesis that the next ones are compared with: its words behind the committed ones. */
  #witness: { readonly tail: readonly HypothesisWord[]; readonly heardSamples: number } | undefined;

  constructor(policy: AgreementPolicy) {
    this.#policy = policy;
  }

  /** Words that no later hypothesis can change. */
  get committed(): readonly HypothesisWord[] {
    return this.#committed;
  }

  /** What the newest hypothesis adds to the committed words; it may continue the last of them. */
  get tail(): readonly HypothesisWord[] {
    return this.#tail;
  }

  /**
   * Takes a hypothesis that begins with the committed words' tokens; one that does not is ignored.
   * @param heardSamples how much audio it is about.
   */
  update(hypothesis: readonly HypothesisWord[], heardSamples: number): void {
    const tail = wordsBeyond(this.#committed, hypothesis);
    if (tail === undefined) return;
    this.#tail = tail;
    if (this.#witness && heardSamples < this.#witness.heardSamples + this.#policy.newSamples) return;
    const doubted = tail.findIndex((word) => word.probability < this.#policy.minProbability);
    const believed = doubted < 0 ? tail : tail.slice(0, doubted + 1);
    const agreed = countAgreed(believed, this.#witness?.tail ?? []);
    this.#committed = [...this.#committed, ...tail.slice(0, agreed)];
    this.#tail = tail.slice(agreed);
    this.#witness = { tail: this.#tail, heardSamples };
  }
}

/** The words behind the committed ones; the first is what is left of a word of which only the beginning is committed. */
function wordsBeyond(
  committed: readonly HypothesisWord[],
  hypothesis: readonly HypothesisWord[],
): readonly HypothesisWord[] | undefined {
  const tokens = committed.flatMap((word) => [...word.tokens]);
  const heard = hypothesis.flatMap((word) => [...word.tokens]);
  const text = joinWords(committed);
  if (tokens.some((token, index) => token !== heard[index])) return undefined;
  let count = 0;
  let covered = 0;
  for (const word of hypothesis) {
    if (covered >= tokens.length) break;
    covered += word.tokens.length;
    count++;
  }
  const last = hypothesis[count - 1];
  const begun = joinWords(hypothesis.slice(0, count));
  if (!begun.startsWith(text)) return undefined;
  const rest = hypothesis.slice(count);
  if (last === undefined || covered === tokens.length) return rest;
  const remainder = last.tokens.slice(last.tokens.length - (covered - tokens.length));
  return [{ ...last, text: begun.slice(text.length), spaceBefore: false, tokens: remainder }, ...rest];
}

/** How many of the newer words the older ones confirm. */
function countAgreed(newer: readonly HypothesisWord[], older: readonly HypothesisWord[]): number {
  const confirmed = new Set(boundaries(older));
  return boundaries(newer.slice(0, -1)).findLastIndex((boundary) => confirmed.has(boundary)) + 1;
}

/** What two hypotheses that agree up to the end of a word have in common there, for each word. */
function boundaries(words: readonly HypothesisWord[]): readonly string[] {
  let text = '';
  let spoken = '';
  let gap = '';
  return words.map((word) => {
    text += word.text;
    if (word.spaceBefore) gap = ' ';
    const bare = withoutPunctuation(word.text);
    if (bare !== '') {
      spoken += gap + bare;
      gap = '';
    }
    return `${spoken}\n${/\p{P}*$/u.exec(text)?.[0]}`;
  });
}

/** Punctuation that can change a word's meaning, as in "C#", "-5", "dogs'", ".5" and "5%", is not left out. */
const opening = /^[\p{Ps}\p{Pi}"„‚¿¡]+/u;
const closing = /((?![#%&@*/\\'’_‰-])\p{P})+$/u;

function withoutPunctuation(word: string): string {
  return word.normalize('NFC').toLowerCase().replace(opening, '').replace(closing, '');
}
