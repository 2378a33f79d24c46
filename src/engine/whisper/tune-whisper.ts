import type { Clock } from '../../clock.ts';
import type { InstalledModel } from '../../models/registry.ts';
import type { NativeAddon } from '../../native.ts';
import { defaultSlots } from '../cores.ts';
import type { Capacity } from '../types.ts';
import { partialIntervalFor } from './capacity.ts';
import { loadWhisper } from './load-whisper.ts';

/** Settings of a manifest's `engine_config` that depend on the machine. */
export interface TunedSettings {
  readonly decodeSlots: number;
  readonly threads: number;
  readonly decodeBatch: number;
  readonly int8: boolean;
  readonly partialIntervalMs: number;
}

/** Settings that were tried, and what they come to. */
export interface Trial {
  readonly settings: TunedSettings;
  readonly capacity: Capacity;
}

export interface TuningParts {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  /** Cores that the model may use. */
  readonly cores: number;
  /** How long each way is measured, in ms. */
  readonly trialMs: number;
  /** Called before each trial. @param fraction of the trials that is done, 0..1 */
  readonly onProgress: (fraction: number) => void;
  /** Ends it after the running trial. */
  readonly signal: AbortSignal;
}

type Tried = Omit<TunedSettings, 'partialIntervalMs'>;

/** Batches worth trying: a CPU gains little, a GPU is idle without. */
const cpuBatches = [1, 2, 4];
const gpuBatches = [1, 4, 8, 16];
/** What is measured differs from time to time: less of a gain is none. */
const clearly = 1.1;

const unobserved = {
  queueDepth: () => {},
  batchStarted: () => {},
  decodeStarted: () => {},
  decodeEnded: () => {},
};

/**
 * Tries the ways in which a model can be run on this machine: slots and threads first, then on the best of them how many
 * decodes are done together, then products in int8 or in the weights' own precision. The first trial is what a server does
 * by itself; another one is better only where it hears clearly more people, or as many and gives the first text clearly sooner,
 * and does so when both are measured once more.
 * @returns all trials in their order, and the best
 * @throws EngineError where the model does not load; the signal's reason
 */
export async function tuneWhisper(
  model: InstalledModel,
  parts: TuningParts,
): Promise<{ readonly trials: readonly Trial[]; readonly best: Trial }> {
  const [first, ...otherSetups] = setupsToTry(parts.cores);
  const trials: Trial[] = [];
  const total = otherSetups.length + 1 + gpuBatches.length;
  const attempt = async (tried: Tried): Promise<Trial & { readonly device: string }> => {
    parts.signal.throwIfAborted();
    parts.onProgress(Math.min(1, trials.length / total));
    const result = await measureTrial(model, tried, parts);
    trials.push(result);
    return result;
  };
  /** What one measurement says may be what else the machine did meanwhile. */
  const winsAgain = async (one: Trial, other: Trial): Promise<boolean> => {
    parts.signal.throwIfAborted();
    const again = [
      await measureTrial(model, one.settings, parts),
      await measureTrial(model, other.settings, parts),
    ] as const;
    return isClearlyBetter(again[0].capacity, again[1].capacity);
  };
  let best = await attempt({ ...first, decodeBatch: 0, int8: model.manifest.engineConfig.int8 });
  const consider = async (change: Partial<Tried>): Promise<void> => {
    const other = await attempt({ ...best.settings, ...change });
    if (isClearlyBetter(other.capacity, best.capacity) && (await winsAgain(other, best))) best = other;
  };
  for (const setup of otherSetups) await consider(setup);
  const batches = best.device === 'CPU' ? cpuBatches : gpuBatches;
  for (const decodeBatch of batches.filter((batch) => batch !== best.settings.decodeBatch)) {
    await consider({ decodeBatch });
  }
  if (best.device === 'CPU') await consider({ int8: !best.settings.int8 });
  return { trials, best };
}

/** Slots and threads; the first is what a server chooses for a model that is quick enough. */
export function setupsToTry(
  cores: number,
): readonly [Pick<Tried, 'decodeSlots' | 'threads'>, ...Pick<Tried, 'decodeSlots' | 'threads'>[]] {
  const usual = defaultSlots(cores);
  const others = [1, 2, 4, 8, 16].filter((slots) => slots !== usual && slots <= Math.max(2, cores));
  const setupOf = (decodeSlots: number): Pick<Tried, 'decodeSlots' | 'threads'> => ({
    decodeSlots,
    threads: Math.max(1, Math.floor(cores / decodeSlots)),
  });
  return [setupOf(usual), ...others.map(setupOf)];
}

/** Whether one hears clearly more people than another, or about as many and gives the first text clearly sooner. */
export function isClearlyBetter(one: Capacity, other: Capacity): boolean {
  if (one.peopleAtOnce > clearly * other.peopleAtOnce) return true;
  return clearly * one.peopleAtOnce >= other.peopleAtOnce && clearly * one.firstTextMs < other.firstTextMs;
}

async function measureTrial(
  model: InstalledModel,
  tried: Tried,
  { addon, clock, cores, trialMs, signal }: TuningParts,
): Promise<Trial & { readonly device: string }> {
  const { manifest } = model;
  const engineConfig = { ...manifest.engineConfig, ...tried, partialIntervalMs: 0 };
  const engine = await loadWhisper(
    { ...model, manifest: { ...manifest, engineConfig } },
    {
      addon,
      clock,
      observer: unobserved,
      decodeSlots: 0,
      cores,
      measuringBudgetMs: trialMs,
      warn: () => {},
      onLoading: () => {},
      signal,
    },
  );
  try {
    const { costs, capacity, setup, device } = engine;
    if (!costs || !capacity) throw new Error('the model was not measured');
    const settings: TunedSettings = {
      decodeSlots: setup.slots,
      threads: setup.threads,
      decodeBatch: costs.batch,
      int8: engineConfig.int8,
      partialIntervalMs: partialIntervalFor(costs),
    };
    return { settings, capacity, device };
  } finally {
    await engine.close();
  }
}
