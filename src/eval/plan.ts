import type { InstalledModel } from '../models/registry.ts';
import type { Clip } from './clip-folder.ts';
import { EvalInputError } from './errors.ts';
import type { RunSetup } from './run.ts';
import type { VariantName } from './variants.ts';

/** What is to be measured: every combination of models, contexts, beam sizes, variants and modes, in this order. */
export interface EvalPlan {
  readonly clips: readonly Clip[];
  readonly models: readonly InstalledModel[];
  readonly audioContexts: readonly RunSetup['audioContext'][];
  readonly beamSizes: readonly RunSetup['beamSize'][];
  readonly variants: readonly VariantName[];
  readonly modes: readonly RunSetup['mode'][];
  /** Threads of one decode; null: as the model's manifest or the engine has it. */
  readonly threads: number | null;
  /** 'given': what the clip's manifest says; 'auto': detected; else ISO 639-1 for all clips. */
  readonly language: string;
  /** Decodes at the same time; 0: chosen from the cores. */
  readonly decodeSlots: number;
  /** People who talk at the same time in live mode. */
  readonly talkers: number;
}

export interface EvalObserver {
  /** A run has begun. */
  onRun(setup: RunSetup): void;
  /** So many of the run's clips are done. */
  onClip(done: number, of: number): void;
  /** Something is not done as it was asked for. */
  onWarning(message: string): void;
}

/** What the engine is told of a clip's language: null to detect it. */
export function spokenLanguage(clip: Clip, { language }: EvalPlan): string | null {
  if (language === 'auto') return null;
  return language === 'given' ? clip.language : language;
}

/**
 * Before anything is measured: hours of work shall not end at a clip that a model cannot be asked for.
 * @throws EvalInputError where a model's list of languages lacks that of a clip
 */
export function assertLanguagesKnown(plan: EvalPlan): void {
  const spoken = [...new Set(plan.clips.map((clip) => spokenLanguage(clip, plan)))];
  for (const { manifest } of plan.models) {
    const { languages } = manifest.capabilities;
    if (languages.length === 0) continue;
    const known = spoken.filter((language) => language !== null && languages.includes(language));
    const unknown = spoken.filter((language) => language !== null && !languages.includes(language));
    if (unknown.length === 0) continue;
    const isGiven = plan.language === 'given';
    const clips =
      known.length > 0 ? `leave their clips out with --languages ${known.join(',')}` : 'take another model';
    const remedy = isGiven ? clips : 'give another --language';
    throw new EvalInputError(
      'unknown_language',
      `the model ${manifest.name} does not know ${unknown.join(', ')}: ${remedy}`,
    );
  }
}

/** The language that a clip's text is scored in. @param detected what the engine took it for. */
export function scoredLanguage(clip: Clip, { language }: EvalPlan, detected: string): string {
  const isForAll = language !== 'given' && language !== 'auto';
  return (isForAll ? language : clip.language) ?? detected;
}
