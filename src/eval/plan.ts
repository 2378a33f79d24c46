import type { InstalledModel } from '../models/registry.ts';
import type { Clip } from './clip-folder.ts';
import type { RunSetup } from './run.ts';
import type { VariantName } from './variants.ts';

/** What is to be measured: every combination of models, contexts, variants and modes, in this order. */
export interface EvalPlan {
  readonly clips: readonly Clip[];
  readonly models: readonly InstalledModel[];
  readonly audioContexts: readonly RunSetup['audioContext'][];
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

/** The language that a clip's text is scored in. @param detected what the engine took it for. */
export function scoredLanguage(clip: Clip, { language }: EvalPlan, detected: string): string {
  const isForAll = language !== 'given' && language !== 'auto';
  return (isForAll ? language : clip.language) ?? detected;
}
