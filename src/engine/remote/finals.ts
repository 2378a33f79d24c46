import type { Transcript } from '../types.ts';
import { joinTexts } from '../words.ts';

/**
 * The finals of one stream. Our workers send one; the original ones send one for every few seconds of audio, and
 * none for silence. Together they are the utterance's transcript.
 */
export class Finals {
  readonly #finals: Transcript[] = [];

  add(final: Transcript): void {
    this.#finals.push(final);
  }

  /** The text so far. */
  get text(): string {
    return joinTexts(this.#finals.map((final) => final.text));
  }

  /** The final text so far, then `text`. */
  followedBy(text: string): string {
    return joinTexts([this.text, text]);
  }

  /** All of them as one. @param language of the result where no final names one. */
  total(language: string): Transcript {
    const told = this.#finals.findLast((final) => final.language !== '')?.language ?? language;
    const [only, ...others] = this.#finals;
    if (only && others.length === 0) return { ...only, language: told };
    const characters = this.#finals.reduce((sum, final) => sum + final.text.length, 0);
    const weighted = this.#finals.reduce((sum, final) => sum + final.confidence * final.text.length, 0);
    const words = this.#finals.flatMap((final) => final.words ?? []);
    return {
      text: this.text,
      language: told,
      // Workers that send several do not say.
      languageProbability: 0,
      confidence: characters === 0 ? 0 : weighted / characters,
      words: words.length === 0 ? null : words,
    };
  }
}
