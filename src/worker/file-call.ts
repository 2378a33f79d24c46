import { type ServerUnaryCall, status } from '@grpc/grpc-js';
import { audioFormatOf } from '../audio/audio-format.ts';
import { AudioFileError } from '../audio/errors.ts';
import { fromPcm16, toPcm16 } from '../audio/pcm16.ts';
import { readWav } from '../audio/wav/read-wav.ts';
import { toLanguage, toWireWords } from '../engine/remote/mapping.ts';
import type {
  SegmentInit,
  TranscribeFileRequest,
  TranscribeFileResponseInit,
} from '../engine/remote/wire.ts';
import { splitAudio } from '../engine/split-audio.ts';
import type { SpeechEngine, TranscribeOptions, Transcript } from '../engine/types.ts';
import { joinTexts } from '../engine/words.ts';
import { sampleRateHz } from '../native.ts';
import type { ActiveCall } from './active-calls.ts';
import { CallError, requireLanguage } from './status.ts';

export type FileServerCall = ServerUnaryCall<TranscribeFileRequest, TranscribeFileResponseInit>;

/** One `TranscribeFile`. Recordings longer than one decode takes are cut in quiet places and decoded in order. */
export class FileCall implements ActiveCall {
  readonly id: string;
  readonly #request: TranscribeFileRequest;
  readonly #engine: SpeechEngine;
  readonly #abort = new AbortController();

  constructor(call: FileServerCall, engine: SpeechEngine) {
    this.id = call.request.requestId;
    this.#request = call.request;
    this.#engine = engine;
    call.on('cancelled', () => this.cancel());
  }

  cancel(): void {
    this.#abort.abort();
  }

  /** @throws CallError, EngineError */
  async answer(): Promise<TranscribeFileResponseInit> {
    const samples = samplesOf(this.#request.audioData);
    const options = toOptions(this.#request, this.#abort.signal);
    requireLanguage(this.#engine, options.language);
    const pieces = splitAudio(samples, this.#engine.traits.longestUtteranceSamples);
    const transcripts: Transcript[] = [];
    for (const piece of pieces) transcripts.push(await this.#engine.transcribe(piece, options));
    return toResponse(pieces, transcripts);
  }
}

function toOptions(request: TranscribeFileRequest, signal: AbortSignal): TranscribeOptions {
  const { clientSessionId, requestId, language, initialPrompt, hotWords, task } = request;
  if (task !== '' && task !== 'transcribe' && task !== 'translate') {
    throw new CallError(status.INVALID_ARGUMENT, `task: must be "transcribe" or "translate", not "${task}"`);
  }
  return {
    session: clientSessionId || requestId || undefined,
    language: toLanguage(language),
    prompt: initialPrompt,
    hotWords,
    task: task || 'transcribe',
    signal,
  };
}

function samplesOf(audio: Uint8Array): Float32Array {
  if (audio.byteLength === 0) throw new CallError(status.INVALID_ARGUMENT, 'audio_data: is empty');
  try {
    return fromPcm16(audioFormatOf(audio)?.name === 'WAV' ? pcmOf(audio) : audio);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof AudioFileError)) throw error;
    throw new CallError(status.INVALID_ARGUMENT, `audio_data: ${error.message}`);
  }
}

function pcmOf(file: Uint8Array): Uint8Array {
  const { samples, sampleRateHz: rateHz } = readWav(file);
  if (rateHz !== sampleRateHz) throw new RangeError(`must be at ${sampleRateHz} Hz, not ${rateHz}`);
  return toPcm16(samples);
}

function toResponse(
  pieces: readonly Float32Array[],
  transcripts: readonly Transcript[],
): TranscribeFileResponseInit {
  let start = 0;
  const parts = transcripts.map((transcript, index) => {
    const part = { transcript, start, end: start + (pieces[index]?.length ?? 0) };
    start = part.end;
    return part;
  });
  const characters = transcripts.reduce((sum, { text }) => sum + text.length, 0);
  const weighted = transcripts.reduce((sum, { text, confidence }) => sum + confidence * text.length, 0);
  return {
    text: joinTexts(transcripts.map(({ text }) => text)),
    language: transcripts.find(({ language }) => language !== '')?.language ?? '',
    duration: start / sampleRateHz,
    segments: parts.map(({ transcript, ...times }, id) => toSegment(id, transcript, times)),
    words: parts.flatMap((part) => toWireWords(part.transcript.words, (part.start * 1000) / sampleRateHz)),
    confidence: characters === 0 ? 0 : weighted / characters,
  };
}

function toSegment(
  id: number,
  { text, confidence }: Transcript,
  { start, end }: { readonly start: number; readonly end: number },
): SegmentInit {
  const avgLogprob = confidence > 0 ? Math.log(confidence) : 0;
  return { id, start: start / sampleRateHz, end: end / sampleRateHz, text, avgLogprob };
}
