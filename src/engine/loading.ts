import type { Logger } from '../observability/logger.ts';
import { capacityText } from './capacity-text.ts';
import type { SpeechEngine } from './types.ts';

/**
 * Told about once a second how far the loading of a model is.
 * @param fraction - of its weights, what has been read: 0..1. After that it is made ready, which takes a while too.
 */
export type LoadingObserver = (model: string, fraction: number) => void;

/** Who is told of the models of a process. */
export interface ModelObserver {
  readonly onLoading: LoadingObserver;
  readonly onLoaded: (engine: SpeechEngine) => void;
  readonly warn: (message: string) => void;
}

/** The log tells how far models are loaded, what they can do here, and which settings are not followed. */
export function logModels(log: Pick<Logger, 'info' | 'warn'>): ModelObserver {
  return {
    onLoading: logLoading(log),
    onLoaded: ({ model, capacity }) => {
      if (capacity) log.info({ model }, capacityText(model, capacity));
    },
    warn: (message) => log.warn(message),
  };
}

/** A line for every tenth; none of a model that is loaded within a second. */
export function logLoading(log: Pick<Logger, 'info'>): LoadingObserver {
  const told = new Map<string, number>();
  return (model, fraction) => {
    const tenths = Math.floor(fraction * 10);
    if (told.get(model) === tenths) return;
    told.set(model, tenths);
    const state = fraction < 1 ? `${Math.floor(fraction * 100)} %` : 'the weights are read, making it ready';
    log.info(`loading ${model}: ${state}`);
  };
}
