import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { repeatableFlag, valueFlag } from '#theo/cli/arguments.js';
import { exitCodeOf } from '#theo/cli/errors.js';
import { choice, either, integer, language } from '#theo/config/values.js';

function parse(args: readonly string[]): Record<string, unknown> {
  return new Command()
    .exitOverride()
    .addOption(valueFlag('--limit', integer(1, 9), 'how many'))
    .addOption(valueFlag('--language', language(), 'which').default('auto'))
    .addOption(repeatableFlag('--audio-ctx', either(choice(['auto', 'full']), integer(1, 9)), 'contexts'))
    .parse(args, { from: 'user' })
    .opts();
}

test('flags of a command are read as settings are', () => {
  expect(parse([])).toEqual({ language: 'auto', audioCtx: [] });
  expect(parse(['--limit', '3', '--language', 'pt-BR', '--audio-ctx', 'FULL', '--audio-ctx', '7'])).toEqual({
    limit: 3,
    language: 'pt',
    audioCtx: ['full', 7],
  });
});

describe('what is not allowed is told, and is wrong usage', () => {
  test.each([
    [['--limit', '0'], '--limit: must be an integer from 1 to 9, not "0"'],
    [
      ['--language', 'english'],
      '--language: must be a language code (ISO 639-1) such as en or pt-BR, or auto, not "english"',
    ],
    [['--audio-ctx', '10'], '--audio-ctx: must be one of auto, full, or an integer from 1 to 9, not "10"'],
  ])('%j', (args, message) => {
    let error: unknown;
    try {
      parse(args);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ message });
    expect(exitCodeOf(error)).toBe(2);
  });
});
