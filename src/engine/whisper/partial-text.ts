import { sampleRateHz } from '../../native.ts';
import { joinWords } from '../words.ts';
import { withoutOpeningPunctuation } from './continuation.ts';
import { type HypothesisWord, LocalAgreement } from './local-agreement.ts';

/** New audio that makes a second hypothesis a witness for the first. */
const agreementSamples = 0.3 * sampleRateHz;
/**
 * Words of the unstable tail below this probability are not shown, nor is anything after them. An utterance's
 * first word comes at a lower price: it is what people wait for.
 */
const minTailProbability = 0.5;
const minOpeningProbability = 0.25;

/** What an utterance's hypotheses have come to, and how much of that is shown. */
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

  /** What the newest hypothesis adds to them. */
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
   * The text to show now, and its committed part; undefined when it is shown already, or nothing is to be.
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
