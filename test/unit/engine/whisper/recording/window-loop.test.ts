import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultSearch } from '#theo/engine/whisper/recording/search-policy.js';
import { decodeWindows, type RecordingText } from '#theo/engine/whisper/recording/window-loop.js';
import type { NativeDecodeRequest, NativeDecodeResult } from '#theo/native.js';
import { plainRequest } from '../../../../support/decode-request.ts';
import { heard } from '../../../../support/fake-decoder.ts';

const rate = 16_000;

/** A piece of a window's text: from and to a second of the window; open, if it has no end. */
type Said = readonly [startSeconds: number, endSeconds: number, text: string];

/** A decode that heard these pieces, with or without a timestamp that begins another one. */
function saying(pieces: readonly Said[], overrides: Partial<NativeDecodeResult> = {}): NativeDecodeResult {
  const result = heard(pieces.map(([, , text]) => text).join(' '), { noSpeechProbability: 0, ...overrides });
  let at = 0;
  return {
    ...result,
    segments: pieces.map(([startSeconds, endSeconds, text]) => {
      const words = result.words.slice(at, at + text.split(' ').length);
      at += words.length;
      const tokens = Int32Array.from(words.flatMap((word) => [...word.tokens]));
      return { startSeconds, endSeconds, text: ` ${text}`, tokens, avgLogProbability: -0.2 };
    }),
  };
}

/** Where a window lies in its recording, in seconds. */
interface Window {
  readonly start: number;
  readonly end: number;
  readonly request: NativeDecodeRequest;
}

async function decode(
  seconds: number,
  hear: (window: Window) => NativeDecodeResult,
  prompt: readonly number[] = [],
): Promise<{ readonly text: RecordingText; readonly windows: readonly Window[] }> {
  const samples = new Float32Array(Math.round(seconds * rate));
  const windows: Window[] = [];
  const text = await decodeWindows(
    samples,
    {
      language: null,
      prompt: Int32Array.from(prompt),
      temperatures: [0, 1],
      search: defaultSearch,
      shortestWindowSamples: 0.1 * rate,
    },
    {
      requestFor: (window, how) => ({ ...plainRequest, ...how, samples: window, timestamps: true }),
      run: async (makeRequest) => {
        const request = makeRequest();
        const start = request.samples.byteOffset / 4 / rate;
        windows.push({ start, end: start + request.samples.length / rate, request });
        return hear(windows.at(-1) as Window);
      },
      openMemory: () => ({ close: () => {} }),
    },
  );
  if (text === null) throw new Error('it was cancelled');
  return { text, windows };
}

const textsOf = ({ segments }: RecordingText): readonly string[] =>
  segments.map(({ words }) => words.map(({ text }) => text).join(' '));

describe('the next window begins', () => {
  test('where the last finished piece of text ends; what was cut off is heard again there', async () => {
    const { text, windows } = await decode(50, ({ start }) =>
      start === 0
        ? saying([
            [0, 12, 'one'],
            [12, 24, 'two'],
            [24, 24, 'thr'],
          ])
        : saying([
            [0, 12, 'three'],
            [12, 26, 'four'],
          ]),
    );
    expect(windows.map(({ start, end }) => [start, end])).toEqual([
      [0, 30],
      [24, 50],
    ]);
    expect(textsOf(text)).toEqual(['one', 'two', 'three', 'four']);
    expect(text.segments.map(({ startSample, endSample }) => [startSample / rate, endSample / rate])).toEqual(
      [
        [0, 12],
        [12, 24],
        [24, 36],
        [36, 50],
      ],
    );
  });

  test('behind a window that has one piece without an end, which is as long as the window', async () => {
    const { text, windows } = await decode(40, () => saying([[0, 0, 'on and on']]));
    expect(windows.map(({ start }) => start)).toEqual([0, 30]);
    expect(text.segments.map(({ endSample }) => endSample / rate)).toEqual([30, 40]);
  });

  test('behind a window in which nobody spoke, whatever the model made up', async () => {
    const noise = saying([[0, 2, 'thank you']], { noSpeechProbability: 0.9, avgLogProbability: -2 });
    const { text, windows } = await decode(60, () => noise);
    expect(windows.map(({ start }) => start)).toEqual([0, 30]);
    expect(text.segments).toEqual([]);
  });

  test('a second further at least, where the model names no later time', async () => {
    const { windows } = await decode(5, () => saying([[0, 0.02, 'so']]));
    expect(windows.map(({ start }) => start)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('a window goes on from', () => {
  const pieces: readonly Said[] = [[0, 28, 'ab']];
  const promptsOf = (windows: readonly Window[]): readonly string[] =>
    windows.map(({ request }) => String.fromCharCode(...request.prompt));

  test('the prompt and the text so far, in the language of the first', async () => {
    const { windows } = await decode(80, () => saying(pieces, { language: 'pt' }), [0x7a]);
    expect(promptsOf(windows)).toEqual(['z', 'zab', 'zabab']);
    expect(windows.map(({ request }) => request.language)).toEqual([null, 'pt', 'pt']);
  });

  test('nothing, behind a text that was drawn at a high temperature', async () => {
    const { windows, text } = await decode(50, ({ request }) =>
      saying(pieces, { avgLogProbability: request.search.kind === 'sampling' ? -0.5 : -1.5 }),
    );
    expect(promptsOf(windows)).toEqual(['', '', '', '']);
    expect(text.segments.map(({ temperature }) => temperature)).toEqual([1, 1]);
  });

  test('nothing, for the last few seconds', async () => {
    const { windows } = await decode(32, () => saying(pieces));
    expect(promptsOf(windows)).toEqual(['', '']);
  });
});

test('annotations are left out, and so is a segment that has nothing else', async () => {
  const { text } = await decode(10, () =>
    saying([
      [0, 3, '[Music]'],
      [3, 9.95, 'hello (laughs) there'],
    ]),
  );
  expect(textsOf(text)).toEqual(['hello there']);
});

test('the shortest recording is heard', async () => {
  expect((await decode(0.05, () => saying([[0, 0.04, 'no']]))).windows).toHaveLength(1);
});

test('whatever times a model names, no audio is skipped, and segments are in order and inside the recording', async () => {
  const said = fc.array(
    fc.record({ pause: fc.integer({ min: 0, max: 400 }), length: fc.integer({ min: 0, max: 1000 }) }),
    { maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 70 * rate }),
      fc.array(said, { minLength: 1, maxLength: 8 }),
      async (length, script) => {
        let call = 0;
        const { text, windows } = await decode(length / rate, () => {
          let at = 0;
          const pieces = (script[call++ % script.length] ?? []).map(
            ({ pause, length: centiseconds }): Said => {
              const start = at + pause / 100;
              at = start + centiseconds / 100;
              return [Math.min(30, start), Math.min(30, at), 'word'];
            },
          );
          return saying(pieces);
        });
        let previous = { start: 0, end: 0 };
        for (const window of windows) {
          expect(Math.round(window.start * rate)).toBeLessThanOrEqual(Math.round(previous.end * rate));
          if (window !== windows[0]) expect(window.start).toBeGreaterThan(previous.start);
          previous = window;
        }
        expect(previous.end).toBeGreaterThanOrEqual(length / rate - 0.101);
        let lastStart = 0;
        for (const { startSample, endSample } of text.segments) {
          expect(startSample).toBeGreaterThanOrEqual(lastStart);
          expect(endSample).toBeGreaterThanOrEqual(startSample);
          expect(endSample).toBeLessThanOrEqual(length);
          lastStart = startSample;
        }
      },
    ),
    { numRuns: 60 },
  );
});
