import { audioFormatOf, formatBytes } from '../audio/audio-format.ts';
import { aLawSamples, muLawSamples } from '../audio/g711.ts';
import { isMpegAudio } from '../audio/mpeg.ts';
import type { Encoding } from '../audio/wav/wav-format.ts';
import { readWavHeader, type WavHeader } from '../audio/wav/wav-header.ts';
import { messageOf } from '../errors.ts';
import type { InputEncoding, SessionConfig } from '../protocol/session-config.ts';

/** Samples of 16 bits. */
export const bytesPerSample = 2;
/** The longest WAV header that is waited for. */
const maxHeaderBytes = 64 * 1024;

/** What the client says that its audio is. */
export type InputFormat = Pick<SessionConfig, 'input_sample_rate' | 'input_encoding'>;

export type ReadResult =
  | { readonly ok: true /** Whole samples, s16le. */; readonly pcm: Uint8Array }
  /** The message was no audio, or not of the kind that was agreed on: it is dropped. */
  | { readonly ok: false; readonly problem: string };

/** The first byte of each known kind of file; MP3 and MP4 are found otherwise. */
const firstBytes = new TextEncoder().encode('RfOF#.\x1a');
/** The kinds of samples that a session takes, by what a WAV calls them. */
const inputEncodings: ReadonlyMap<Encoding, InputEncoding> = new Map([
  ['s16', 'pcm_s16le'],
  ['mulaw', 'mulaw'],
  ['alaw', 'alaw'],
]);
const nothing = new Uint8Array(0);
const waitForMore: ReadResult = { ok: true, pcm: nothing };

/**
 * Makes samples of a client's messages. They are one stream of bytes: a sample may begin in one message and end in the
 * next. A WAV header at its beginning is skipped, and files of other kinds are recognized by how they begin.
 */
export class SampleReader {
  /** The first half of a sample whose other half is still to come; `lost`: it was dropped, and so the other has to be. */
  #half: number | 'lost' | undefined;
  #phase: 'beginning' | 'samples' = 'beginning';
  /** What may be the header of a WAV, or a part of one. */
  #header = nothing;

  /** @param message borrowed; the samples may lie in it. */
  read(message: Uint8Array, format: InputFormat): ReadResult {
    const kind = fileKind(message);
    if (kind !== undefined && kind !== 'WAV') return notSamples(kind);
    if (this.#phase === 'samples') return { ok: true, pcm: this.#decode(message, format.input_encoding) };
    return this.#begin(message, format);
  }

  /** Takes note of bytes that are lost. @returns how many bytes of s16le they would have been. */
  skip(byteLength: number, { input_encoding }: InputFormat): number {
    this.#phase = 'samples';
    if (input_encoding !== 'pcm_s16le') return byteLength * bytesPerSample;
    const begun = this.#half === undefined ? 0 : 1;
    const isHalf = (begun + byteLength) % bytesPerSample === 1;
    // If the last loss ended within a sample, that whole sample was counted then.
    const alreadyTold = this.#half === 'lost' ? bytesPerSample : 0;
    this.#half = isHalf ? 'lost' : undefined;
    return Math.max(0, begun + byteLength + (isHalf ? 1 : 0) - alreadyTold);
  }

  #begin(message: Uint8Array, format: InputFormat): ReadResult {
    if (this.#header.length === 0 && isMpegAudio(message)) return notSamples('MP3');
    const bytes = joined(this.#header, message);
    if (!mayBeWav(bytes)) {
      this.#phase = 'samples';
      this.#header = nothing;
      return { ok: true, pcm: this.#decode(bytes, format.input_encoding) };
    }
    // A copy: the message's memory is ours only during the call.
    this.#header = bytes.slice();
    if (bytes.length < formatBytes) return waitForMore;
    let header: WavHeader | undefined;
    try {
      header = readWavHeader(bytes);
    } catch (error) {
      return this.#refuseHeader(messageOf(error));
    }
    if (header === undefined) {
      return bytes.length < maxHeaderBytes
        ? waitForMore
        : this.#refuseHeader('the WAV header is longer than 64 KiB: send the samples alone');
    }
    const problem = mismatch(header, format);
    if (problem !== undefined) return this.#refuseHeader(problem);
    this.#phase = 'samples';
    this.#header = nothing;
    return { ok: true, pcm: this.#decode(bytes.subarray(header.dataStart), format.input_encoding) };
  }

  #refuseHeader(problem: string): ReadResult {
    this.#phase = 'samples';
    this.#header = nothing;
    return { ok: false, problem };
  }

  #decode(bytes: Uint8Array, encoding: InputEncoding): Uint8Array {
    if (encoding !== 'pcm_s16le') {
      this.#half = undefined;
      return expand(bytes, encoding === 'mulaw' ? muLawSamples : aLawSamples);
    }
    const half = this.#half;
    if (bytes.length === 0) return bytes;
    let stream = bytes;
    if (half === 'lost') stream = bytes.subarray(1);
    else if (half !== undefined) stream = joined(Uint8Array.of(half), bytes);
    const whole = stream.length - (stream.length % bytesPerSample);
    this.#half = stream[whole];
    return stream.subarray(0, whole);
  }
}

/** The kind of file that begins with a message, if any; quick for nearly all messages of samples. */
function fileKind(message: Uint8Array): string | undefined {
  const isBoxLike = message[4] === 0x66 && message[5] === 0x74;
  return isBoxLike || firstBytes.includes(message[0] ?? 0) ? audioFormatOf(message)?.name : undefined;
}

/** Whether a stream that begins like this may be a WAV, as far as it has come. */
function mayBeWav(bytes: Uint8Array): boolean {
  const letters = String.fromCharCode(...bytes.subarray(0, formatBytes));
  const isRiff = 'RIFF'.startsWith(letters.slice(0, 4));
  return isRiff && 'WAVE'.startsWith(letters.slice(8));
}

function mismatch({ format }: WavHeader, wanted: InputFormat): string | undefined {
  const encoding = inputEncodings.get(format.encoding);
  if (encoding === undefined || format.channels !== 1) {
    return (
      `the WAV header says ${format.channels} channel(s) of ${format.encoding} at ${format.sampleRateHz} Hz: ` +
      'send one channel of 16-bit samples, such as from: ffmpeg -i in.wav -ar 16000 -ac 1 -f s16le -'
    );
  }
  const { input_sample_rate, input_encoding } = wanted;
  if (format.sampleRateHz === input_sample_rate && encoding === input_encoding) return undefined;
  const change = {
    type: 'session.configure',
    input_sample_rate: format.sampleRateHz,
    input_encoding: encoding,
  };
  return (
    `the WAV header says ${encoding} at ${format.sampleRateHz} Hz, the session's config ${input_encoding} at ` +
    `${input_sample_rate} Hz: send ${JSON.stringify(change)} first`
  );
}

function notSamples(name: string): ReadResult {
  return {
    ok: false,
    problem:
      `this is ${name}, and samples are taken: send 16-bit little-endian PCM, mono, at input_sample_rate ` +
      '(in browsers from an AudioWorklet, not from MediaRecorder; else: ffmpeg ... -ac 1 -f s16le -)',
  };
}

function expand(codes: Uint8Array, table: Int16Array): Uint8Array {
  const samples = new Int16Array(codes.length);
  for (let index = 0; index < codes.length; index++) samples[index] = table[codes[index] ?? 0] ?? 0;
  return new Uint8Array(samples.buffer);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
