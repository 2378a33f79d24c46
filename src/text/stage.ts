import type { EntityKind } from './entities/identifier.ts';
import type { HotWord } from './hot-words/hot-word-matcher.ts';

/** What post-processing does; chosen per session or request. */
export interface TextOptions {
  /** Inverse text normalization. Default: true. */
  readonly enableItn?: boolean;
  /** Thousands separators in normalized numbers. Default: false. */
  readonly grouping?: boolean;
  /** Words and phrases that the speaker is likely to say. Default: none. */
  readonly hotWords?: readonly (string | HotWord)[];
  /** Identifiers to format: all (`true`) or some kinds. Default: false. */
  readonly entities?: boolean | readonly EntityKind[];
}

/** What a stage knows of the text that it works on. */
export interface TextContext extends TextOptions {
  /** BCP 47 tag of the transcript's language. */
  readonly language: string;
}

/** One step of post-processing: a pure function of the text and its context. */
export interface TextStage {
  readonly name: string;
  apply(text: string, context: TextContext): string;
}
