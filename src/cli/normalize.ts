import type { Readable, Writable } from 'node:stream';
import type { Command } from 'commander';
import { choice } from '../config/values.ts';
import { itnLanguages, normalize } from '../text/index.ts';
import { valueFlag } from './arguments.ts';

interface Arguments {
  readonly language: string;
  readonly grouping?: boolean;
}

/** Adds `theo normalize`: lines of spoken forms from stdin, written forms to stdout. */
export function registerNormalize(program: Command): void {
  program
    .command('normalize')
    .description(
      'write spoken numbers, dates, times and amounts as people write them: stdin lines to stdout lines',
    )
    .addOption(valueFlag('--language', choice(itnLanguages), 'language of the text').makeOptionMandatory())
    .option('--grouping', 'write thousands separators')
    .action(async (options: Arguments) => {
      await normalizeLines(process.stdin, process.stdout, options);
    });
}

/**
 * Normalizes line by line, line ends as they are; waits while `output` is full and ends quietly when its reader has
 * gone.
 * @throws the error of `input` or `output`, except EPIPE.
 */
export async function normalizeLines(input: Readable, output: Writable, options: Arguments): Promise<void> {
  const { language, grouping = false } = options;
  let failure: NodeJS.ErrnoException | undefined;
  const onError = (error: NodeJS.ErrnoException): void => {
    failure = error;
    input.destroy();
  };
  output.on('error', onError);
  try {
    for await (const line of lines(input)) {
      if (failure !== undefined) break;
      const hasRoom = output.write(normalize(line, { language, grouping }));
      if (!hasRoom && failure === undefined) await room(output);
    }
  } catch (error) {
    if (failure === undefined) throw error;
  } finally {
    output.off('error', onError);
  }
  if (failure !== undefined && failure.code !== 'EPIPE') throw failure;
}

/** Lines with their line feeds; the last one may have none. */
async function* lines(input: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let started = '';
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', from)) {
      yield started + text.slice(from, feed + 1);
      started = '';
      from = feed + 1;
    }
    started += text.slice(from);
  }
  started += decoder.decode();
  if (started !== '') yield started;
}

/** Waits until `output` takes more, or will never do so. */
function room(output: Writable): Promise<void> {
  const events = ['drain', 'close', 'error'];
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of events) output.off(event, done);
      resolve();
    };
    for (const event of events) output.on(event, done);
  });
}
