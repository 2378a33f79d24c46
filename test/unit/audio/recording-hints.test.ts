import { expect, test } from 'vitest';
import { readAudioFile } from '#theo/audio/audio-file.js';
import { recordingHints } from '#theo/audio/recording-hints.js';

const sampleRateHz = 16_000;

/** A second of a tone, louder than full scale where `amplitude` says so, and cut there. */
function tone(amplitude: number, phase = 0): Float32Array {
  return Float32Array.from({ length: sampleRateHz }, (_, index) => {
    const value = amplitude * Math.sin((2 * Math.PI * 220 * index) / sampleRateHz + phase);
    return Math.max(-1, Math.min(1, value));
  });
}

function mix(left: Float32Array, right: Float32Array): { samples: Float32Array; channelPower: number } {
  const samples = left.map((sample, index) => (sample + (right[index] ?? 0)) / 2);
  const squares = [...left, ...right].reduce((sum, sample) => sum + sample * sample, 0);
  return { samples, channelPower: squares / (left.length + right.length) };
}

function hints(samples: Int16Array | Float32Array, channelPower: number | null = null): readonly string[] {
  return recordingHints({ sampleRateHz, samples, channelPower });
}

test.each(['assets/demo/jfk.wav', 'assets/demo/edresson.wav', 'test/fixtures/audio/en_03.wav'])(
  '%s has nothing wrong',
  async (file) => {
    expect(recordingHints(await readAudioFile(file))).toEqual([]);
  },
);

test.each([
  ['no audio', new Float32Array(0), /no audio at all/],
  ['nothing but zeros', new Int16Array(16_000), /nothing but digital silence/],
  ['next to nothing', Int16Array.from({ length: 16_000 }, (_, index) => (index % 7) - 3), /at -81 dBFS/],
  ['a clipped tone', tone(2), /is clipped \(\d\d\.\d % of its samples\)/],
])('%s', (_, samples, hint) => {
  expect(hints(samples)).toEqual([expect.stringMatching(hint)]);
});

test('a tone that just fits is not clipped', () => {
  expect(hints(tone(1))).toEqual([]);
});

test('opposite channels cancel each other', () => {
  const { samples, channelPower } = mix(tone(0.5), tone(0.5, Math.PI));
  expect(hints(samples, channelPower)).toEqual([expect.stringMatching(/channels cancel each other/)]);
});

test.each([
  ['the same', mix(tone(0.5), tone(0.5))],
  ['one silent', mix(tone(0.5), new Float32Array(sampleRateHz))],
  ['a quarter apart', mix(tone(0.5), tone(0.5, Math.PI / 2))],
])('channels, %s: nothing wrong', (_, { samples, channelPower }) => {
  expect(hints(samples, channelPower)).toEqual([]);
});
