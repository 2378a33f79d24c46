import { describe, expect, test } from 'vitest';
import { toLanguage, toTranscript, transcriptOfFile } from '#theo/engine/remote/mapping.js';
import { loadWorkerService } from '#theo/engine/remote/wire.js';

const { TranscribeStream, TranscribeFile } = loadWorkerService();

/** The event as it is after its way over the wire. */
function received(event: object) {
  return TranscribeStream.responseDeserialize(TranscribeStream.responseSerialize(event));
}

function receivedFile(response: object) {
  return TranscribeFile.responseDeserialize(TranscribeFile.responseSerialize(response));
}

describe('a language on the wire', () => {
  test.each([
    ['pt', 'pt'],
    ['pt-BR', 'pt'],
    ['PT', 'pt'],
    ['en_US', 'en'],
    ['', null],
    ['auto', null],
    ['mixed', null],
  ])('"%s" is %s', (told, expected) => {
    expect(toLanguage(told)).toBe(expected);
  });
});

describe('what a worker says', () => {
  test.each([
    [0.25, 0.25],
    [7, 1],
    [Math.log(0.5), 0.5],
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 0],
    [Number.NEGATIVE_INFINITY, 0],
  ])('the confidence %d is %d', (told, expected) => {
    expect(toTranscript(received({ confidence: told })).confidence).toBeCloseTo(expected, 6);
    expect(transcriptOfFile(receivedFile({ confidence: told }), null).confidence).toBeCloseTo(expected, 6);
  });

  test('words have times and probabilities that are numbers, and end no earlier than they begin', () => {
    const words = [
      { word: ' one', start: 0.5, end: 0.75, probability: 2 },
      { word: 'two', start: Number.NaN, end: 1, probability: Number.NaN },
      { word: 'three', start: 2, end: Number.POSITIVE_INFINITY, probability: 0.5 },
      { word: 'four', start: Number.NEGATIVE_INFINITY, end: Number.NaN, probability: 0.5 },
      { word: 'five', start: -3, end: -4, probability: 0.5 },
      { word: 'six', start: 1e30, end: 1e30, probability: 0.5 },
    ];
    const dayMs = 86_400_000;
    expect(toTranscript(received({ words })).words).toEqual([
      { word: 'one', spaceBefore: true, startMs: 500, endMs: 750, probability: 1 },
      { word: 'two', spaceBefore: true, startMs: 750, endMs: 1000, probability: 0 },
      { word: 'three', spaceBefore: true, startMs: 2000, endMs: 2000, probability: 0.5 },
      { word: 'four', spaceBefore: true, startMs: 2000, endMs: 2000, probability: 0.5 },
      { word: 'five', spaceBefore: true, startMs: 0, endMs: 0, probability: 0.5 },
      { word: 'six', spaceBefore: true, startMs: dayMs, endMs: dayMs, probability: 0.5 },
    ]);
  });

  test.each([
    ['EN', 'en'],
    ['pt-BR', 'pt'],
    ['haw', 'haw'],
    ['auto', ''],
    ['{"no": "language"}', ''],
  ])('the language "%s" is "%s"', (told, expected) => {
    expect(toTranscript(received({ language: told })).language).toBe(expected);
  });

  test('about a recording without a language leaves the one that was asked for', () => {
    expect(transcriptOfFile(receivedFile({ text: 'olá' }), 'pt').language).toBe('pt');
    expect(transcriptOfFile(receivedFile({ text: 'olá', language: 'es' }), 'pt').language).toBe('es');
    expect(transcriptOfFile(receivedFile({ text: 'olá' }), null).language).toBe('');
  });

  test('about segments makes up for a missing confidence, where it is a number', () => {
    const segments = [
      { text: 'a', avgLogprob: Math.log(0.5) },
      { text: 'b', avgLogprob: Number.NaN },
      { text: '', avgLogprob: 0 },
    ];
    expect(transcriptOfFile(receivedFile({ segments }), null).confidence).toBeCloseTo(0.5, 6);
    expect(
      transcriptOfFile(receivedFile({ segments: [{ text: 'a', avgLogprob: 30 }] }), null).confidence,
    ).toBe(1);
  });

  test('segments are in order, with figures that are numbers; those without text are left out', () => {
    const segments = [
      { start: 0, end: 1.5, text: ' One.', avgLogprob: -0.25, noSpeechProb: 0.125, compressionRatio: 0.75 },
      { start: 1.5, end: 1.6, text: ' ' },
      { start: 1, end: Number.NaN, text: 'two', avgLogprob: Number.NaN, noSpeechProb: 7, temperature: -1 },
    ];
    expect(transcriptOfFile(receivedFile({ segments }), null).segments).toEqual([
      {
        startMs: 0,
        endMs: 1500,
        text: 'One.',
        avgLogProbability: -0.25,
        noSpeechProbability: 0.125,
        compressionRatio: 0.75,
        temperature: 0,
      },
      {
        startMs: 1500,
        endMs: 1500,
        text: 'two',
        avgLogProbability: 0,
        noSpeechProbability: 1,
        compressionRatio: 0,
        temperature: 0,
      },
    ]);
  });
});
