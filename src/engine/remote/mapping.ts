import { fromPcm16, toPcm16 } from '../../audio/pcm16.ts';
import { readLanguage } from '../../protocol/language.ts';
import type {
  EarlierSpeech,
  RecordingTranscript,
  StreamOptions,
  Transcript,
  TranscriptSegment,
  TranscriptWord,
} from '../types.ts';
import type {
  AudioFrame,
  AudioFrameInit,
  Segment,
  SegmentInit,
  TranscribeFileResponse,
  TranscriptEvent,
  Word,
  WordInit,
} from './wire.ts';

/** Word times are limited to a day: no audio in one message or stream is longer. */
const maxSeconds = 86_400;

/** What a stream's first frame carries besides audio. */
export function toFirstFrame(options: StreamOptions): AudioFrameInit {
  const { earlier } = options;
  return {
    singleUtterance: true,
    ...(earlier === null
      ? {}
      : {
          earlierAudio: toPcm16(earlier.samples),
          earlierText: earlier.text,
          earlierLanguage: earlier.language,
        }),
    ...(options.session === undefined ? {} : { clientSessionId: options.session }),
    ...(options.language === null ? {} : { language: options.language }),
    ...(options.expectedLanguage === null ? {} : { expectedLanguage: options.expectedLanguage }),
    ...(options.prompt === '' ? {} : { initialPrompt: options.prompt }),
    ...(options.hotWords.length === 0 ? {} : { hotWords: [...options.hotWords] }),
    ...(options.leadInSamples === 0 ? {} : { leadInSamples: options.leadInSamples }),
    ...(options.enablePartials ? {} : { suppressPartials: true }),
  };
}

/** The options that a stream's first frame asks for. @throws RangeError when its audio is no PCM */
export function toStreamOptions(frame: AudioFrame): StreamOptions {
  return {
    session: frame.clientSessionId || frame.sessionId || undefined,
    language: toLanguage(frame.language),
    expectedLanguage: toLanguage(frame.expectedLanguage),
    prompt: frame.initialPrompt,
    earlier: toEarlierSpeech(frame),
    hotWords: frame.hotWords,
    enablePartials: !frame.suppressPartials,
    leadInSamples: frame.leadInSamples,
  };
}

function toEarlierSpeech(frame: AudioFrame): EarlierSpeech | null {
  const { earlierText: text, earlierLanguage: language } = frame;
  if (text === '' || language === '' || frame.earlierAudio.byteLength === 0) return null;
  return {
    samples: fromPcm16(frame.earlierAudio),
    text,
    language,
    close: () => {},
  };
}

/** ISO 639-1, or null to detect: "" on the wire. Any other text stays as it is, for the message that refuses it. */
export function toLanguage(text: string): string | null {
  const language = readLanguage(text || 'auto');
  return language === undefined ? text : language;
}

/** The language that a worker reports; empty where it reports none. */
function toSpokenLanguage(text: string): string {
  return readLanguage(text) ?? '';
}

export function toTranscript(event: TranscriptEvent): Transcript {
  return {
    text: event.text,
    language: toSpokenLanguage(event.language),
    languageProbability: toProbability(event.languageProbability),
    confidence: toProbability(event.confidence),
    words: toWords(event.words),
  };
}

/** @param asked the language that was asked for; taken where the worker reports none. */
export function transcriptOfFile(
  response: TranscribeFileResponse,
  asked: string | null,
): RecordingTranscript {
  return {
    text: response.text,
    language: toSpokenLanguage(response.language) || (asked ?? ''),
    languageProbability: 0,
    confidence: toProbability(response.confidence) || confidenceOfSegments(response),
    words: toWords(response.words),
    segments: toSegments(response.segments),
  };
}

/** Segments without text are left out, and no time goes back. */
function toSegments(segments: readonly Segment[]): readonly TranscriptSegment[] {
  let lastEndMs = 0;
  return segments
    .filter(({ text }) => text.trim() !== '')
    .map((segment) => {
      const startMs = Math.max(lastEndMs, toMs(segment.start) ?? lastEndMs);
      const endMs = Math.max(startMs, toMs(segment.end) ?? startMs);
      lastEndMs = endMs;
      return {
        startMs,
        endMs,
        text: segment.text.trim(),
        avgLogProbability: Math.min(0, finiteOr0(segment.avgLogprob)),
        noSpeechProbability: toProbability(segment.noSpeechProb),
        compressionRatio: Math.max(0, finiteOr0(segment.compressionRatio)),
        temperature: Math.max(0, finiteOr0(segment.temperature)),
      };
    });
}

function finiteOr0(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

export function toWireSegments(segments: readonly TranscriptSegment[]): SegmentInit[] {
  return segments.map((segment, id) => ({
    id,
    start: segment.startMs / 1000,
    end: segment.endMs / 1000,
    text: segment.text,
    avgLogprob: segment.avgLogProbability,
    noSpeechProb: segment.noSpeechProbability,
    compressionRatio: segment.compressionRatio,
    temperature: segment.temperature,
  }));
}

/** @param offsetMs added to every time. */
export function toWireWords(words: Transcript['words'], offsetMs: number): WordInit[] {
  return (words ?? []).map((word) => ({
    word: word.word,
    start: (offsetMs + word.startMs) / 1000,
    end: (offsetMs + word.endMs) / 1000,
    probability: word.probability,
    noSpaceBefore: !word.spaceBefore,
  }));
}

function toWords(words: readonly Word[]): readonly TranscriptWord[] | null {
  if (words.length === 0) return null;
  let lastEndMs = 0;
  return words.map((word) => {
    const startMs = toMs(word.start) ?? lastEndMs;
    const endMs = Math.max(startMs, toMs(word.end) ?? startMs);
    lastEndMs = endMs;
    return {
      // Some workers' words begin with the space before them.
      word: word.word.trim(),
      spaceBefore: !word.noSpaceBefore,
      startMs,
      endMs,
      probability: toProbability(word.probability),
    };
  });
}

/** undefined where `seconds` is not finite. */
function toMs(seconds: number): number | undefined {
  return Number.isFinite(seconds) ? Math.round(1000 * Math.min(maxSeconds, Math.max(0, seconds))) : undefined;
}

/** 0..1; 0 for what is not finite. Some workers send a mean log-probability, which is never positive, instead. */
function toProbability(confidence: number): number {
  if (!Number.isFinite(confidence)) return 0;
  return confidence < 0 ? Math.exp(confidence) : Math.min(1, confidence);
}

function confidenceOfSegments({ segments }: TranscribeFileResponse): number {
  const spoken = segments.filter(({ text, avgLogprob }) => text !== '' && Number.isFinite(avgLogprob));
  if (spoken.length === 0) return 0;
  const sum = spoken.reduce((total, { avgLogprob }) => total + Math.exp(Math.min(0, avgLogprob)), 0);
  return sum / spoken.length;
}
