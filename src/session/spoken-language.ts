import { languageSamples } from '../engine/limits.ts';
import type { Transcript } from '../engine/types.ts';

const minProbability = 0.6;

/**
 * The language that a session is in, while nobody has said which. It follows from its longer utterances. Short ones are
 * taken to be in it, because a "sim" alone may be Portuguese, Italian or Korean.
 */
export class SpokenLanguage {
  #language: string | null = null;

  /** ISO 639-1, or null: not known yet. */
  get expected(): string | null {
    return this.#language;
  }

  /** Takes what an utterance of this length turned out to be. */
  note({ text, language, languageProbability }: Transcript, speechSamples: number): void {
    if (text === '' || language === '' || speechSamples < languageSamples) return;
    if (languageProbability >= minProbability) this.#language = language;
  }

  /** The next utterance is heard without expectations. */
  forget(): void {
    this.#language = null;
  }
}
