import { Readable, Writable } from 'node:stream';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '#theo/cli/errors.js';
import { normalizeLines, registerNormalize } from '#theo/cli/normalize.js';

/** Collects what is written; takes one chunk at a time. */
class Sink extends Writable {
  text = '';
  readonly failAfter: number;

  constructor(failAfter: number = Number.POSITIVE_INFINITY) {
    super({ highWaterMark: 1, decodeStrings: false });
    this.failAfter = failAfter;
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.text += chunk;
    const isBroken = this.text.length > this.failAfter;
    setImmediate(() =>
      done(isBroken ? Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }) : undefined),
    );
  }
}

describe('theo normalize', () => {
  it('writes a line for each line', async () => {
    const sink = new Sink();
    const input = Readable.from(['dois mil ', 'reais\n\noi\r\n', 'vinte e um']);
    await normalizeLines(input, sink, { language: 'pt' });
    expect(sink.text).toBe('R$ 2000\n\noi\r\n21');
  });

  it('writes thousands separators if asked', async () => {
    const sink = new Sink();
    await normalizeLines(Readable.from(['fifteen thousand dollars\n']), sink, {
      language: 'en',
      grouping: true,
    });
    expect(sink.text).toBe('$15,000\n');
  });

  it('reads no further than the output takes, and ends quietly when its reader has gone', async () => {
    let read = 0;
    const input = Readable.from(
      (function* lines() {
        for (; read < 100_000; read++) yield 'vinte e um\n';
      })(),
    );
    await normalizeLines(input, new Sink(30), { language: 'pt' });
    expect(read).toBeLessThan(10_000);
  });

  it('refuses an unknown language as every command refuses its arguments', async () => {
    const program = new Command();
    registerNormalize(program);
    const outcome = program.parseAsync(['normalize', '--language', 'tlh'], { from: 'user' });
    const error: unknown = await outcome.catch((failure: unknown) => failure);
    expect(error).toMatchObject({ message: '--language: must be one of en, pt, es, not "tlh"' });
    expect(exitCodeOf(error)).toBe(2);
  });
});
