import type { Clock } from '../../clock.ts';
import { messageOf, systemCodeOf } from '../../errors.ts';
import type { NativeAddon, NativeModel, NativeModelOptions } from '../../native.ts';
import { EngineError } from '../errors.ts';

const progressIntervalMs = 1_000;

export interface LoadWeightsParts {
  readonly addon: Pick<NativeAddon, 'loadModel' | 'LoadProgress'>;
  readonly clock: Clock;
  /** Stops the loading. */
  readonly signal: AbortSignal;
  /** Told about once a second what part of the weights has been read. */
  readonly onProgress: (fraction: number) => void;
}

/** Loads a model's weights. @throws EngineError naming the file and the cause; `cancelled` after `signal` */
export async function loadWeights(
  file: string,
  options: Omit<NativeModelOptions, 'progress'>,
  { addon, clock, signal, onProgress }: LoadWeightsParts,
): Promise<NativeModel> {
  const progress = new addon.LoadProgress();
  const cancel = (): void => progress.cancel();
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const tell = (): void => {
    onProgress(progress.fraction);
    stopTelling = clock.schedule(progressIntervalMs, tell);
  };
  let stopTelling = clock.schedule(progressIntervalMs, tell);
  try {
    return await addon.loadModel(file, { ...options, progress });
  } catch (cause) {
    const code = systemCodeOf(cause) === 'load_cancelled' ? 'cancelled' : 'internal_error';
    throw new EngineError(code, messageOf(cause), { recoverable: false, cause });
  } finally {
    stopTelling();
    signal.removeEventListener('abort', cancel);
  }
}
