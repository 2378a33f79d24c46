import { afterAll, expect, test } from 'vitest';
import { segmentSpeech } from '#theo/vad/segment-speech.js';
import { SileroClassifier } from '#theo/vad/silero-classifier.js';
import manifest from '../../fixtures/audio/manifest.json' with { type: 'json' };
import { readClip } from './audio.ts';

const classifier = new SileroClassifier();
afterAll(() => classifier.close());

test.each(['en_long.wav', 'pt_long.wav'])('%s falls into its sentences', async (file) => {
  const sentences = manifest.find((clip) => clip.file === file)?.segments ?? [];
  const segments = await segmentSpeech(readClip(file), classifier);
  expect(segments).toHaveLength(sentences.length);
  for (const [index, { startSample, endSample }] of segments.entries()) {
    const sentence = sentences[index];
    // Where synthesized sentences have been put; their first sound comes up to 0.2 s later.
    expect(startSample / 16_000 - (sentence?.start ?? 0)).toBeGreaterThan(-0.064);
    expect(startSample / 16_000 - (sentence?.start ?? 0)).toBeLessThan(0.2);
    expect(Math.abs(endSample / 16_000 - (sentence?.end ?? 0))).toBeLessThan(0.1);
  }
});

test.each([
  ['short-two-200.wav', 0.56],
  ['short-um-260.wav', 0.48],
])('the one short word of %s is a segment', async (file, startSeconds) => {
  const segments = await segmentSpeech(readClip(file), classifier);
  expect(segments).toHaveLength(1);
  expect(segments[0]?.startSample).toBeGreaterThan((startSeconds - 0.1) * 16_000);
  expect(segments[0]?.startSample).toBeLessThan((startSeconds + 0.1) * 16_000);
});

test('a segment at the very end reaches to the last sample and not further', async () => {
  const samples = readClip('pt_05.wav').subarray(0, 1.5 * 16_000);
  const segments = await segmentSpeech(samples, classifier);
  expect(segments).toHaveLength(1);
  expect(segments[0]?.endSample).toBe(samples.length);
});

test('no segment is longer than asked for, and no speech is lost between', async () => {
  const samples = readClip('pt_long.wav').subarray(0, 4.2 * 16_000);
  const segments = await segmentSpeech(samples, classifier, { maxSegmentDurationMs: 1000 });
  expect(segments.length).toBeGreaterThan(3);
  for (const [index, { startSample, endSample }] of segments.entries()) {
    expect(endSample - startSample).toBeLessThanOrEqual(16_000);
    if (index > 0) expect(startSample).toBe(segments[index - 1]?.endSample);
  }
});

test('silence and nothing have no segments', async () => {
  expect(await segmentSpeech(new Float32Array(32_000), classifier)).toEqual([]);
  expect(await segmentSpeech(new Float32Array(0), classifier)).toEqual([]);
});

test('clicks, bursts of noise, tones and mains hum are not speech', async () => {
  let state = 1;
  const noise = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const sine = (hz: number, sample: number): number => Math.sin((2 * Math.PI * hz * sample) / 16_000);
  const sounds: readonly ((sample: number) => number)[] = [
    (sample) => noise() * 0.5 * Math.exp(-(sample % 8000) / 40),
    (sample) => (sample % 12_000 < 5000 ? noise() * 0.3 : 0),
    (sample) => (sample % 8000 < 4000 ? 0.3 * sine(440, sample) : 0),
    (sample) => 0.1 * sine(50, sample) + 0.05 * sine(100, sample),
  ];
  for (const sound of sounds) {
    const samples = Float32Array.from({ length: 5 * 16_000 }, (_, sample) => sound(sample) + noise() * 0.002);
    expect(await segmentSpeech(samples, classifier)).toEqual([]);
  }
});

test('stops when aborted', async () => {
  const samples = readClip('pt_05.wav');
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(segmentSpeech(samples, classifier, { signal })).rejects.toThrow('enough');
});

test('a missing model is an error', async () => {
  const broken = new SileroClassifier({ modelPath: '/nowhere/model.onnx' });
  await expect(segmentSpeech(new Float32Array(16_000), broken)).rejects.toThrow('/nowhere/model.onnx');
  await broken.close();
});
