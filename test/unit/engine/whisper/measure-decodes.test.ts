import { describe, expect, it } from 'vitest';
import { type MeasuredEngine, measureDecodes } from '#theo/engine/whisper/measure-decodes.js';
import type { NativeDecodeRequest, NativeDecodeResult, NativeDecodeSlot } from '#theo/native.js';
import { plainRequest } from '../../../support/decode-request.ts';
import { heard } from '../../../support/fake-decoder.ts';

const samplesPerPosition = 320;

/** A slot that takes a millisecond a position and 10 a pass, times as many as requests run on all slots. */
class TimedSlot implements NativeDecodeSlot {
  readonly asked: NativeDecodeRequest[] = [];
  readonly #running: { count: number };

  constructor(running: { count: number }) {
    this.#running = running;
  }

  decode(requests: readonly NativeDecodeRequest[]): readonly Promise<NativeDecodeResult>[] {
    this.#running.count += requests.length;
    this.asked.push(...requests);
    return requests.map(async ({ audioContext }) => {
      await new Promise((resolve) => setImmediate(resolve));
      const beside = this.#running.count;
      await new Promise((resolve) => setImmediate(resolve));
      this.#running.count -= 1;
      return heard('', {
        decoderPasses: 2,
        timings: { melMs: 0, encodeMs: beside * (audioContext || 1500), decodeMs: beside * 20, alignMs: 0 },
      });
    });
  }

  abort(): void {}
  close(): void {}
}

function engineOf(slotCount: number, overrides: Partial<MeasuredEngine> = {}) {
  const running = { count: 0 };
  const slots = Array.from({ length: slotCount }, () => new TimedSlot(running));
  const engine: MeasuredEngine = {
    slots,
    ofSilence: (samples, padding) => ({
      ...plainRequest,
      samples: new Float32Array(samples),
      audioContext: Math.ceil(samples / samplesPerPosition),
      padding,
    }),
    words: Int32Array.from({ length: 40 }, (_, index) => index),
    fullContext: 1500,
    batch: 1,
    threads: 1,
    usesCpu: false,
    ...overrides,
  };
  return { engine, slots };
}

describe('measureDecodes', () => {
  it('tells what an opening, a partial, a final and a window of 30 s take', async () => {
    const { engine } = engineOf(1);
    expect(await measureDecodes(engine, 1_000)).toEqual({
      openingMs: 30 + 3 * 10,
      partialMs: 115 + 2 * 10,
      finalMs: 295 + 3 * 10,
      windowMs: 1500 + 90 * 10,
      crowding: 1,
      batch: 1,
    });
  });

  it('works out from one short decode what there is no time for', async () => {
    const { engine, slots } = engineOf(1);
    expect(await measureDecodes(engine, 0)).toMatchObject({ openingMs: 60, finalMs: 325, windowMs: 2400 });
    expect(slots[0]?.asked).toHaveLength(1);
  });

  it('a model that always decodes at its full context is never made to for the sake of a measurement without time', async () => {
    const { engine, slots } = engineOf(1, {
      ofSilence: (samples) => ({ ...plainRequest, samples: new Float32Array(samples) }),
    });
    expect(await measureDecodes(engine, 0)).toMatchObject({ openingMs: 1500 + 30, finalMs: 1500 + 30 });
    expect(slots.flatMap(({ asked }) => asked.map(({ audioContext }) => audioContext))).toEqual([64]);
  });

  it('a model that is far too dear for two people is not made to hear them', async () => {
    const { engine, slots } = engineOf(2, {
      ofSilence: (samples) => ({ ...plainRequest, samples: new Float32Array(samples) }),
    });
    expect((await measureDecodes(engine, 0)).crowding).toBe(1);
    expect(slots.map(({ asked }) => asked.length)).toEqual([1, 0]);
  });

  it("slots that are in each other's way are crowded, and a batch that costs no more than one decode is a gain", async () => {
    expect((await measureDecodes(engineOf(2).engine, 1_000)).crowding).toBe(2);
    const batched = engineOf(1, { batch: 4 });
    expect((await measureDecodes(batched.engine, 1_000)).crowding).toBe(1);
  });
});
