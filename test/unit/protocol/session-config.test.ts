import { describe, expect, test } from 'vitest';
import {
  applyConfigChange,
  defaultSessionConfig,
  sessionConfigSchema,
} from '#theo/protocol/session-config.js';

test('the defaults are those of the contract, and valid', () => {
  expect(sessionConfigSchema.parse(defaultSessionConfig)).toEqual({
    vad_sensitivity: 'normal',
    vad_min_speech_ms: 250,
    silence_timeout_ms: 300,
    hold_timeout_ms: 300_000,
    max_segment_duration_ms: 30_000,
    language: null,
    enable_partial_transcripts: true,
    enable_itn: true,
    preprocessing: { denoise: false, denoise_engine: 'rnnoise' },
    input_sample_rate: 16_000,
    input_encoding: 'pcm_s16le',
  });
});

describe('a change', () => {
  test('replaces what it names and leaves the rest', () => {
    const config = applyConfigChange(defaultSessionConfig, { silence_timeout_ms: 500, enable_itn: false });
    expect(config).toEqual({ ...defaultSessionConfig, silence_timeout_ms: 500, enable_itn: false });
  });

  test('leaves the config that it is applied to as it was', () => {
    const before = structuredClone(defaultSessionConfig);
    applyConfigChange(defaultSessionConfig, { language: 'pt', preprocessing: { denoise: true } });
    expect(defaultSessionConfig).toEqual(before);
  });

  test('reaches into preprocessing field by field', () => {
    const config = applyConfigChange(defaultSessionConfig, { preprocessing: { denoise: true } });
    expect(config.preprocessing).toEqual({ denoise: true, denoise_engine: 'rnnoise' });
  });

  test('brings in none of the fields that a command has besides', () => {
    const command = {
      type: 'session.configure',
      hot_words: ['PIX'],
      hot_word_boost: 2,
      language: 'pt',
    } as const;
    expect(applyConfigChange(defaultSessionConfig, command)).toEqual({
      ...defaultSessionConfig,
      language: 'pt',
    });
  });

  test('with null leaves a field as it is, whichever it is', () => {
    const fields = Object.keys(defaultSessionConfig);
    const before = { ...defaultSessionConfig, language: 'pt', silence_timeout_ms: 700 };
    const nothing = Object.fromEntries(fields.map((field) => [field, null]));
    expect(applyConfigChange(before, nothing)).toEqual(before);
    const inside = applyConfigChange(before, { preprocessing: { denoise: null, denoise_engine: null } });
    expect(inside).toEqual(before);
  });

  test.each([
    ['auto', null],
    ['mixed', null],
    ['en', 'en'],
    ['pt-BR', 'pt'],
    ['EN', 'en'],
  ])('to language %s means %s', (language, expected) => {
    const spoken = { ...defaultSessionConfig, language: 'es' };
    expect(applyConfigChange(spoken, { language }).language).toBe(expected);
  });
});
