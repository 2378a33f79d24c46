import type { ClipResult } from './run.ts';
import { errorsOf } from './scoring/score.ts';

/** Clips of one language (or all of one unit) taken together. */
export interface Summary {
  /** ISO 639-1, or "all". */
  readonly language: string;
  readonly unit: 'word' | 'character';
  readonly clips: number;
  readonly minutes: number;
  /** Words (or characters) of the references. */
  readonly length: number;
  readonly errors: number;
  readonly substitutions: number;
  readonly deletions: number;
  readonly insertions: number;
  /** errors / length; above 1 where much was added. */
  readonly errorRate: number;
  /** Clips without an error. */
  readonly exact: number;
  readonly loops: number;
}

/** One summary a language, most clips first; then one of all languages of a unit where there are several. */
export function summarize(clips: readonly ClipResult[]): readonly Summary[] {
  const byLanguage = [...new Set(clips.map(({ language }) => language))]
    .map((language) =>
      summaryOf(
        language,
        clips.filter((clip) => clip.language === language),
      ),
    )
    .sort((a, b) => b.clips - a.clips || (a.language < b.language ? -1 : 1));
  const byUnit = (['word', 'character'] as const).flatMap((unit) => {
    const some = clips.filter((clip) => clip.score.unit === unit);
    return byLanguage.filter((summary) => summary.unit === unit).length > 1 ? [summaryOf('all', some)] : [];
  });
  return [...byLanguage, ...byUnit];
}

function summaryOf(language: string, clips: readonly ClipResult[]): Summary {
  const sum = (of: (clip: ClipResult) => number): number =>
    clips.reduce((total, clip) => total + of(clip), 0);
  const length = sum((clip) => clip.score.length);
  const errors = sum((clip) => errorsOf(clip.score));
  return {
    language,
    unit: clips[0]?.score.unit ?? 'word',
    clips: clips.length,
    minutes: sum((clip) => clip.seconds) / 60,
    length,
    errors,
    substitutions: sum((clip) => clip.score.substitutions),
    deletions: sum((clip) => clip.score.deletions),
    insertions: sum((clip) => clip.score.insertions),
    errorRate: length === 0 ? 0 : errors / length,
    exact: sum((clip) => (errorsOf(clip.score) === 0 ? 1 : 0)),
    loops: sum((clip) => (clip.score.isLoop ? 1 : 0)),
  };
}
