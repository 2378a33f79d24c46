import { primarySubtag } from '../language-tag.ts';
import { languageFor } from '../languages/languages.ts';
import type { TextContext, TextStage } from '../stage.ts';
import { type HotWord, HotWordMatcher } from './hot-word-matcher.ts';

type HotWords = readonly (string | HotWord)[];

/** Corrects words that sound like a hot word of the context. Prepared lists are kept as long as the lists live. */
export class HotWordStage implements TextStage {
  readonly name = 'hot-words';
  readonly #matchers = new WeakMap<HotWords, Map<string, HotWordMatcher>>();

  apply(text: string, { hotWords, language }: TextContext): string {
    if (hotWords === undefined || hotWords.length === 0) return text;
    return this.#matcher(hotWords, primarySubtag(language)).correct(text);
  }

  #matcher(hotWords: HotWords, language: string): HotWordMatcher {
    let byLanguage = this.#matchers.get(hotWords);
    if (byLanguage === undefined) {
      byLanguage = new Map();
      this.#matchers.set(hotWords, byLanguage);
    }
    let matcher = byLanguage.get(language);
    if (matcher === undefined) {
      matcher = new HotWordMatcher(hotWords, languageFor(language));
      byLanguage.set(language, matcher);
    }
    return matcher;
  }
}
