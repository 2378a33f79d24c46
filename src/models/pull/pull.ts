import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { addressText } from './addresses.ts';
import type { DownloadEvent } from './download-options.ts';
import type { PullPlan } from './plan.ts';
import type { PullSettings } from './settings.ts';

export type PullEvent =
  | DownloadEvent
  | { readonly kind: 'copying'; readonly doneBytes: number; readonly totalBytes: number }
  /** Another process pulls the same model, and this one waits for it. */
  | { readonly kind: 'waiting'; readonly doneBytes: number; readonly totalBytes: number | null };

/** A pull that goes on. */
export interface Pull {
  readonly plan: PullPlan;
  readonly modelsDir: string;
  /** The model's folder. */
  readonly target: string;
  /** Of what is not installed yet. */
  readonly folder: string;
  readonly settings: PullSettings;
  readonly force: boolean;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly tell: (event: PullEvent) => void;
}

export interface PulledModel {
  readonly name: string;
  readonly folder: string;
  readonly weightsPath: string;
  readonly weightsBytes: number;
  /** Of the weights, hexadecimal. */
  readonly sha256: string;
  /** False: it was there already. */
  readonly isNew: boolean;
  /** Where it comes from: an address, without what lets somebody in, or a path. */
  readonly source: string;
  /** SPDX identifier; null: not known. */
  readonly licence: string | null;
  /** Who made it; null: not known. */
  readonly author: string | null;
}

/** Where the part of a download lies. */
export function partialPath({ folder }: Pick<Pull, 'folder'>): string {
  return join(folder, 'weights.partial');
}

/** Where the weights come from, for people. */
export function sourceText({ source }: PullPlan): string {
  return source.kind === 'file' ? source.path : addressText(source.url);
}

/** The model that a pull ends with. */
export function pulledModel(
  { plan, target }: Pull,
  facts: Pick<PulledModel, 'weightsPath' | 'weightsBytes' | 'sha256' | 'isNew'>,
): PulledModel {
  const { name, licence, author } = plan;
  return { name, folder: target, ...facts, source: sourceText(plan), licence, author };
}
