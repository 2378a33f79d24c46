import type { NativeDecodeRequest } from '../../native.ts';
import { languageSamples } from '../limits.ts';

/** A detected language that is as probable as this is the right one, given enough speech. */
const sureProbability = 0.9;

/**
 * How many times as likely as the language that was spoken before another one has to be. Short words sound alike in
 * several languages: a "sim" in a Portuguese call must not turn it Italian.
 */
const otherLanguageOdds = 20;

/** In which language an utterance is. */
export interface LanguageHints {
  /** What was asked for, ISO 639-1; null: it is detected. */
  readonly asked: string | null;
  /** What was spoken before, ISO 639-1; null: not known. */
  readonly expected: string | null;
}

/** What a decode is told of its language. Speech that is too short to tell is taken for the expected language. */
export function languageOf(
  { asked, expected }: LanguageHints,
  speechSamples: number,
): Pick<NativeDecodeRequest, 'language' | 'expectedLanguage' | 'otherLanguageOdds'> {
  const isShort = speechSamples < languageSamples;
  return {
    language: asked ?? (isShort ? expected : null),
    expectedLanguage: expected,
    otherLanguageOdds,
  };
}

/** Whether a language that was detected in this much speech is the right one. */
export function isSure(probability: number, speechSamples: number): boolean {
  return speechSamples >= languageSamples && probability >= sureProbability;
}
