import { type NativeDecodeResult, type NativeModel, sampleRateHz } from '../../native.ts';
import type { EarlierSpeech } from '../types.ts';
import { beginsUnspaced, joinTexts, joinWords, type SpacedWord } from '../words.ts';

/** Of the text context, earlier text takes at most this much: a prompt and the new text must fit, too. */
const maxContextShare = 0.25;
/** Longer texts never fit; they may come from a peer, and are not even read. */
const maxCharacters = 2000;

/**
 * What the model writes where it hears a pause: a sentence that goes on has no full stop there. Question and exclamation
 * marks stay, they mean more than a pause.
 */
const pausePunctuation = /[\s.,;:…。、，．；：،؛।॥።]+$/u;
const nothingButPunctuation = /^[\p{P}\s]*$/u;

/** What an utterance goes on from: its text is forced, and the model's goes on behind it. */
export interface Continuation {
  readonly samples: Float32Array;
  /** As its reader has it, and without the punctuation at its end. */
  readonly deliveredText: string;
  readonly text: string;
  readonly tokens: Int32Array;
  /** ISO 639-1. */
  readonly language: string;
}

/** From less speech a language is not told for sure. */
export const languageSamples: number = 1.3 * sampleRateHz;
export const languageProbability = 0.9;

/** Whether speech that was heard alone is surely in another language than what it was to continue. */
export function isOtherLanguage(heard: NativeDecodeResult, continues: Continuation): boolean {
  return heard.languageProbability >= languageProbability && heard.language !== continues.language;
}

/** null where there is nothing to go on from, or so much that no new text would fit. */
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

/** What of the words behind a continuation is new to somebody who has read the earlier text with its full stop. */
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
