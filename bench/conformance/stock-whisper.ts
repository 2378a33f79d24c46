import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { buildNativeProgram } from '../native-program.ts';
import type { ConformanceCase } from './cases.ts';

export interface StockSegment {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly tokens: readonly number[];
}

/** What `whisper_full` hears in a recording. */
export interface StockTranscript {
  readonly text: string;
  readonly segments: readonly StockSegment[];
}

/** Tokens in a window of a recording that whisper.cpp's network is to judge. */
export interface Judged extends Pick<ConformanceCase, 'language' | 'task' | 'timestamps'> {
  readonly seekMs: number;
  readonly prompt: readonly number[];
  readonly tokens: readonly number[];
}

/** Natural logarithms of probabilities, where one token follows those before it. */
export interface JudgedToken {
  readonly token: number;
  readonly bestText: number;
  readonly textToken: number;
  readonly bestTimestamp: number;
  /** All timestamps together: Whisper takes one where they outweigh the best text. */
  readonly timestamps: number;
}

/** whisper.cpp as it is, in a process of its own (`bench/native/stock_whisper.cc`); one question at a time. */
export class StockWhisper {
  readonly #program: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;
  readonly #samplesPath: string;

  /** @param folder for the recordings that it reads. @throws Error when it cannot be built */
  constructor(weightsPath: string, folder: string) {
    this.#program = spawn(buildNativeProgram('stock_whisper'), [weightsPath], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#answers = createInterface({ input: this.#program.stdout })[Symbol.asyncIterator]();
    this.#samplesPath = join(folder, 'samples.f32');
  }

  transcribe({ name: _, samples, ...how }: ConformanceCase): Promise<StockTranscript> {
    return this.#ask<StockTranscript>({ kind: 'transcribe', ...how }, samples);
  }

  async judge(samples: Float32Array, judged: Judged): Promise<readonly JudgedToken[]> {
    const { positions } = await this.#ask<{ readonly positions: readonly JudgedToken[] }>(
      { kind: 'judge', ...judged },
      samples,
    );
    return positions;
  }

  close(): void {
    this.#program.stdin.end();
  }

  async #ask<Answer>(job: object, samples: Float32Array): Promise<Answer> {
    writeFileSync(this.#samplesPath, samples);
    this.#program.stdin.write(`${JSON.stringify({ ...job, samples: this.#samplesPath })}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error('stock_whisper has ended: see its message above');
    return JSON.parse(value) as Answer;
  }
}
