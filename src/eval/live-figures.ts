import type { TimedEvent } from '../client/node/stream-audio.ts';
import { align, isSameToken } from './scoring/align.ts';
import { scoredTokens } from './scoring/normalize.ts';
import type { SpeechBounds } from './speech-bounds.ts';

/** What a client saw of a clip that was spoken to it in real time. Times are null where nothing came. */
export interface LiveFigures {
  /** First speech sample to the first text, ms. */
  readonly firstTextMs: number | null;
  /** First speech sample to the first text with a right word near its place, ms. */
  readonly firstRightWordMs: number | null;
  /** Last speech sample to the last final, ms; the silence that is waited for is part of it. */
  readonly finalDelayMs: number | null;
  readonly utterances: number;
  readonly partials: number;
  /** Words that two partials in a row agreed on. */
  readonly agreedWords: number;
  /** Those of them that the final has not. */
  readonly contradictedWords: number;
}

interface Text {
  readonly kind: 'partial' | 'final';
  readonly segmentId: number;
  readonly tokens: readonly string[];
  readonly atMs: number;
}

/** How far from its place a word may stand to count as right. */
const placeTolerance = 2;

/** @param language ISO 639-1 of what is said. */
export function liveFigures(
  events: readonly TimedEvent[],
  clip: { readonly reference: string; readonly language: string; readonly bounds: SpeechBounds },
): LiveFigures {
  const { reference, language, bounds } = clip;
  const texts = textsOf(events, language);
  const shown = texts.filter(({ tokens }) => tokens.length > 0);
  const finals = texts.filter(({ kind }) => kind === 'final');
  const said = scoredTokens(reference, language, 'reference');
  const agreements = finals.map((final) => agreementOf(final, texts));
  const after = (startMs: number, text: Text | undefined): number | null =>
    text === undefined ? null : text.atMs - startMs;
  return {
    firstTextMs: after(bounds.onsetMs, shown[0]),
    firstRightWordMs: after(bounds.onsetMs, firstRight(shown, said)),
    finalDelayMs: after(
      bounds.endMs,
      shown.findLast(({ kind }) => kind === 'final'),
    ),
    utterances: finals.length,
    partials: texts.length - finals.length,
    agreedWords: agreements.reduce((sum, { agreed }) => sum + agreed, 0),
    contradictedWords: agreements.reduce((sum, { contradicted }) => sum + contradicted, 0),
  };
}

/** The texts of all finals, as they came. */
export function liveText(events: readonly TimedEvent[]): string {
  return events
    .flatMap(({ event }) => (event.type === 'transcript.final' && event.text !== '' ? [event.text] : []))
    .join(' ');
}

function textsOf(events: readonly TimedEvent[], language: string): readonly Text[] {
  return events.flatMap(({ event, atMs }): readonly Text[] => {
    if (event.type !== 'transcript.partial' && event.type !== 'transcript.final') return [];
    const kind = event.type === 'transcript.partial' ? 'partial' : 'final';
    return [
      { kind, segmentId: event.segment_id, tokens: scoredTokens(event.text, language, 'hypothesis'), atMs },
    ];
  });
}

/** The first text in which a word is right: in the reference, near the place that it has in the clip's text so far. */
function firstRight(texts: readonly Text[], said: readonly string[]): Text | undefined {
  let finished = 0;
  for (const text of texts) {
    const isRight = text.tokens.some((token, index) => {
      const place = finished + index;
      return said
        .slice(Math.max(0, place - placeTolerance), place + placeTolerance + 1)
        .some((word) => isSameToken(word, token));
    });
    if (isRight) return text;
    if (text.kind === 'final') finished += text.tokens.length;
  }
  return undefined;
}

/** What an utterance's partials had settled on, and how much of that its final took back. */
function agreementOf(
  final: Text,
  texts: readonly Text[],
): { readonly agreed: number; readonly contradicted: number } {
  const partials = texts.filter(({ kind, segmentId }) => kind === 'partial' && segmentId === final.segmentId);
  const agreed: string[] = [];
  for (const [index, { tokens }] of partials.entries()) {
    const before = partials[index - 1]?.tokens ?? [];
    const common = tokens.findIndex((token, place) => token !== before[place]);
    agreed.push(...tokens.slice(agreed.length, common < 0 ? tokens.length : common));
  }
  const { substitutions, deletions } = align(agreed, final.tokens);
  return { agreed: agreed.length, contradicted: substitutions + deletions };
}
