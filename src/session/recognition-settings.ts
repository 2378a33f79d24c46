/** Words and phrases that the speaker is likely to say. */
export interface HotWords {
  readonly phrases: readonly string[];
  readonly boost: number;
  /** The same for post-processing, which prepares each list once: it finds its work again by this array's identity. */
  readonly weighted: readonly { readonly phrase: string; readonly boost: number }[];
}

/** How utterances are to be recognized. */
export interface RecognitionSettings {
  /** ISO 639-1, or null to detect. */
  readonly language: string | null;
  readonly enablePartials: boolean;
  readonly enableItn: boolean;
  readonly hotWords: HotWords;
}

export function hotWordsOf(phrases: readonly string[], boost: number): HotWords {
  return { phrases, boost, weighted: phrases.map((phrase) => ({ phrase, boost })) };
}
