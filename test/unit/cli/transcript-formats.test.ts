import { expect, test } from 'vitest';
import { formatTranscript } from '#theo/cli/transcript-formats.js';

const figures = {
  avgLogProbability: -0.123456,
  noSpeechProbability: 0.01,
  compressionRatio: 0.9,
  temperature: 0,
};
const transcript = {
  file: 'talk.wav',
  language: 'en',
  duration: 3725.5,
  segments: [
    { startMs: 0, endMs: 1999.6, text: 'Is 2 < 3 & 4?', ...figures },
    { startMs: 3_723_040, endMs: 3_725_500, text: 'Yes.', ...figures },
  ],
};

test.each([
  ['text', false, 'Is 2 < 3 & 4?\nYes.'],
  ['text', true, '[00:00:00.000 --> 00:00:02.000] Is 2 < 3 & 4?\n[01:02:03.040 --> 01:02:05.500] Yes.'],
  [
    'srt',
    false,
    '1\n00:00:00,000 --> 00:00:02,000\nIs 2 < 3 & 4?\n\n2\n01:02:03,040 --> 01:02:05,500\nYes.\n',
  ],
  [
    'vtt',
    false,
    'WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nIs 2 &lt; 3 &amp; 4?\n\n01:02:03.040 --> 01:02:05.500\nYes.\n',
  ],
] as const)('as %s, with times: %s', (format, timestamps, expected) => {
  expect(formatTranscript(transcript, format, timestamps)).toBe(expected);
});

test('as JSON, in one line, with the names of verbose JSON', () => {
  const json = formatTranscript(transcript, 'json', false);
  expect(json).not.toContain('\n');
  expect(JSON.parse(json)).toMatchObject({
    file: 'talk.wav',
    language: 'en',
    duration: 3725.5,
    text: 'Is 2 < 3 & 4?\nYes.',
    segments: [
      { id: 0, start: 0, text: 'Is 2 < 3 & 4?', avg_logprob: -0.1235, no_speech_prob: 0.01, temperature: 0 },
      { id: 1, start: 3723.04, end: 3725.5 },
    ],
  });
});
