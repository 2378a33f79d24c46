import type { NativeDecodeRequest, NativeDecodeResult, NativeDecodeSlot } from '#theo/native.js';

/** A decode of nothing at the full context, on one thread: tests and benches say what theirs has beside that. */
export const plainRequest: NativeDecodeRequest = {
  samples: new Float32Array(),
  language: null,
  languages: [],
  expectedLanguage: null,
  otherLanguageOdds: 1,
  task: 'transcribe',
  prompt: new Int32Array(),
  earlier: new Int32Array(),
  prefix: new Int32Array(),
  draft: new Int32Array(),
  memory: null,
  rememberedSamples: 30 * 16_000,
  audioContext: 0,
  padding: 'nothing',
  level: 'normal',
  timestamps: false,
  latestFirstTimestampSeconds: 1,
  search: { kind: 'beam', beams: 1, patience: 1, lengthPenalty: null },
  suppressTokens: new Int32Array(),
  timeWords: false,
  suppressAnnotations: false,
  measureNoSpeech: false,
  maxTokens: 0,
  threads: 1,
};

/** Decodes one request with no other beside it. Throws as the slot does. */
export function decodeAlone(
  slot: NativeDecodeSlot,
  request: NativeDecodeRequest,
): Promise<NativeDecodeResult> {
  const [result] = slot.decode([request]);
  if (!result) throw new Error('the slot gave no answer');
  return result;
}
