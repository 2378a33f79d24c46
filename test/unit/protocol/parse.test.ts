import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClientCommand, serializeCommand } from '#theo/protocol/commands.js';
import { maxCommandLength, parseCommand } from '#theo/protocol/parse.js';

const commands: ClientCommand[] = [
  { type: 'input_audio_buffer.commit' },
  { type: 'session.cancel' },
  { type: 'session.close' },
  { type: 'session.configure' },
  { type: 'session.configure', vad_sensitivity: 'high', silence_timeout_ms: 500 },
  { type: 'session.configure', language: 'pt' },
  { type: 'session.configure', language: 'auto' },
  { type: 'session.configure', language: null },
  { type: 'session.configure', language: 'pt-BR' },
  { type: 'session.configure', preprocessing: {} },
  { type: 'session.configure', preprocessing: { denoise: true } },
  { type: 'session.configure', hot_words: [], hot_word_boost: 0 },
  {
    type: 'session.configure',
    vad_sensitivity: 'low',
    silence_timeout_ms: 300,
    hold_timeout_ms: 300_000,
    max_segment_duration_ms: 30_000,
    language: 'en',
    enable_partial_transcripts: false,
    enable_itn: false,
    preprocessing: { denoise: false, denoise_engine: 'rnnoise' },
    input_sample_rate: 48_000,
    input_encoding: 'mulaw',
    hot_words: ['PIX', 'Selic', 'São Paulo'],
    hot_word_boost: 2.5,
  },
];

/** As the original's clients send it: every field, whether it changes or not. */
const fromOriginal: ClientCommand = {
  type: 'session.configure',
  vad_sensitivity: null,
  silence_timeout_ms: 700,
  hold_timeout_ms: null,
  max_segment_duration_ms: null,
  language: null,
  enable_partial_transcripts: null,
  enable_itn: null,
  preprocessing: null,
  input_sample_rate: null,
  input_encoding: null,
  hot_words: null,
  hot_word_boost: null,
  model_tts: 'kokoro',
};
commands.push(fromOriginal, { ...fromOriginal, model_tts: null, preprocessing: { denoise: null } });

describe('a valid command', () => {
  test.each(commands.map((command) => [serializeCommand(command), command]))('%s', (text, command) => {
    expect(parseCommand(text)).toEqual({ ok: true, command });
  });

  test.each([
    ['silence_timeout_ms', 50, 60_000],
    ['vad_min_speech_ms', 64, 1_000],
    ['hold_timeout_ms', 100, 3_600_000],
    ['max_segment_duration_ms', 500, 600_000],
    ['input_sample_rate', 8_000, 192_000],
    ['hot_word_boost', 0, 100],
  ])('%s reaches from %d to %d', (field, min, max) => {
    const accepts = (value: number): boolean =>
      parseCommand(JSON.stringify({ type: 'session.configure', [field]: value })).ok;
    expect([min - 1, min, max, max + 1].map(accepts)).toEqual([false, true, true, false]);
  });

  test.each(['session.close', 'session.cancel', 'input_audio_buffer.commit'])(
    '%s may carry whatever its client adds',
    (type) => {
      const parsed = parseCommand(JSON.stringify({ type, reason: 'bye', session_id: 'x' }));
      expect(parsed).toEqual({ ok: true, command: { type } });
    },
  );
});

const allFields =
  'vad_sensitivity, vad_min_speech_ms, silence_timeout_ms, hold_timeout_ms, max_segment_duration_ms, language, ' +
  'enable_partial_transcripts, enable_itn, preprocessing, input_sample_rate, input_encoding, hot_words, hot_word_boost, model_tts';
const allCommands = 'session.configure, input_audio_buffer.commit, session.cancel, session.close';
const languages = 'must be a language code (ISO 639-1), such as en or pt-BR, or "auto"';

describe('a configure that is not valid names the field and what is allowed', () => {
  test.each([
    [{ vad_sensitivity: 'loud' }, 'vad_sensitivity: must be one of "high", "normal", "low"'],
    [{ silence_timeout_ms: -1 }, 'silence_timeout_ms: must be an integer from 50 to 60000'],
    [{ silence_timeout_ms: 300.5 }, 'silence_timeout_ms: must be an integer from 50 to 60000'],
    [{ silence_timeout_ms: '300' }, 'silence_timeout_ms: must be an integer from 50 to 60000'],
    [{ hold_timeout_ms: 0 }, 'hold_timeout_ms: must be an integer from 100 to 3600000'],
    [{ max_segment_duration_ms: 1e300 }, 'max_segment_duration_ms: must be an integer from 500 to 600000'],
    [{ language: 'english' }, `language: ${languages}`],
    [{ language: '' }, `language: ${languages}`],
    [{ language: 'en\n' }, `language: ${languages}`],
    [{ language: 7 }, `language: ${languages}`],
    [{ enable_partial_transcripts: 1 }, 'enable_partial_transcripts: must be true or false'],
    [{ enable_itn: 'yes' }, 'enable_itn: must be true or false'],
    [{ preprocessing: [] }, 'preprocessing: must be an object'],
    [{ preprocessing: { denoise: 'on' } }, 'preprocessing.denoise: must be true or false'],
    [{ preprocessing: { denoise_engine: 'x' } }, 'preprocessing.denoise_engine: must be "rnnoise"'],
    [
      { preprocessing: { gain: 1 } },
      'preprocessing: unknown field "gain" (allowed: denoise, denoise_engine)',
    ],
    [{ input_sample_rate: 7_999 }, 'input_sample_rate: must be an integer from 8000 to 192000'],
    [{ hot_words: 'PIX' }, 'hot_words: must be an array of at most 500 strings'],
    [{ hot_words: Array(501).fill('a') }, 'hot_words: must be an array of at most 500 strings'],
    [{ hot_words: ['PIX', ''] }, 'hot_words.1: must be a string of 1 to 100 characters'],
    [{ hot_words: ['PIX', 'TED', 3] }, 'hot_words.2: must be a string of 1 to 100 characters'],
    [{ hot_words: ['x'.repeat(101)] }, 'hot_words.0: must be a string of 1 to 100 characters'],
    [{ hot_word_boost: 'strong' }, 'hot_word_boost: must be a number from 0 to 100'],
    [{ sample_rate: 1 }, `unknown field "sample_rate" (allowed: ${allFields})`],
    [{ silence_timeout: 1 }, 'unknown field "silence_timeout"; did you mean "silence_timeout_ms"?'],
    [{ constructor: 1 }, `unknown field "constructor" (allowed: ${allFields})`],
    [{ a: 1, b: 1 }, `unknown fields "a", "b" (allowed: ${allFields})`],
    [
      { silence_timeout_ms: 1, enable_itn: 1 },
      'silence_timeout_ms: must be an integer from 50 to 60000; enable_itn: must be true or false',
    ],
  ])('%j', (fields, message) => {
    const text = JSON.stringify({ type: 'session.configure', ...fields });
    expect(parseCommand(text)).toEqual({ ok: false, error: { code: 'validation_error', message } });
  });
});

describe('a message that is no command', () => {
  test.each([
    ['', 'malformed_json', 'a text message must be valid JSON'],
    ['{"type":', 'malformed_json', 'a text message must be valid JSON'],
    ['NaN', 'malformed_json', 'a text message must be valid JSON'],
    ['null', 'malformed_json', 'a command must be a JSON object with a "type"'],
    ['[]', 'malformed_json', 'a command must be a JSON object with a "type"'],
    ['"session.close"', 'malformed_json', 'a command must be a JSON object with a "type"'],
    ['{}', 'unknown_command', `type is missing (allowed: ${allCommands})`],
    ['{"type":1}', 'unknown_command', `type is missing (allowed: ${allCommands})`],
    ['{"type":"session.pause"}', 'unknown_command', `unknown type "session.pause" (allowed: ${allCommands})`],
    ['{"type":"toString"}', 'unknown_command', `unknown type "toString" (allowed: ${allCommands})`],
    ['{"type":"__proto__"}', 'unknown_command', `unknown type "__proto__" (allowed: ${allCommands})`],
  ])('%s', (text, code, message) => {
    expect(parseCommand(text)).toEqual({ ok: false, error: { code, message } });
  });

  test('a command that is too long is not looked at', () => {
    const text = `${JSON.stringify({ type: 'session.close' })}${' '.repeat(maxCommandLength)}`;
    expect(parseCommand(text)).toEqual({
      ok: false,
      error: { code: 'validation_error', message: `a command has at most ${maxCommandLength} characters` },
    });
  });

  test('deep nesting is an error like any other', () => {
    const text = `{"type":"session.configure","hot_words":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    expect(parseCommand(text)).toMatchObject({ ok: false, error: { code: 'validation_error' } });
    expect(parseCommand('['.repeat(60_000))).toMatchObject({ ok: false, error: { code: 'malformed_json' } });
  });
});

describe('whatever a client sends', () => {
  const fieldNames = allFields.split(', ');
  const nearlyCommand = fc.record(
    {
      type: fc.constantFrom(...allCommands.split(', ')),
      ...Object.fromEntries(fieldNames.map((name) => [name, fc.jsonValue()])),
    },
    { requiredKeys: ['type'] },
  );

  test.each([
    ['any text', fc.string({ unit: 'binary' })],
    ['any JSON', fc.json()],
    ['nearly a command', nearlyCommand.map((value) => JSON.stringify(value))],
  ])('%s gets a command or an error of one short line', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseCommand(text);
        if (parsed.ok) return;
        expect(['malformed_json', 'unknown_command', 'validation_error']).toContain(parsed.error.code);
        expect(parsed.error.message).toMatch(/^.{1,700}$/);
      }),
      { numRuns: 1_000 },
    );
  });

  test('every command comes through unchanged', () => {
    const configure = fc.record(
      {
        type: fc.constant('session.configure' as const),
        silence_timeout_ms: fc.integer({ min: 50, max: 60_000 }),
        language: fc.constantFrom('en', 'pt', 'auto', null),
        enable_itn: fc.boolean(),
        hot_words: fc.array(fc.string({ minLength: 1, maxLength: 50 }), { maxLength: 20 }),
        hot_word_boost: fc.double({ min: 0, max: 100, noNaN: true }).map((value) => value + 0),
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(configure, (command) => {
        expect(parseCommand(serializeCommand(command))).toEqual({ ok: true, command });
      }),
    );
  });
});
