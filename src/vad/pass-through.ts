import type { ClassifierStream, SpeechClassifier } from './classifier.ts';
import { ClassifierError } from './errors.ts';

/**
 * Keeps sessions alive while the classifier fails, because its model does not load or its thread keeps dying: whatever
 * the pre-filter lets through then counts as speech.
 */
export function passThroughOnFailure(inner: SpeechClassifier): SpeechClassifier {
  return {
    openStream: () => passThroughStream(inner.openStream()),
    close: () => inner.close(),
  };
}

function passThroughStream(inner: ClassifierStream): ClassifierStream {
  return {
    classify: (window) => inner.classify(window).catch(speechWhereItFails),
    skip: (window) => inner.skip(window),
    reset: () => inner.reset(),
    close: () => inner.close(),
  };
}

function speechWhereItFails(error: unknown): number {
  if (!(error instanceof ClassifierError) || error.recoverable || error.code === 'vad_closed') throw error;
  return 1;
}
