import type { TimedEvent } from '../client/node/stream-audio.ts';
import { joinTexts } from '../engine/words.ts';
import { errorsOf, scoreText } from '../eval/scoring/score.ts';

/** What came of a recording that was streamed in real time. */
export interface Hearing {
  readonly text: string;
  /** From where speech began to its first text, ms; null: no text came. */
  readonly firstTextMs: number | null;
  /** The longest time from the end of speech to a final, ms, with the silence that is waited for; null: none came. */
  readonly slowestFinalMs: number | null;
}

/** Puts together what the events of a session say; where speech begins and ends is what the server says of it. */
export function hearingOf(events: readonly TimedEvent[]): Hearing {
  const finals = events.flatMap(({ event, atMs }) =>
    event.type === 'transcript.final' && event.text !== '' ? [{ ...event, atMs }] : [],
  );
  const [firstFinal] = finals;
  // An utterance without partials has its first text with its final.
  const first = events.find(
    ({ event }) => event.type === 'transcript.partial' && event.segment_id === firstFinal?.segment_id,
  );
  return {
    text: joinTexts(finals.map(({ text }) => text)),
    firstTextMs: firstFinal ? (first ?? firstFinal).atMs - firstFinal.start_ms : null,
    slowestFinalMs: firstFinal ? Math.max(...finals.map(({ atMs, end_ms }) => atMs - end_ms)) : null,
  };
}

/** How many words of `said` came back wrong, and of how many. @param language - ISO 639-1 of what was said. */
export function wordsWrong(
  said: string,
  heard: string,
  language: string,
): { readonly wrong: number; readonly of: number } {
  const score = scoreText(said, heard, language);
  return { wrong: errorsOf(score), of: score.length };
}
