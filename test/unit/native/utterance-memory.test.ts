import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  loadNative,
  type NativeDecodeRequest,
  type NativeDecodeSlot,
  type NativeModel,
  type NativeUtteranceMemory,
} from '#theo/native.js';
import { clip } from '../../support/clips.ts';
import { decodeAlone, plainRequest } from '../../support/decode-request.ts';

const weights = 'test/fixtures/models/theo-demo/theo-demo-q8_0.bin';
const options = { useGpu: false, int8: true, prepareSilence: false };
const speech = clip('pt_02');
const samples = Float32Array.from(speech.samples, (sample) => sample / 32_768);
const addon = loadNative();

let model: NativeModel;
let slot: NativeDecodeSlot;

beforeAll(async () => {
  model = await addon.loadModel(weights, options);
  slot = new addon.DecodeSlot(model);
});

afterAll(() => {
  slot.close();
  model.close();
});

function requestWith(memory: NativeUtteranceMemory | null, length = samples.length): NativeDecodeRequest {
  return {
    ...plainRequest,
    samples: samples.subarray(0, length),
    language: 'pt',
    memory,
    rememberedSamples: length,
    audioContext: 192,
    padding: 'pooled-silence',
  };
}

it('is used by the next decode of the utterance, until it is closed', async () => {
  const memory = new addon.UtteranceMemory(model);
  const first = await decodeAlone(slot, requestWith(memory, samples.length - 4_000));
  const second = await decodeAlone(slot, requestWith(memory));
  expect(second.text).toBe(speech.text);
  expect(second.encodedPositions).toBeLessThan(first.encodedPositions);

  memory.close();
  memory.close();
  const anew = await decodeAlone(slot, requestWith(memory));
  expect([anew.text, anew.encodedPositions]).toEqual([
    speech.text,
    (await decodeAlone(slot, requestWith(null))).encodedPositions,
  ]);
});

it('saves other searches for the same text from encoding again', async () => {
  const memory = new addon.UtteranceMemory(model);
  const request = requestWith(memory);
  const first = await decodeAlone(slot, request);
  const sampling = {
    kind: 'sampling',
    temperature: 0.2,
    candidates: 2,
    seed: 1,
    lengthPenalty: null,
  } as const;
  const second = await decodeAlone(slot, { ...request, search: sampling });
  const third = await decodeAlone(slot, request);
  expect([first, second, third].map(({ encodedPositions }) => encodedPositions)).toEqual([192, 0, 0]);
  expect(third).toMatchObject({ text: first.text, avgLogProbability: first.avgLogProbability });
  memory.close();
});

it('closed in the middle of a decode, is kept to the end of it', async () => {
  const memory = new addon.UtteranceMemory(model);
  const running = decodeAlone(slot, requestWith(memory));
  memory.close();
  expect(await running).toMatchObject({ outcome: 'done', text: speech.text });
});

it('outlives the handle of its model', async () => {
  const other = await addon.loadModel(weights, options);
  const memory = new addon.UtteranceMemory(other);
  const otherSlot = new addon.DecodeSlot(other);
  other.close();
  expect((await decodeAlone(otherSlot, requestWith(memory))).text).toBe(speech.text);
  otherSlot.close();
  memory.close();
});

it("what is no memory, and another model's, is refused", async () => {
  const nothing = {} as NativeUtteranceMemory;
  expect(() => decodeAlone(slot, requestWith(nothing))).toThrow('memory must be an UtteranceMemory or null');
  const folder = mkdtempSync(join(tmpdir(), 'theo-memory-'));
  copyFileSync(weights, join(folder, 'other.bin'));
  const other = await addon.loadModel(join(folder, 'other.bin'), options);
  const foreign = new addon.UtteranceMemory(other);
  expect(() => decodeAlone(slot, requestWith(foreign))).toThrow('memory belongs to another model');
  foreign.close();
  other.close();
  rmSync(folder, { recursive: true });
});
