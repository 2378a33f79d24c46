import {
  type NativeDecodeRequest,
  type NativeModel,
  type NativeUtteranceMemory,
  sampleRateHz,
} from '../../../native.ts';
import { EngineError } from '../../errors.ts';
import type { RecordingTranscript, TranscribeOptions, TranscriptSegment } from '../../types.ts';
import { joinTexts, joinWords } from '../../words.ts';
import { confidenceOf } from '../confidence.ts';
import { DecodeRequests, type DecodingPolicy, heardAudio } from '../decode-requests.ts';
import type { DecodeScheduler, DecodeTicket } from '../scheduler.ts';
import { maxWindowSamples } from '../window.ts';
import { timedWords } from '../word-times.ts';
import { type SearchPolicy, temperaturesFrom } from './search-policy.ts';
import { decodeWindows, type RecordingSegment, type RecordingText } from './window-loop.ts';

/** Two timestamps of a sentence, and sentences of a second. */
const timestampTokensPerSecond = 2;

/** Over the silence behind a text, models make another one up. */
const shortestWindowSamples = sampleRateHz;

/** Turns recordings of any length into transcripts; nobody waits for them, so live speech goes first. */
export class RecordingDecoder {
  readonly #model: NativeModel;
  readonly #scheduler: DecodeScheduler;
  readonly #requests: DecodeRequests;
  readonly #search: SearchPolicy;
  readonly #suppressTokens: Int32Array;
  readonly #timesWords: boolean;
  readonly #newMemory: () => NativeUtteranceMemory;

  constructor(
    model: NativeModel,
    scheduler: DecodeScheduler,
    policy: DecodingPolicy,
    search: SearchPolicy,
    newMemory: () => NativeUtteranceMemory,
  ) {
    this.#model = model;
    this.#scheduler = scheduler;
    this.#requests = new DecodeRequests(model, policy);
    this.#search = search;
    this.#suppressTokens = Int32Array.from(search.suppressTokens);
    this.#timesWords = policy.timesWords;
    this.#newMemory = newMemory;
  }

  /** @throws EngineError, `cancelled` where the options' signal aborts */
  async transcribe(samples: Float32Array, options: TranscribeOptions): Promise<RecordingTranscript> {
    const { beamSize: beams = this.#search.beams, temperature = 0, signal } = options;
    // Speech that begins with the very first sample is heard behind a little silence.
    const audio = heardAudio(samples, { leadInSamples: 0 });
    let current: DecodeTicket | undefined;
    const cancel = (): void => current?.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const text = await decodeWindows(
        audio,
        {
          language: options.language,
          prompt: this.#requests.promptOf(options.prompt, options.hotWords),
          temperatures: temperaturesFrom(temperature, this.#search),
          search: { ...this.#search, beams },
          shortestWindowSamples,
        },
        {
          // Longer audio is cut where the model says that a sentence ends.
          requestFor: this.#requestsFor(
            options,
            options.timestamps === true || audio.length > maxWindowSamples,
          ),
          run: (makeRequest) => {
            if (signal?.aborted) return Promise.resolve(null);
            current = this.#scheduler.schedule({ kind: 'batch', session: options.session, makeRequest });
            return current.result;
          },
          openMemory: this.#newMemory,
        },
      );
      if (text !== null)
        return transcriptOf(text, { leadIn: audio.length - samples.length, samples: samples.length });
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
    throw new EngineError('cancelled', 'the decode was cancelled', { recoverable: false });
  }

  #requestsFor({ session, task, timeWords = false }: TranscribeOptions, timestamps: boolean) {
    return (
      window: Float32Array,
      { language, prompt }: Pick<NativeDecodeRequest, 'language' | 'prompt'>,
    ): NativeDecodeRequest => {
      const options = { session, language, prompt, task, leadInSamples: 0 };
      const remembered = { memory: null, samples: window.length };
      const request = this.#requests.of(window, options, 'exact-silence', remembered);
      const timestampTokens = Math.ceil((timestampTokensPerSecond * window.length) / sampleRateHz);
      const maxTokens = timestamps ? request.maxTokens + timestampTokens : request.maxTokens;
      return {
        ...request,
        timestamps,
        suppressTokens: this.#suppressTokens,
        timeWords: this.#timesWords && timeWords,
        measureNoSpeech: true,
        maxTokens: Math.min(maxTokens, this.#model.textContext),
      };
    };
  }
}

/** @param audio samples of silence before the audio, and of the audio itself. */
function transcriptOf(
  { segments, language, languageProbability }: RecordingText,
  audio: { readonly leadIn: number; readonly samples: number },
): RecordingTranscript {
  const toMs = (sample: number): number =>
    Math.round((Math.min(audio.samples, Math.max(0, sample - audio.leadIn)) * 1000) / sampleRateHz);
  const told = segments.map((segment) => toSegment(segment, toMs));
  return {
    text: joinTexts(told.map(({ text }) => text)),
    language,
    languageProbability,
    confidence: confidenceOf(segments.flatMap((segment) => segment.words)),
    words: timedWords(
      segments.map((segment) => ({
        words: segment.words,
        audioStartSample: segment.windowStartSample - audio.leadIn,
      })),
      audio.samples,
    ),
    segments: told,
  };
}

function toSegment(
  {
    startSample,
    endSample,
    words,
    avgLogProbability,
    noSpeechProbability,
    compressionRatio,
    temperature,
  }: RecordingSegment,
  toMs: (sample: number) => number,
): TranscriptSegment {
  return {
    startMs: toMs(startSample),
    endMs: toMs(endSample),
    text: joinWords(words),
    avgLogProbability,
    noSpeechProbability,
    compressionRatio,
    temperature,
  };
}
