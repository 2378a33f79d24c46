import { expect, it } from 'vitest';
import { deferred } from '#theo/deferred.js';
import { loadWeights } from '#theo/engine/whisper/load-weights.js';
import type { NativeModel, NativeModelOptions } from '#theo/native.js';
import { fakeModel } from '../../../support/fake-decoder.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const options = { useGpu: false, int8: true, prepareSilence: true };

/** A loading whose end and progress the test gives. */
function begin() {
  const clock = new ManualClock();
  const stop = new AbortController();
  const loaded = deferred<NativeModel>();
  const told: number[] = [];
  let progress = { fraction: 0, cancel: (): void => {} };
  const addon = {
    LoadProgress: class {
      fraction = 0;
      isCancelled = false;
      cancel(): void {
        this.isCancelled = true;
        loaded.reject(Object.assign(new Error('was stopped'), { code: 'load_cancelled' }));
      }
    },
    loadModel: (_path: string, { progress: given }: NativeModelOptions) => {
      if (given) progress = given;
      return loaded.promise;
    },
  };
  const model = loadWeights('big.bin', options, {
    addon,
    clock,
    signal: stop.signal,
    onProgress: (fraction) => told.push(fraction),
  });
  return {
    clock,
    stop,
    loaded,
    told,
    model,
    reach: (fraction: number) => {
      progress.fraction = fraction;
    },
  };
}

it('tells every second how far it is, and no more once it is done', async () => {
  const { clock, loaded, told, model, reach } = begin();
  clock.advance(999);
  expect(told).toEqual([]);
  reach(0.2);
  clock.advance(1);
  reach(0.7);
  clock.advance(1_000);
  expect(told).toEqual([0.2, 0.7]);
  loaded.resolve(fakeModel);
  expect(await model).toBe(fakeModel);
  clock.advance(10_000);
  expect(told).toEqual([0.2, 0.7]);
});

it('is stopped by its signal', async () => {
  const { stop, model } = begin();
  stop.abort();
  await expect(model).rejects.toMatchObject({ code: 'cancelled', message: 'was stopped' });
});

it('tells what is wrong with the file', async () => {
  const { loaded, model } = begin();
  loaded.reject(new Error('big.bin: truncated'));
  await expect(model).rejects.toMatchObject({ code: 'internal_error', message: 'big.bin: truncated' });
});
