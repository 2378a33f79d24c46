import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinWords } from '#theo/engine/words.js';
import {
  loadNative,
  type NativeDecodeRequest,
  type NativeDecodeSlot,
  type NativeModel,
} from '#theo/native.js';
import { clip } from '../../support/clips.ts';
import { decodeAlone, plainRequest } from '../../support/decode-request.ts';

const weights = 'test/fixtures/models/theo-demo/theo-demo-q8_0.bin';
const options = { useGpu: false, int8: true, prepareSilence: false };
const speech = clip('pt_02');
/** The token of 0.00 s in a multilingual vocabulary. */
const firstTimestamp = 50_364;
const addon = loadNative();

function requestFor(samples: Float32Array): NativeDecodeRequest {
  return {
    ...plainRequest,
    samples,
    language: 'pt',
    audioContext: 192,
    padding: 'pooled-silence',
  };
}

const sampling = {
  kind: 'sampling',
  temperature: 2,
  candidates: 2,
  seed: 0,
  lengthPenalty: null,
} as const;
const request = requestFor(Float32Array.from(speech.samples, (sample) => sample / 32_768));

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

describe('a decode', () => {
  it('gives words, their tokens and probabilities', async () => {
    const result = await decodeAlone(slot, request);
    expect(result.outcome).toBe('done');
    expect(result.text).toBe(speech.text);
    expect(joinWords(result.words)).toBe(speech.text);
    expect(result.words.every((word) => word.spaceBefore)).toBe(true);
    expect(result.words.every((word) => word.tokens.length > 0 && word.probability > 0.3)).toBe(true);
    expect(result.noSpeechProbability).toBeNull();
  });

  it('detects the language among those allowed', async () => {
    const among = await decodeAlone(slot, { ...request, language: null, languages: ['en', 'pt'] });
    expect(among.language).toBe('pt');
    expect(among.languageProbability).toBeGreaterThan(0.9);
    const one = await decodeAlone(slot, { ...request, language: null, languages: ['en'] });
    expect([one.language, one.languageProbability]).toEqual(['en', 1]);
  });

  it('keeps to the expected language unless another one is much more likely', async () => {
    const detect = { ...request, language: null, languages: ['en', 'pt'], expectedLanguage: 'en' };
    const other = await decodeAlone(slot, { ...detect, otherLanguageOdds: 2 });
    expect(other.language).toBe('pt');
    const kept = await decodeAlone(slot, { ...detect, otherLanguageOdds: 1e9 });
    expect(kept.language).toBe('en');
    expect(kept.languageProbability).toBeCloseTo(1 - other.languageProbability, 5);
    const notAllowed = await decodeAlone(slot, { ...detect, languages: ['pt'], otherLanguageOdds: 1e9 });
    expect(notAllowed.language).toBe('pt');
  });

  it('hears nothing in silence', async () => {
    const result = await decodeAlone(slot, {
      ...requestFor(new Float32Array(32_000)),
      measureNoSpeech: true,
    });
    expect(result.text).toBe('');
    expect(result.noSpeechProbability).toBeGreaterThanOrEqual(0);
    expect(result.noSpeechProbability).toBeLessThanOrEqual(1);
  });

  it('begins with the prefix it is given', async () => {
    const free = await decodeAlone(slot, request);
    const prefix = free.words.slice(0, 3).flatMap((word) => [...word.tokens]);
    const forced = await decodeAlone(slot, { ...request, prefix: Int32Array.from(prefix) });
    expect(forced.text).toBe(free.text);
  });

  it('gives segments with times when asked for timestamps', async () => {
    const result = await decodeAlone(slot, { ...request, timestamps: true });
    expect(
      result.segments
        .map((segment) => segment.text)
        .join('')
        .trim(),
    ).toBe(speech.text);
    for (const segment of result.segments) {
      expect(segment.endSeconds).toBeGreaterThanOrEqual(segment.startSeconds);
      expect(segment.endSeconds).toBeLessThanOrEqual(speech.samples.length / 16_000 + 0.2);
    }
  });

  it('gives the whole output, and each segment its tokens with the timestamps around them', async () => {
    const result = await decodeAlone(slot, { ...request, timestamps: true });
    expect(result.segments.flatMap((segment) => [...segment.tokens])).toEqual([...result.tokens]);
    expect(result.words.flatMap((word) => [...word.tokens])).toEqual(
      [...result.tokens].filter((token) => token < firstTimestamp),
    );
    for (const { startSeconds, endSeconds, tokens, avgLogProbability } of result.segments) {
      const times = [tokens[0] ?? 0, tokens.at(-1) ?? 0].map((token) => (token - firstTimestamp) * 0.02);
      expect(startSeconds).toBeCloseTo(times[0] ?? 0, 4);
      expect(endSeconds).toBeCloseTo(times[1] ?? 0, 4);
      expect(avgLogProbability).toBeLessThan(0);
    }
  });

  it('starts with a timestamp that is no later than asked', async () => {
    // Without the times up to 0.6 s, the model would begin anywhere behind that.
    const suppressTokens = Int32Array.from({ length: 31 }, (_, index) => firstTimestamp + index);
    for (const [latestFirstTimestampSeconds, latest] of [
      [0.62, 0.62],
      [1, 1],
      [Number.POSITIVE_INFINITY, 30],
    ] as const) {
      const changed = { timestamps: true, suppressTokens, latestFirstTimestampSeconds };
      const { tokens } = await decodeAlone(slot, { ...request, ...changed });
      const start = ((tokens[0] ?? 0) - firstTimestamp) * 0.02;
      expect(start).toBeGreaterThan(0.61);
      expect(start).toBeLessThan(latest + 0.01);
    }
  });

  it('searches with several beams, and draws the same texts with the same seed', async () => {
    const beam = { kind: 'beam', beams: 5, patience: 2, lengthPenalty: 1 } as const;
    const found = await decodeAlone(slot, { ...request, search: beam });
    expect(found.text).toBe(speech.text);
    expect(found.decoderTokens).toBeGreaterThan(3 * found.decoderPasses);
    const draw = async (seed: number): Promise<string> =>
      (await decodeAlone(slot, { ...request, maxTokens: 30, search: { ...sampling, seed } })).text;
    const first = await draw(1);
    expect(await draw(1)).toBe(first);
    expect(await draw(2)).not.toBe(first);
  });

  it('never says a token that is suppressed', async () => {
    const free = await decodeAlone(slot, request);
    const suppressTokens = free.tokens.filter((_token, index) => index % 2 === 0);
    const { tokens } = await decodeAlone(slot, { ...request, suppressTokens });
    expect(tokens.length).toBeGreaterThan(0);
    expect([...tokens].filter((token) => suppressTokens.includes(token))).toEqual([]);
  });

  it('stops at the token budget and says so', async () => {
    const result = await decodeAlone(slot, { ...request, maxTokens: 3 });
    expect([result.truncated, result.words.length]).toEqual(['budget', 3]);
  });

  it('can be shorter than a frame', async () => {
    expect((await decodeAlone(slot, requestFor(new Float32Array(1)))).outcome).toBe('done');
  });

  it('gives the same result whatever context the slot used before', async () => {
    const first = await decodeAlone(slot, request);
    await decodeAlone(slot, { ...request, audioContext: 0 });
    await decodeAlone(slot, { ...request, audioContext: 512 });
    expect(await decodeAlone(slot, request)).toMatchObject({
      text: first.text,
      avgLogProbability: first.avgLogProbability,
    });
  });

  it('ends early when aborted, and the slot goes on', async () => {
    const running = decodeAlone(slot, { ...request, audioContext: 0 });
    slot.abort();
    expect((await running).outcome).toBe('aborted');
    expect((await decodeAlone(slot, request)).text).toBe(speech.text);
  });

  it('runs beside others on the same weights', async () => {
    const slots = Array.from({ length: 4 }, () => new addon.DecodeSlot(model));
    const results = await Promise.all(slots.map((each) => decodeAlone(each, request)));
    for (const each of slots) each.close();
    expect(results.map((result) => result.text)).toEqual(slots.map(() => speech.text));
  });
});

describe('a batch', () => {
  const shorter = { ...request, maxTokens: 3 };
  const silence = requestFor(new Float32Array(16_000));

  it('gives each the result that it has alone', async () => {
    const requests = [request, silence, shorter, { ...request, audioContext: 0 }];
    const together = await Promise.all(slot.decode(requests));
    for (const [index, each] of requests.entries()) {
      const alone = await decodeAlone(slot, each);
      expect(together[index]).toEqual({ ...alone, timings: together[index]?.timings });
    }
  });

  it('answers each as soon as it is ready', async () => {
    const order: string[] = [];
    await Promise.all(
      slot.decode([request, shorter]).map(async (result) => order.push((await result).truncated)),
    );
    expect(order).toEqual(['budget', 'none']);
  });

  it('goes on without those that are aborted', async () => {
    const results = slot.decode([request, request, request]);
    slot.abort(1);
    expect((await Promise.all(results)).map(({ outcome }) => outcome)).toEqual(['done', 'aborted', 'done']);
    // What is over is left alone, and so is what never was.
    slot.abort(1);
    slot.abort(7);
    const running = slot.decode([request, request]);
    slot.abort();
    expect((await Promise.all(running)).map(({ outcome }) => outcome)).toEqual(['aborted', 'aborted']);
  });

  it('is taken as a whole or not at all', async () => {
    expect(() => slot.decode([])).toThrow(TypeError);
    expect(() => Reflect.apply(slot.decode, slot, [request])).toThrow(TypeError);
    expect(() => slot.decode([request, { ...request, threads: 0 }])).toThrow('threads');
    expect(() => slot.abort(-1)).toThrow(TypeError);
    expect((await decodeAlone(slot, request)).text).toBe(speech.text);
  });
});

describe('misuse is refused with a reason', () => {
  it('two batches at once', async () => {
    const running = decodeAlone(slot, request);
    expect(() => decodeAlone(slot, request)).toThrow(expect.objectContaining({ code: 'slot_busy' }));
    await running;
  });

  it('a closed slot', () => {
    const closed = new addon.DecodeSlot(model);
    closed.close();
    closed.close();
    expect(() => decodeAlone(closed, request)).toThrow(expect.objectContaining({ code: 'slot_closed' }));
  });

  it('closing under a running decode: it is aborted', async () => {
    const closing = new addon.DecodeSlot(model);
    const running = decodeAlone(closing, request);
    closing.close();
    expect((await running).outcome).toBe('aborted');
  });

  it('a closed model', async () => {
    const closed = await addon.loadModel(weights, options);
    closed.close();
    closed.close();
    expect(() => closed.tokenize('olá')).toThrow(expect.objectContaining({ code: 'model_closed' }));
    expect(() => new addon.DecodeSlot(closed)).toThrow(expect.objectContaining({ code: 'model_closed' }));
  });

  it.each([
    ['no model', {}],
    ['another native object', new addon.FrontEnd({ inputSampleRate: 16_000 })],
    ['nothing', undefined],
  ])('%s instead of a model', (_what, handle) => {
    expect(() => Reflect.construct(addon.DecodeSlot, [handle])).toThrow(TypeError);
  });

  it.each<[string, object]>([
    ['samples must', { samples: [1, 2, 3] }],
    ['samples must', { samples: new Float32Array() }],
    ['samples must', { samples: new Float32Array(480_001) }],
    ['language', { language: 'xx' }],
    ['languages', { languages: 'pt' }],
    ['task', { task: 'sing' }],
    ['prompt', { prompt: Int32Array.of(-1) }],
    ['prefix', { prefix: Int32Array.of(1_000_000) }],
    ['audioContext', { audioContext: 1501 }],
    ['audioContext', { audioContext: 1.5 }],
    ['maxTokens', { maxTokens: Number.NaN }],
    ['threads', { threads: 0 }],
    ['suppressTokens', { suppressTokens: Int32Array.of(60_000) }],
    ['latestFirstTimestampSeconds', { latestFirstTimestampSeconds: -1 }],
    ['latestFirstTimestampSeconds', { latestFirstTimestampSeconds: Number.NaN }],
    ['search', { search: undefined }],
    ['kind', { search: { ...plainRequest.search, kind: 'greedy' } }],
    ['beams', { search: { ...plainRequest.search, beams: 0 } }],
    ['beams', { search: { ...plainRequest.search, beams: 17 } }],
    ['patience', { search: { ...plainRequest.search, patience: 0.5 } }],
    ['temperature', { search: { ...sampling, temperature: -0.2 } }],
    ['candidates', { search: { ...sampling, candidates: 0 } }],
    ['seed', { search: { ...sampling, seed: 0.5 } }],
    ['lengthPenalty', { search: { ...plainRequest.search, lengthPenalty: 'long' } }],
  ])('a request whose field is wrong: %s', (field, change) => {
    expect(() => decodeAlone(slot, { ...request, ...change } as NativeDecodeRequest)).toThrow(field);
  });

  it('a text that is too long to tokenize', () => {
    expect(() => model.tokenize('a'.repeat(8193))).toThrow(RangeError);
    expect(model.tokenize('boa tarde').length).toBeGreaterThan(0);
  });
});

describe('a model file that cannot be used', () => {
  const folder = mkdtempSync(join(tmpdir(), 'theo-model-'));
  const path = join(folder, 'broken.bin');
  const bytes = readFileSync(weights);

  const withInteger = (offset: number, value: number): Buffer => {
    const changed = Buffer.from(bytes);
    changed.writeInt32LE(value, offset);
    return changed;
  };
  const cases: readonly (readonly [string, string, () => void])[] = [
    ['is missing', 'no such file', () => {}],
    ['is empty', 'truncated', () => writeFileSync(path, '')],
    ['is something else', 'wrong magic number', () => writeFileSync(path, '<html>'.repeat(1000))],
    [
      'is cut off',
      'truncated',
      () => {
        copyFileSync(weights, path);
        truncateSync(path, bytes.length - 1000);
      },
    ],
    [
      'claims absurd sizes',
      'n_vocab',
      () =>
        writeFileSync(path, Buffer.concat([bytes.subarray(0, 4), Buffer.alloc(4, 0x7f), bytes.subarray(8)])),
    ],
    ['has heads that no kernel takes', 'multiple of 16', () => writeFileSync(path, withInteger(16, 16))],
    ['has hundreds of layers', 'n_audio_layer', () => writeFileSync(path, withInteger(20, 200))],
    ['is cut in its header', 'truncated', () => writeFileSync(path, bytes.subarray(0, 20))],
  ];

  it.each(cases)('%s: rejected with the file and the cause', async (_what, cause, prepare) => {
    prepare();
    const error = await addon.loadModel(path, options).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'model_file' });
    expect(String(error)).toContain(path);
    expect(String(error)).toContain(cause);
  });

  it('whatever bytes are wrong in its header: it loads or is refused, the process lives', async () => {
    const headerEdit = fc.tuple(fc.nat({ max: 47 }), fc.nat({ max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(headerEdit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const damaged = Buffer.from(bytes);
        for (const [position, value] of edits) damaged[position] = value;
        writeFileSync(path, damaged);
        const loaded = await addon.loadModel(path, options).catch((error: { code: string }) => error.code);
        if (typeof loaded === 'string') expect(loaded).toBe('model_file');
        else loaded.close();
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('is a folder', async () => {
    await expect(addon.loadModel(folder, options)).rejects.toThrow('not a regular file');
  });
});

describe('threads and exits', () => {
  const decodes = (rounds: string): string => `
    const { parentPort } = require('node:worker_threads');
    const addon = require(${JSON.stringify(join(process.cwd(), 'build', 'addon', 'theo.node'))});
    addon.loadModel(${JSON.stringify(weights)}, { useGpu: false, int8: true, prepareSilence: false }).then((model) => {
      const slot = new addon.DecodeSlot(model);
      const decode = (left) => left > 0 && slot.decode([{ samples: new Float32Array(48000), language: 'pt',
        languages: [], expectedLanguage: null, otherLanguageOdds: 1, task: 'transcribe', prompt: new Int32Array(), earlier: new Int32Array(), prefix: new Int32Array(),
        draft: new Int32Array(), memory: null, rememberedSamples: 0, audioContext: 500, padding: 'nothing', level: 'normal', threads: 1, maxTokens: 0,
        latestFirstTimestampSeconds: 1, search: { kind: 'beam', beams: 1, patience: 1, lengthPenalty: null },
        suppressTokens: new Int32Array(),
      }])[0].then(() => decode(left - 1));
      decode(${rounds});
      parentPort?.postMessage('decoding');
    });`;

  it('worker threads come and go in the middle of decodes', async () => {
    for (let round = 0; round < 5; round++) {
      const workers = Array.from({ length: 3 }, () => new Worker(decodes('Infinity'), { eval: true }));
      await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
      const codes = await Promise.all(workers.map((worker) => worker.terminate()));
      expect(codes).toEqual([1, 1, 1]);
    }
  }, 60_000);

  it('a process ends by itself once its decodes are done, with slots left open', () => {
    expect(execFileSync(process.execPath, ['-e', decodes('1')], { encoding: 'utf8', timeout: 30_000 })).toBe(
      '',
    );
  });

  it('a process can exit in the middle of a decode', () => {
    // exit() destroys static objects within a millisecond or two: several moments of the encoder are tried.
    for (let exitsAfterMs = 10; exitsAfterMs <= 80; exitsAfterMs += 5) {
      const exiting = decodes('Infinity').replace(
        "parentPort?.postMessage('decoding')",
        `setTimeout(() => process.exit(0), ${exitsAfterMs})`,
      );
      execFileSync(process.execPath, ['-e', exiting], { timeout: 30_000 });
    }
  }, 60_000);
});
