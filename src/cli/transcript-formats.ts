import type { TranscriptSegment } from '../engine/types.ts';

export const transcriptFormats = ['text', 'json', 'srt', 'vtt'] as const;
export type TranscriptFormat = (typeof transcriptFormats)[number];

/** What was heard in a file. */
export interface FileTranscript {
  readonly file: string;
  /** ISO 639-1; empty where nothing was heard. */
  readonly language: string;
  /** Seconds of audio. */
  readonly duration: number;
  /** Of its utterances, or with timestamps of their parts; their texts as they are to be shown. */
  readonly segments: readonly TranscriptSegment[];
}

/** @param timestamps whether `text` says when each line was said; the other formats always do. */
export function formatTranscript(
  transcript: FileTranscript,
  format: TranscriptFormat,
  timestamps: boolean,
): string {
  const { segments } = transcript;
  switch (format) {
    case 'text':
      return segments.map((segment) => (timestamps ? timedLine(segment) : segment.text)).join('\n');
    case 'json':
      return JSON.stringify(toJson(transcript));
    case 'srt':
      return segments
        .map((segment, index) => `${index + 1}\n${cueTimes(segment, ',')}\n${segment.text}\n`)
        .join('\n');
    case 'vtt':
      return [
        'WEBVTT\n',
        ...segments.map((segment) => `${cueTimes(segment, '.')}\n${cueText(segment)}\n`),
      ].join('\n');
  }
}

/** The names are those of OpenAI's verbose JSON; times are in seconds. */
function toJson({ file, language, duration, segments }: FileTranscript): object {
  return {
    file,
    language,
    duration,
    text: segments.map(({ text }) => text).join('\n'),
    segments: segments.map((segment, id) => ({
      id,
      start: segment.startMs / 1000,
      end: segment.endMs / 1000,
      text: segment.text,
      temperature: segment.temperature,
      avg_logprob: rounded(segment.avgLogProbability),
      compression_ratio: rounded(segment.compressionRatio),
      no_speech_prob: rounded(segment.noSpeechProbability),
    })),
  };
}

/** Digits beyond these tell nothing. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function timedLine({ startMs, endMs, text }: TranscriptSegment): string {
  return `[${clock(startMs, '.')} --> ${clock(endMs, '.')}] ${text}`;
}

function cueTimes({ startMs, endMs }: TranscriptSegment, point: string): string {
  return `${clock(startMs, point)} --> ${clock(endMs, point)}`;
}

/** WebVTT's cues may hold tags. */
function cueText({ text }: TranscriptSegment): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** HH:MM:SS.mmm */
function clock(exactMs: number, point: string): string {
  const ms = Math.round(exactMs);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const seconds = ms / 1000;
  const fraction = String(ms % 1000).padStart(3, '0');
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}${point}${fraction}`;
}
