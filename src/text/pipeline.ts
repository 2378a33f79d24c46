import type { TextContext, TextStage } from './stage.ts';

/** A text on its way out of the recognizer. */
export interface RecognizedText {
  readonly text: string;
  /** Only finals are post-processed; a partial would change under the reader's eyes. */
  readonly isFinal: boolean;
}

/** Told of a stage that threw; the text went on without it. */
export type StageErrorHandler = (stage: string, error: unknown) => void;

/** Applies stages in order to final transcripts. It fails open: a stage that throws leaves the text as it was. */
export class TextPipeline {
  readonly #stages: readonly TextStage[];
  readonly #onError: StageErrorHandler;

  constructor(stages: readonly TextStage[], onError: StageErrorHandler) {
    this.#stages = stages;
    this.#onError = onError;
  }

  /** @param onError takes the place of the pipeline's own handler. */
  apply(
    { text, isFinal }: RecognizedText,
    context: TextContext,
    onError: StageErrorHandler = this.#onError,
  ): string {
    if (!isFinal) return text;
    let current = text;
    for (const stage of this.#stages) {
      try {
        current = stage.apply(current, context);
      } catch (error) {
        onError(stage.name, error);
      }
    }
    return current;
  }
}
