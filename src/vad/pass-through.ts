import type { ClassifierStream, SpeechClassifier } from './classifier.ts';
import { ClassifierError } from './errors.ts';

/**
 * Goes on without a classifier whose model does not load or whose thread keeps dying: from then on whatever the
 * pre-filter lets through counts as speech.
 * @param onFailure called once, with the reason.
 */
export function passThroughOnFailure(
  inner: SpeechClassifier,
  onFailure: (error: ClassifierError) => void,
): SpeechClassifier {
  let hasFailed = false;
  const fallBack = (error: unknown): number => {
    if (!(error instanceof ClassifierError) || error.recoverable || error.code === 'vad_closed') throw error;
    if (!hasFailed) onFailure(error);
    hasFailed = true;
    return 1;
  };
  return {
    openStream: () => passThroughStream(inner.openStream(), fallBack),
    close: () => inner.close(),
  };
}

function passThroughStream(inner: ClassifierStream, fallBack: (error: unknown) => number): ClassifierStream {
  return {
    classify: (window) => inner.classify(window).catch(fallBack),
    skip: (window) => inner.skip(window),
    reset: () => inner.reset(),
    close: () => inner.close(),
  };
}
