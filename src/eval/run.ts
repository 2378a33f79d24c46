import type { LiveFigures } from './live-figures.ts';
import type { ClipScore } from './scoring/score.ts';
import type { VariantName } from './variants.ts';

/** What was run: one of the combinations that an evaluation goes through. */
export interface RunSetup {
  readonly mode: 'whole' | 'live';
  readonly model: string;
  /** 'default': as the model's manifest has it. */
  readonly audioContext: 'default' | 'auto' | 'full' | number;
  /** 'default': as the model's manifest has it. Live speech is always decoded greedily. */
  readonly beamSize: 'default' | number;
  readonly variant: VariantName;
  /** People who talked at the same time; in whole mode, clips that were decoded at the same time. */
  readonly atOnce: number;
}

/** What one clip came to. */
export interface ClipResult {
  readonly id: string;
  /** ISO 639-1: what it was scored as. */
  readonly language: string;
  readonly seconds: number;
  readonly reference: string;
  readonly text: string;
  readonly score: ClipScore;
  /** Wall clock time of its decode, ms; null in live mode. */
  readonly decodeMs: number | null;
  /** null in whole mode. */
  readonly live: LiveFigures | null;
}

export interface Run {
  readonly setup: RunSetup;
  readonly clips: readonly ClipResult[];
  readonly wallSeconds: number;
  /** Of the process that decoded, while it did; in live mode the server's alone. */
  readonly cpuSeconds: number;
  /** The most memory that this process has held since its start. */
  readonly peakMemoryBytes: number;
}

/** "whole, whisper-base, audio_ctx full, noise" */
export function describeSetup({ mode, model, audioContext, beamSize, variant, atOnce }: RunSetup): string {
  return [
    mode,
    model,
    ...(audioContext === 'default' ? [] : [`audio_ctx ${audioContext}`]),
    ...(beamSize === 'default' ? [] : [`beam ${beamSize}`]),
    ...(variant === 'clean' ? [] : [variant]),
    ...(mode === 'live' ? [atOnce === 1 ? '1 talker' : `${atOnce} talkers`] : []),
  ].join(', ');
}
