import { expect, it } from 'vitest';
import { defaultSearch } from '#theo/engine/whisper/recording/search-policy.js';
import { WhisperEngine } from '#theo/engine/whisper/whisper-engine.js';
import type { NativeAddon } from '#theo/native.js';
import { FakeSlot, fakeModel, settled } from '../../../support/fake-decoder.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const observer = {
  queueDepth: () => {},
  batchStarted: () => {},
  decodeStarted: () => {},
  decodeEnded: () => {},
};

/** Loads an engine over slots whose answers the test gives. */
function load(
  slots: FakeSlot[],
  audioCtx: 'auto' | 'full',
  signal: AbortSignal = new AbortController().signal,
): Promise<WhisperEngine> {
  const addon: Pick<NativeAddon, 'loadModel' | 'LoadProgress' | 'DecodeSlot' | 'UtteranceMemory'> = {
    loadModel: () => Promise.resolve(fakeModel),
    LoadProgress: class {
      readonly fraction = 0;
      cancel(): void {}
    },
    DecodeSlot: class extends FakeSlot {
      constructor() {
        super();
        slots.push(this);
      }
    },
    UtteranceMemory: class {
      close(): void {}
    },
  };
  return WhisperEngine.load(
    {
      name: 'fake',
      file: 'fake.bin',
      useGpu: false,
      setups: [{ slots: 3, threads: 1, cores: 3 }],
      measuringBudgetMs: 0,
      loadingThreads: 1,
      batch: 0,
      int8: true,
      audioContext: { mode: audioCtx, minimum: 1, margin: 8 },
      search: defaultSearch,
      languages: ['pt', 'en'],
      acceptsPrompt: true,
      acceptsHotWords: true,
      timesWords: false,
      alignmentHeads: [],
      translates: true,
      givesPartials: true,
      partialIntervalMs: 160,
    },
    { addon: addon as NativeAddon, clock: new ManualClock(), observer, onLoading: () => {}, signal },
  );
}

it.each(['auto', 'full'] as const)(
  'a model is loaded when each of its slots has decoded a little (%s context)',
  async (audioCtx) => {
    const slots: FakeSlot[] = [];
    let isLoaded = false;
    const loading = load(slots, audioCtx).finally(() => {
      isLoaded = true;
    });
    await settled();
    expect(slots.map((slot) => slot.running.length)).toEqual([1, 1, 1]);
    for (const { request } of slots) {
      expect(request.samples.length).toBe(16_000);
      expect(request.audioContext).toBeGreaterThan(0);
    }
    for (const slot of slots) {
      expect(isLoaded).toBe(false);
      await slot.finish();
    }
    const engine = await loading;
    await engine.close();
  },
);

it('a model that cannot decode is not loaded, and nothing of it is left', async () => {
  const slots: FakeSlot[] = [];
  const loading = load(slots, 'auto');
  const failure = expect(loading).rejects.toThrow('fake.bin: cannot decode: no memory');
  await settled();
  await slots[0]?.fail('no memory');
  await failure;
  expect(slots.every((slot) => slot.isClosed)).toBe(true);
});

it('a loading that is stopped while the slots warm up leaves nothing', async () => {
  const slots: FakeSlot[] = [];
  const stop = new AbortController();
  const failure = expect(load(slots, 'auto', stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
  await settled();
  stop.abort();
  await failure;
  expect(slots.every((slot) => slot.isClosed)).toBe(true);
});
