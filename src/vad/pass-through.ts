import type { ClassifierStream, SpeechClassifier } from './classifier.ts';
import { ClassifierError } from './errors.ts';

/**
 * Goes on without a classifier whose model does not load or whose thread keeps dying: as long as it fails, whatever
 * the pre-filter lets through counts as speech.
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
