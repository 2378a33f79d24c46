import { sampleRateHz } from '../../native.ts';
import { joinWords } from '../words.ts';
import { withoutOpeningPunctuation } from './continuation.ts';
import { type HypothesisWord, LocalAgreement } from './local-agreement.ts';

/** New audio after which a second hypothesis may commit words of the first. */
const agreementSamples = 0.3 * sampleRateHz;
/**
 * Uncommitted words below this probability are not shown, nor is anything after them. The bound is lower for an
 * utterance's first text, which people wait for.
 */
const minTailProbability = 0.5;
const minOpeningProbability = 0.25;

/** The words of an utterance's hypotheses so far, and what of them is shown. */
export class PartialText {
  #agreement = newAgreement();
  #shown = '';

  /** Whether nothing was shown yet. */
  get isEmpty(): boolean {
    return this.#shown === '';
  }

  /** Words that no later hypothesis can change. */
  get committed(): readonly HypothesisWord[] {
    return this.#agreement.committed;
  }

  /** The newest hypothesis's words behind the committed ones. */
  get tail(): readonly HypothesisWord[] {
    return this.#agreement.tail;
  }

  /**
   * Takes a hypothesis.
   * @param heardSamples how much audio it is about.
   */
  update(words: readonly HypothesisWord[], heardSamples: number): void {
    this.#agreement.update(words, heardSamples);
  }

  /** Forgets all words: they were in the wrong language. */
  restart(): void {
    this.#agreement = newAgreement();
  }

  /**
   * The text to show now, and its committed part; undefined when there is none or it is shown already.
   * @param isContinued whether the words go on from earlier text, whose full stop may be the first of them.
   */
  takeNew(isContinued: boolean): { readonly text: string; readonly committed: string } | undefined {
    const textOf = (words: readonly HypothesisWord[]): string =>
      joinWords(isContinued ? withoutOpeningPunctuation(words) : words);
    const { committed, tail } = this.#agreement;
    const enough = this.isEmpty ? minOpeningProbability : minTailProbability;
    const doubtful = tail.findIndex((word) => word.probability < enough);
    const text = textOf([...committed, ...(doubtful < 0 ? tail : tail.slice(0, doubtful))]);
    if (text === '' || text === this.#shown) return undefined;
    this.#shown = text;
    return { text, committed: textOf(committed) };
  }
}

function newAgreement(): LocalAgreement {
  return new LocalAgreement({ newSamples: agreementSamples, minProbability: minTailProbability });
}
