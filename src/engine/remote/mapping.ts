import type { EarlierSpeech, StreamOptions, Transcript, TranscriptWord } from '../types.ts';
import { fromPcm16, toPcm16 } from './pcm16.ts';
import type {
  AudioFrame,
  AudioFrameInit,
  TranscribeFileResponse,
  TranscriptEvent,
  Word,
  WordInit,
} from './wire.ts';

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
    ...(options.language === null ? {} : { language: options.language }),
    ...(options.prompt === '' ? {} : { initialPrompt: options.prompt }),
    ...(options.hotWords.length === 0 ? {} : { hotWords: [...options.hotWords] }),
    ...(options.leadInSamples === 0 ? {} : { leadInSamples: options.leadInSamples }),
    ...(options.enablePartials ? {} : { suppressPartials: true }),
  };
}

/** The options that a stream's first frame asks for. @throws RangeError when its audio is no PCM */
export function toStreamOptions(frame: AudioFrame): StreamOptions {
  return {
    language: toLanguage(frame.language),
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

/** ISO 639-1, or null to detect; the wire says "" or "auto" for that. */
export function toLanguage(text: string): string | null {
  return text === '' || text === 'auto' ? null : text;
}

export function toTranscript(event: TranscriptEvent): Transcript {
  return {
    text: event.text,
    language: event.language,
    confidence: toProbability(event.confidence),
    words: toWords(event.words),
  };
}

export function transcriptOfFile(response: TranscribeFileResponse): Transcript {
  return {
    text: response.text,
    language: response.language,
    confidence: response.confidence === 0 ? confidenceOfSegments(response) : response.confidence,
    words: toWords(response.words),
  };
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
  return words.map((word) => ({
    word: word.word,
    spaceBefore: !word.noSpaceBefore,
    startMs: Math.round(word.start * 1000),
    endMs: Math.round(word.end * 1000),
    probability: word.probability,
  }));
}

/** Some workers put a mean log-probability, which is never positive, where the confidence belongs. */
function toProbability(confidence: number): number {
  return confidence < 0 ? Math.exp(confidence) : Math.min(1, confidence);
}

function confidenceOfSegments({ segments }: TranscribeFileResponse): number {
  const spoken = segments.filter((segment) => segment.text !== '');
  if (spoken.length === 0) return 0;
  const sum = spoken.reduce((total, segment) => total + Math.exp(segment.avgLogprob), 0);
  return Math.min(1, sum / spoken.length);
}
