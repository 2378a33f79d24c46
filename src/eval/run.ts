import type { ClipScore } from './scoring/score.ts';

/** What was run: one of the combinations that an evaluation goes through. */
export interface RunSetup {
  readonly mode: 'whole' | 'live';
  readonly model: string;
  /** 'default': as the model's manifest has it. */
  readonly audioContext: 'default' | 'auto' | 'full' | number;
  readonly variant: string;
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
  /** Wall clock time that its decode took, ms; whole mode only. */
  readonly decodeMs: number | null;
}

export interface Run {
  readonly setup: RunSetup;
  readonly clips: readonly ClipResult[];
  /** CPU time of whatever decoded, seconds. */
  readonly cpuSeconds: number;
}

/** "whole, whisper-base, audio_ctx full, clean" */
export function describeSetup({ mode, model, audioContext, variant }: RunSetup): string {
  const context = audioContext === 'default' ? [] : [`audio_ctx ${audioContext}`];
  return [mode, model, ...context, variant].join(', ');
}
