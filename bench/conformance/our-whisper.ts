import { defaultSearch } from '#theo/engine/whisper/recording/search-policy.js';
import { decodeWindows, type RecordingSegment } from '#theo/engine/whisper/recording/window-loop.js';
import { joinWords } from '#theo/engine/words.js';
import {
  loadNative,
  type NativeDecodeResult,
  type NativeDecodeSlot,
  type NativeModel,
  sampleRateHz,
} from '#theo/native.js';
import { decodeAlone, plainRequest } from '../../test/support/decode-request.ts';
import type { ConformanceCase } from './cases.ts';
import type { TokenIds } from './explain.ts';

/** The most tokens that `whisper_full` takes from a window. */
const maxTokens = 220;

/** `whisper_full` stops there. */
const shortestWindowSamples = 0.1 * sampleRateHz;

/** A window as we decoded it. */
export interface OurWindow {
  readonly startMs: number;
  readonly prompt: readonly number[];
  readonly result: NativeDecodeResult;
}

export interface OurTranscript {
  readonly text: string;
  readonly segments: readonly { readonly startMs: number; readonly endMs: number; readonly text: string }[];
  /** The last attempt at each. */
  readonly windows: readonly OurWindow[];
}

/** Our engine as whisper.cpp is: its full context, the weights' own precision, the recording's own level. */
export class OurWhisper {
  readonly #model: NativeModel;
  readonly #slot: NativeDecodeSlot;

  private constructor(model: NativeModel) {
    this.#model = model;
    this.#slot = new (loadNative().DecodeSlot)(model);
  }

  static async load(weightsPath: string): Promise<OurWhisper> {
    const options = { useGpu: false, int8: false, prepareSilence: false };
    return new OurWhisper(await loadNative().loadModel(weightsPath, options));
  }

  get tokenIds(): TokenIds {
    // The last of every vocabulary are the timestamps 0.00 to 30.00.
    return {
      end: this.#model.isMultilingual ? 50_257 : 50_256,
      firstTimestamp: this.#model.vocabularySize - 1_501,
    };
  }

  async transcribe(asked: ConformanceCase): Promise<OurTranscript> {
    const { samples, language, task, timestamps, prompt, beams, fallback } = asked;
    const windows = new Map<number, OurWindow>();
    const text = await decodeWindows(
      samples,
      {
        language,
        prompt: prompt === '' ? new Int32Array() : this.#model.tokenize(prompt),
        temperatures: fallback ? defaultSearch.temperatures : [0],
        search: { ...defaultSearch, beams },
        shortestWindowSamples,
      },
      {
        requestFor: (window, how) => ({
          ...plainRequest,
          ...how,
          samples: window,
          task,
          timestamps,
          level: 'as-recorded',
          measureNoSpeech: true,
          maxTokens,
        }),
        run: async (makeRequest) => {
          const request = makeRequest();
          const startMs =
            ((request.samples.byteOffset - samples.byteOffset) / samples.BYTES_PER_ELEMENT / sampleRateHz) *
            1000;
          const result = await decodeAlone(this.#slot, request);
          windows.set(startMs, { startMs, prompt: [...request.prompt], result });
          return result;
        },
        openMemory: () => new (loadNative().UtteranceMemory)(this.#model),
      },
    );
    const segments = text?.segments ?? [];
    return {
      text: segments.map((segment) => withSpace(segment)).join(''),
      segments: segments.map((segment) => ({
        startMs: toMs(segment.startSample),
        endMs: toMs(segment.endSample),
        text: withSpace(segment),
      })),
      windows: [...windows.values()],
    };
  }

  close(): void {
    this.#slot.close();
    this.#model.close();
  }
}

function withSpace({ words }: RecordingSegment): string {
  return `${words[0]?.spaceBefore ? ' ' : ''}${joinWords(words)}`;
}

function toMs(sample: number): number {
  return Math.round((sample * 1000) / sampleRateHz);
}
