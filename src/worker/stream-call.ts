import { Metadata, type ServerDuplexStream, status } from '@grpc/grpc-js';
import { fromPcm16 } from '../audio/pcm16.ts';
import type { Clock } from '../clock.ts';
import { maxContinuedSamples, maxStreamSamples } from '../engine/limits.ts';
import { toStreamOptions, toWireWords } from '../engine/remote/mapping.ts';
import type { AudioFrame, TranscriptEventInit } from '../engine/remote/wire.ts';
import type { EngineEvent, EngineStream, SpeechEngine, StreamOptions } from '../engine/types.ts';
import { messageOf } from '../errors.ts';
import { sampleRateHz } from '../native.ts';
import type { ActiveCall } from './active-calls.ts';
import type { StreamAudio, WorkerLimits } from './limits.ts';
import { isQuiet, wantsCut } from './long-audio.ts';
import { CallError, requireLanguage, statusOf } from './status.ts';

/** The most audio in one message: ten seconds, far more than a stream needs to send at a time. */
const maxFrameBytes = 2 * 10 * sampleRateHz;
const maxEarlierBytes = 2 * maxContinuedSamples;
/** With this many unfinished utterances, a stream is not read further. */
const maxUtterances = 3;

export type TranscribeServerCall = ServerDuplexStream<AudioFrame, TranscriptEventInit>;

/** A part of a stream that is decoded as one utterance. */
interface Utterance {
  readonly id: number;
  readonly stream: EngineStream;
  readonly startSample: number;
  /** Samples of its audio and of the earlier speech that it continues. */
  heldSamples: number;
}

export interface StreamCallParts extends Pick<WorkerLimits, 'idleMs'> {
  readonly clock: Clock;
  /** Counts the audio of all streams. */
  readonly audio: StreamAudio;
}

/**
 * One `TranscribeStream`: frames in, events out. Our runtimes send one utterance a stream. Others may send
 * more audio than one decode takes, which is then cut into several utterances with a final each.
 * While the peer does not read, newer partials replace waiting ones.
 */
export class StreamCall implements ActiveCall {
  readonly #call: TranscribeServerCall;
  readonly #engine: SpeechEngine;
  readonly #parts: StreamCallParts;
  readonly #onOver: () => void;
  readonly #utterances = new Set<Utterance>();
  #first: AudioFrame | undefined;
  #current: Utterance | undefined;
  #sending: Promise<void> = Promise.resolve();
  #nextId = 0;
  /** Samples received. */
  #position = 0;
  #state: 'open' | 'flushing' | 'over' = 'open';
  /** Events that the peer has not taken yet. */
  #unread = 0;
  #cancelTimer: () => void = () => {};

  /** @param onOver called once, when the call has ended in any way. */
  constructor(call: TranscribeServerCall, engine: SpeechEngine, parts: StreamCallParts, onOver: () => void) {
    this.#call = call;
    this.#engine = engine;
    this.#parts = parts;
    this.#onOver = onOver;
    // Tells the peer that the call is accepted: a failure from now on is a crash and not a refusal.
    call.sendMetadata(new Metadata());
    call.on('data', (frame: AudioFrame) => this.#guard(() => this.#take(frame)));
    call.on('end', () => this.#guard(() => this.#onHalfClose()));
    call.on('cancelled', () => this.#stop());
    call.on('close', () => this.#stop());
    this.#awaitPeer();
  }

  /** The session id of the first frame. */
  get id(): string {
    return this.#first?.sessionId ?? '';
  }

  cancel(): void {
    this.#fail(new CallError(status.CANCELLED, 'cancelled on request'));
  }

  #take(frame: AudioFrame): void {
    if (this.#state === 'over') return;
    if (this.#state === 'flushing') {
      throw new CallError(status.INVALID_ARGUMENT, 'no frame may follow the one with is_last');
    }
    if (frame.discard) {
      this.#stop();
      this.#call.end();
      return;
    }
    this.#awaitPeer();
    this.#first ??= frame;
    this.#write(samplesOf(frame));
    if (frame.isLast) this.#flush();
    else if (frame.anticipateFlush) this.#current?.stream.anticipateFlush();
  }

  #write(samples: Float32Array): void {
    if (samples.length === 0) return;
    if (this.#current && this.#wantsCut(this.#current, samples)) {
      this.#current.stream.flush();
      this.#current = undefined;
    }
    this.#current ??= this.#openUtterance();
    this.#hold(this.#current, samples.length);
    this.#current.stream.write(samples);
    this.#position += samples.length;
  }

  #wantsCut(current: Utterance, samples: Float32Array): boolean {
    const heard = this.#position - current.startSample;
    const total = heard + samples.length;
    if (!this.#first?.singleUtterance) {
      const longest = this.#engine.traits.longestUtteranceSamples;
      return total > longest || (wantsCut(heard, longest) && isQuiet(samples));
    }
    if (total <= maxStreamSamples) return false;
    const seconds = maxStreamSamples / sampleRateHz;
    throw new CallError(status.INVALID_ARGUMENT, `an utterance has at most ${seconds} s of audio`);
  }

  /** @throws CallError when all streams together hold too much */
  #hold(utterance: Utterance, samples: number): void {
    this.#parts.audio.take(samples);
    utterance.heldSamples += samples;
  }

  #forget(utterance: Utterance): void {
    if (this.#utterances.delete(utterance)) this.#parts.audio.give(utterance.heldSamples);
  }

  /** Ends the call when the peer neither sends nor reads for a while, unless the peer is waiting for the engine. */
  #awaitPeer(): void {
    const { clock, idleMs } = this.#parts;
    this.#cancelTimer();
    this.#cancelTimer = clock.schedule(idleMs, () => {
      const isEnginesTurn = this.#unread === 0 && (this.#state === 'flushing' || this.#call.isPaused());
      if (isEnginesTurn) this.#awaitPeer();
      else this.#fail(new CallError(status.DEADLINE_EXCEEDED, `nothing came for ${idleMs / 1000} s`));
    });
  }

  #openUtterance(): Utterance {
    const first = this.#first;
    if (!first) throw new Error('unreachable: audio comes in frames');
    const id = this.#nextId++;
    const options = streamOptionsOf(first);
    requireLanguage(this.#engine, options.language);
    requireLanguage(this.#engine, options.earlier?.language ?? null);
    const expected = options.expectedLanguage;
    // A hint, perhaps from another worker: a language that this model does not have is no reason to refuse.
    const expectedLanguage = expected !== null && this.#engine.knowsLanguage(expected) ? expected : null;
    const stream = this.#engine.openStream({
      ...options,
      expectedLanguage,
      ...(id === 0 ? {} : { earlier: null, leadInSamples: 0 }),
    });
    const utterance: Utterance = { id, stream, startSample: this.#position, heldSamples: 0 };
    this.#utterances.add(utterance);
    if (id === 0) this.#hold(utterance, options.earlier?.samples.length ?? 0);
    if (this.#utterances.size >= maxUtterances) this.#call.pause();
    this.#sending = this.#sending.then(() => this.#forward(utterance));
    return utterance;
  }

  #onHalfClose(): void {
    if (this.#state !== 'open') return;
    if (!this.#first) throw new CallError(status.INVALID_ARGUMENT, 'the stream ended before its first frame');
    this.#flush();
  }

  #flush(): void {
    this.#state = 'flushing';
    // A stream without audio has an empty final.
    if (this.#nextId === 0) this.#current = this.#openUtterance();
    this.#current?.stream.flush();
    void this.#sending.then(() => {
      if (this.#state === 'over') return;
      this.#stop();
      this.#call.end();
    });
  }

  async #forward(utterance: Utterance): Promise<void> {
    for await (const event of utterance.stream.events) {
      // Not kept: the runtime sends the earlier speech along with the next utterance.
      if (event.type === 'final') event.speech?.close();
      if (this.#state === 'over') return;
      if (event.type === 'error') {
        this.#fail(event.error);
        return;
      }
      await this.#send(this.#message(utterance, event));
    }
    this.#forget(utterance);
    this.#call.resume();
  }

  #message(utterance: Utterance, event: Exclude<EngineEvent, { type: 'error' }>): TranscriptEventInit {
    const startMs = Math.round((utterance.startSample * 1000) / sampleRateHz);
    const place = {
      sessionId: this.id,
      eventType: event.type,
      segmentId: utterance.id,
      startMs,
      endMs: Math.round((this.#position * 1000) / sampleRateHz),
    };
    if (event.type === 'partial') return { ...place, text: event.text, committedText: event.committed };
    const { text, language, languageProbability, confidence, words } = event.transcript;
    const endsStream = this.#state === 'flushing' && utterance === this.#current;
    const wholeText = event.speech?.text ?? '';
    return {
      ...place,
      text,
      language,
      languageProbability,
      confidence,
      words: toWireWords(words, startMs),
      endsStream,
      wholeText,
    };
  }

  #send(message: TranscriptEventInit): Promise<void> {
    this.#unread++;
    return new Promise((resolve) => {
      this.#call.write(message, () => {
        this.#unread--;
        if (this.#state !== 'over') this.#awaitPeer();
        resolve();
      });
    });
  }

  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#state === 'over') return;
    this.#stop();
    this.#call.emit('error', statusOf(error));
  }

  /** Frees what the call holds: running decodes are aborted. Idempotent. */
  #stop(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#cancelTimer();
    for (const utterance of this.#utterances) {
      utterance.stream.cancel();
      this.#forget(utterance);
    }
    this.#onOver();
  }
}

function samplesOf(frame: AudioFrame): Float32Array {
  requireAtMost('a frame', maxFrameBytes, frame.data);
  return orInvalid(() => fromPcm16(frame.data));
}

function streamOptionsOf(first: AudioFrame): StreamOptions {
  requireAtMost('earlier_audio', maxEarlierBytes, first.earlierAudio);
  return orInvalid(() => toStreamOptions(first));
}

function requireAtMost(what: string, maxBytes: number, audio: Uint8Array): void {
  if (audio.byteLength <= maxBytes) return;
  const message = `${what} has at most ${maxBytes} bytes of audio, not ${audio.byteLength}`;
  throw new CallError(status.INVALID_ARGUMENT, message);
}

function orInvalid<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new CallError(status.INVALID_ARGUMENT, messageOf(error));
  }
}
