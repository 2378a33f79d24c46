import { expect, test, vi } from 'vitest';
import { attemptWindow } from '#theo/engine/whisper/recording/attempts.js';
import { defaultSearch } from '#theo/engine/whisper/recording/search-policy.js';
import type { NativeDecodeRequest, NativeDecodeResult } from '#theo/native.js';
import { plainRequest } from '../../../../support/decode-request.ts';
import { heard } from '../../../../support/fake-decoder.ts';

const sound = heard('the meeting is at half past ten', { noSpeechProbability: 0.1 });
const loop = heard(Array(40).fill('ten').join(' '), { noSpeechProbability: 0.1, truncated: 'loop' });
const doubtful = heard('the meeting', { noSpeechProbability: 0.1, avgLogProbability: -1.4 });
const silence = heard('', { noSpeechProbability: 0.95 });
const madeUp = heard('thank you', { noSpeechProbability: 0.95, avgLogProbability: -1.4 });

/** Decodes a window whose attempts give these results, one after the other. */
async function attempts(
  results: readonly (NativeDecodeResult | null)[],
  { temperatures = defaultSearch.temperatures, audioContext = 0 } = {},
) {
  const requests: NativeDecodeRequest[] = [];
  const memories: { isOpen: boolean }[] = [];
  const attempt = await attemptWindow({ ...plainRequest, audioContext }, temperatures, defaultSearch, {
    run: async (makeRequest) => {
      const request = makeRequest();
      requests.push(request);
      expect(request.memory).toMatchObject({ isOpen: true });
      return results[requests.length - 1] ?? null;
    },
    openMemory: () => {
      const memory = { isOpen: true, close: () => (memory.isOpen = false) };
      memories.push(memory);
      return memory;
    },
  });
  expect(memories.every(({ isOpen }) => !isOpen)).toBe(true);
  return { attempt, requests, memories };
}

test('a sound text is decoded once, without chance', async () => {
  const { attempt, requests } = await attempts([sound]);
  expect(attempt).toMatchObject({ temperature: 0, result: sound });
  expect(requests.map(({ search }) => search.kind)).toEqual(['beam']);
});

test.each([
  ['repeats itself', loop],
  ['the model is not sure of', doubtful],
])(
  'a text that %s is drawn again at the next temperature, over the audio as it was encoded',
  async (_, first) => {
    const { attempt, requests, memories } = await attempts([first, first, sound]);
    expect(attempt).toMatchObject({ temperature: 0.4, result: sound });
    expect(requests.slice(1).map(({ search }) => search)).toEqual([
      { kind: 'sampling', temperature: 0.2, candidates: 5, seed: 0, lengthPenalty: null },
      { kind: 'sampling', temperature: 0.4, candidates: 5, seed: 0, lengthPenalty: null },
    ]);
    expect(memories).toHaveLength(1);
  },
);

test('at the last temperature what comes is taken', async () => {
  const { attempt, requests } = await attempts([loop, loop, loop], { temperatures: [0, 0.5, 1] });
  expect(attempt).toMatchObject({ temperature: 1, result: loop });
  expect(requests).toHaveLength(3);
});

test('an attempt that hears nothing does not replace a text', async () => {
  const { attempt } = await attempts([doubtful, silence, silence], { temperatures: [0, 0.5, 1] });
  expect(attempt).toMatchObject({ temperature: 0, result: doubtful });
});

test.each([
  ['nothing was heard', silence],
  ['the text was made up over silence', madeUp],
])('where %s, no other temperature is tried', async (_, result) => {
  expect((await attempts([result])).requests).toHaveLength(1);
});

test('a text that looks wrong is first decoded at the full audio context, encoded anew', async () => {
  const { attempt, requests, memories } = await attempts([loop, sound], { audioContext: 300 });
  expect(attempt).toMatchObject({ temperature: 0, result: sound });
  expect(requests.map(({ audioContext }) => audioContext)).toEqual([300, 0]);
  expect(memories).toHaveLength(2);
});

test('a word that is heard at the full context alone is taken', async () => {
  expect((await attempts([silence, sound], { audioContext: 300 })).attempt).toMatchObject({ result: sound });
});

test('a cancelled attempt is the last one', async () => {
  const { attempt, requests } = await attempts([loop, null]);
  expect(attempt).toBeNull();
  expect(requests).toHaveLength(2);
});

test('a window whose decode waits, and is cancelled there, takes no memory', async () => {
  const openMemory = vi.fn();
  const waiting = attemptWindow(plainRequest, [0], defaultSearch, { run: async () => null, openMemory });
  expect(await waiting).toBeNull();
  expect(openMemory).not.toHaveBeenCalled();
});

test('a decode that is started anew keeps its memory', async () => {
  const openMemory = vi.fn(() => ({ close: () => {} }));
  await attemptWindow(plainRequest, [0], defaultSearch, {
    run: async (makeRequest) => {
      expect(makeRequest().memory).toBe(makeRequest().memory);
      return sound;
    },
    openMemory,
  });
  expect(openMemory).toHaveBeenCalledOnce();
});
