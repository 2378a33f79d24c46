import type { NativeModel } from '../../native.ts';
import type { EarlierSpeech } from '../types.ts';
import { beginsUnspaced, joinTexts, joinWords, type SpacedWord } from '../words.ts';

/** The most that earlier text may take of the text context: a prompt and the new text must fit, too. */
const maxContextShare = 0.25;
/** Longer texts never fit, and are not tokenized: they may come from another machine. */
const maxCharacters = 2000;

/**
 * Punctuation that the model writes for a pause. It is removed, because the sentence may go on there. Question and
 * exclamation marks stay: they mean more than a pause.
 */
const pausePunctuation = /[\s.,;:…。、，．；：،؛।॥።]+$/u;
const nothingButPunctuation = /^[\p{P}\s]*$/u;

/** The speech that an utterance continues: the decoder is made to begin with its text. */
export interface Continuation {
  readonly samples: Float32Array;
  /** The text as it was delivered; `text` is without the punctuation at its end. */
  readonly deliveredText: string;
  readonly text: string;
  readonly tokens: Int32Array;
  /** ISO 639-1. */
  readonly language: string;
}

/** null where there is nothing to continue, or so much that no new text would fit. */
export function continuationOf(
  earlier: EarlierSpeech | null,
  model: Pick<NativeModel, 'tokenize' | 'textContext'>,
): Continuation | null {
  if (earlier === null || earlier.text.length > maxCharacters) return null;
  const text = earlier.text.replace(pausePunctuation, '');
  if (text === '') return null;
  const tokens = model.tokenize(beginsUnspaced(text) ? text : ` ${text}`);
  if (tokens.length > maxContextShare * model.textContext) return null;
  return { samples: earlier.samples, deliveredText: earlier.text, text, tokens, language: earlier.language };
}

/** The new words without leading punctuation: the earlier text was delivered with its own. */
export function withoutOpeningPunctuation<Word extends SpacedWord>(words: readonly Word[]): readonly Word[] {
  const first = words.findIndex((word) => !nothingButPunctuation.test(word.text));
  return first < 0 ? [] : words.slice(first);
}

/** The earlier text and the words behind it, with the punctuation that the model has put between them. */
export function wholeText(continuation: Continuation, words: readonly SpacedWord[]): string {
  const [first] = words;
  if (first === undefined) return continuation.text;
  return first.spaceBefore
    ? joinTexts([continuation.text, joinWords(words)])
    : continuation.text + joinWords(words);
}
