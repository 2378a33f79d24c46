import type { Logger } from '../observability/logger.ts';

/**
 * Told about once a second how far the loading of a model is.
 * @param fraction - of its weights, what has been read: 0..1. After that it is made ready, which takes a while too.
 */
export type LoadingObserver = (model: string, fraction: number) => void;

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
