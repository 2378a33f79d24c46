import { type ServerUnaryCall, status } from '@grpc/grpc-js';
import { readAudio } from '../audio/audio-file.ts';
import { audioFormatOf } from '../audio/audio-format.ts';
import { AudioFileError } from '../audio/errors.ts';
import { fromPcm16, toPcm16 } from '../audio/pcm16.ts';
import { maxBeams } from '../engine/limits.ts';
import { toLanguage, toWireSegments, toWireWords } from '../engine/remote/mapping.ts';
import type { TranscribeFileRequest, TranscribeFileResponseInit } from '../engine/remote/wire.ts';
import type { SpeechEngine, TranscribeOptions } from '../engine/types.ts';
import { joinTexts } from '../engine/words.ts';
import { sampleRateHz } from '../native.ts';
import { type FileUtterance, transcribeFile } from '../session/file-transcriber.ts';
import type { SessionParts } from '../session/parts.ts';
import type { ActiveCall } from './active-calls.ts';
import { CallError, requireLanguage } from './status.ts';

export type FileServerCall = ServerUnaryCall<TranscribeFileRequest, TranscribeFileResponseInit>;

/** What it takes to cut recordings into utterances. */
export type RecordingParts = Pick<SessionParts, 'classifier' | 'createPreprocessor'>;

/** PCM s16le mono. */
interface Recording {
  readonly pcm: Uint8Array;
  readonly sampleRateHz: number;
}

const bytesPerSample = 2;

/** One `TranscribeFile`: recordings are cut at their silences, as by `theo transcribe`. */
export class FileCall implements ActiveCall {
  readonly id: string;
  readonly #request: TranscribeFileRequest;
  readonly #engine: SpeechEngine;
  readonly #parts: RecordingParts;
  readonly #abort = new AbortController();

  constructor(call: FileServerCall, engine: SpeechEngine, parts: RecordingParts) {
    this.id = call.request.requestId;
    this.#request = call.request;
    this.#engine = engine;
    this.#parts = parts;
    call.on('cancelled', () => this.cancel());
  }

  cancel(): void {
    this.#abort.abort(new CallError(status.CANCELLED, 'cancelled on request'));
  }

  /** @throws CallError, EngineError, ClassifierError */
  async answer(): Promise<TranscribeFileResponseInit> {
    const { audioData, singleUtterance, timestampGranularities } = this.#request;
    const options = toOptions(this.#request, this.#abort.signal);
    requireLanguage(this.#engine, options.language);
    if (options.task === 'translate' && !this.#engine.traits.translates) {
      const message = `task: the model ${this.#engine.model} does not translate: ask for "transcribe"`;
      throw new CallError(status.INVALID_ARGUMENT, message);
    }
    const wantsWords = requireGranularities(this.#engine, timestampGranularities).includes('word');
    const recording = orInvalid(() => readRecording(audioData));
    const utterances = singleUtterance
      ? [await this.#decodeWhole(recording, { ...options, timeWords: wantsWords })]
      : await this.#decodeUtterances(recording, { ...options, timeWords: wantsWords });
    return toResponse(utterances, secondsOf(recording), wantsWords);
  }

  async #decodeWhole(recording: Recording, options: TranscribeOptions): Promise<FileUtterance> {
    if (recording.sampleRateHz !== sampleRateHz) {
      const message = `audio_data: one utterance must be at ${sampleRateHz} Hz, not ${recording.sampleRateHz}`;
      throw new CallError(status.INVALID_ARGUMENT, message);
    }
    const transcript = await this.#engine.transcribe(fromPcm16(recording.pcm), options);
    return { ...transcript, startMs: 0, endMs: Math.round(1000 * secondsOf(recording)) };
  }

  #decodeUtterances(recording: Recording, options: TranscribeOptions): Promise<readonly FileUtterance[]> {
    const { classifier, createPreprocessor } = this.#parts;
    const preprocessor = orInvalid(() => createPreprocessor(recording.sampleRateHz));
    return transcribeFile(recording.pcm, { engine: this.#engine, classifier, preprocessor, ...options });
  }
}

function toOptions(request: TranscribeFileRequest, signal: AbortSignal): TranscribeOptions {
  const { clientSessionId, requestId, language, initialPrompt, hotWords, task, temperature, beamSize } =
    request;
  if (task !== '' && task !== 'transcribe' && task !== 'translate') {
    throw new CallError(status.INVALID_ARGUMENT, `task: must be "transcribe" or "translate", not "${task}"`);
  }
  if (!(temperature >= 0 && temperature <= 1)) {
    throw new CallError(status.INVALID_ARGUMENT, `temperature: must be from 0 to 1, not ${temperature}`);
  }
  if (beamSize > maxBeams) {
    throw new CallError(status.INVALID_ARGUMENT, `beam_size: must be at most ${maxBeams}, not ${beamSize}`);
  }
  return {
    session: clientSessionId || requestId || undefined,
    language: toLanguage(language),
    prompt: initialPrompt,
    hotWords,
    task: task || 'transcribe',
    timestamps: request.timestampGranularities.includes('segment'),
    temperature,
    beamSize: beamSize || undefined,
    signal,
  };
}

/** @throws CallError for one that the model does not offer */
function requireGranularities(engine: SpeechEngine, granularities: readonly string[]): readonly string[] {
  const problemOf = (granularity: string): string | undefined => {
    if (granularity === 'segment') return undefined;
    if (granularity !== 'word') return `must be "segment" or "word", not "${granularity}"`;
    return engine.traits.timesWords ? undefined : `the model ${engine.model} does not time words`;
  };
  const problem = granularities.map(problemOf).find((found) => found !== undefined);
  if (problem === undefined) return granularities;
  throw new CallError(status.INVALID_ARGUMENT, `timestamp_granularities: ${problem}`);
}

/** @throws RangeError, AudioFileError */
function readRecording(audio: Uint8Array): Recording {
  if (audio.byteLength === 0) throw new RangeError('is empty');
  const format = audioFormatOf(audio)?.name;
  // Bare PCM may begin like an MP3 file.
  if (format !== undefined && format !== 'MP3') {
    const file = readAudio(audio);
    return { pcm: toPcm16(file.samples), sampleRateHz: file.sampleRateHz };
  }
  if (audio.byteLength % bytesPerSample !== 0) {
    throw new RangeError(`audio is 16-bit PCM: ${audio.byteLength} bytes is an odd count`);
  }
  return { pcm: audio, sampleRateHz };
}

function orInvalid<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof AudioFileError)) throw error;
    throw new CallError(status.INVALID_ARGUMENT, `audio_data: ${error.message}`);
  }
}

function secondsOf({ pcm, sampleRateHz }: Recording): number {
  return pcm.byteLength / bytesPerSample / sampleRateHz;
}

function toResponse(
  utterances: readonly FileUtterance[],
  seconds: number,
  wantsWords: boolean,
): TranscribeFileResponseInit {
  const characters = utterances.reduce((sum, { text }) => sum + text.length, 0);
  const weighted = utterances.reduce((sum, { text, confidence }) => sum + confidence * text.length, 0);
  return {
    text: joinTexts(utterances.map(({ text }) => text)),
    language: utterances.find(({ language }) => language !== '')?.language ?? '',
    duration: seconds,
    segments: toWireSegments(utterances.flatMap(({ segments }) => segments)),
    words: wantsWords ? utterances.flatMap(({ words }) => toWireWords(words, 0)) : [],
    confidence: characters === 0 ? 0 : weighted / characters,
  };
}
