import type { NativeDecodeRequest, NativeDecodeResult, NativeUtteranceMemory } from '../../../native.ts';
import { type DecodeEvidence, evidenceOf } from '../guards/evidence.ts';
import { defectOf, isBetter, judge } from '../guards/verdict.ts';
import { type SearchPolicy, searchAt } from './search-policy.ts';

/**
 * Runs one decode: null when it was cancelled.
 * @param makeRequest called when the decode starts, again where it is started anew.
 */
export type Run = (makeRequest: () => NativeDecodeRequest) => Promise<NativeDecodeResult | null>;

/** A decode of a window, and what speaks for its text. */
export interface Attempt {
  readonly result: NativeDecodeResult;
  readonly evidence: DecodeEvidence;
  readonly temperature: number;
}

export interface AttemptParts {
  readonly run: Run;
  /** Called when the first decode that needs it starts: all utterances of a long recording may wait at once. */
  readonly openMemory: () => NativeUtteranceMemory;
}

/**
 * Decodes a window until its text looks sound: first as asked for, then at the model's full audio context, then at
 * ever higher temperatures. The last attempt counts where none is sound; one in which nothing was heard never replaces
 * a text. The audio is encoded once for each audio context.
 *
 * Source of the temperatures: OpenAI's Whisper, `decode_with_fallback`.
 * @param temperatures rising; at least one.
 * @returns null when it was cancelled.
 */
export async function attemptWindow(
  request: NativeDecodeRequest,
  temperatures: readonly number[],
  search: SearchPolicy,
  { run, openMemory }: AttemptParts,
): Promise<Attempt | null> {
  const [first = 0, ...higher] = temperatures;
  let memory: NativeUtteranceMemory | undefined;
  let { audioContext, padding } = request;
  const attemptAt = async (temperature: number): Promise<Attempt | null> => {
    const result = await run(() => {
      memory ??= openMemory();
      return { ...request, audioContext, padding, memory, search: searchAt(temperature, search) };
    });
    return result && { result, evidence: evidenceOf(result), temperature };
  };
  try {
    let best = await attemptAt(first);
    if (best === null) return null;
    if (audioContext !== 0 && isDoubtful(best)) {
      memory?.close();
      memory = undefined;
      audioContext = 0;
      padding = 'nothing';
      const another = await attemptAt(first);
      if (another === null) return null;
      if (isBetter(another.evidence, best.evidence)) best = another;
    }
    for (const temperature of higher) {
      if (!isBroken(best)) break;
      const another = await attemptAt(temperature);
      if (another === null) return null;
      if (another.evidence.text !== '') best = another;
    }
    return best;
  } finally {
    memory?.close();
  }
}

/**
 * A text that looks broken is decoded at the full context, and so is audio in which nothing was heard: for a word of
 * 200 ms, whisper-base may write "[Music]" at first and the word at the second try.
 */
function isDoubtful({ evidence }: Attempt): boolean {
  return judge(evidence).kind === 'no_speech' || defectOf(evidence) !== undefined;
}

/** Whether chance may make it better: no other temperature finds words where there are none. */
function isBroken({ evidence }: Attempt): boolean {
  const defect = defectOf(evidence);
  return defect !== undefined && defect.kind !== 'wordless';
}
