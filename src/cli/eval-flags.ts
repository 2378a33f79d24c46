import type { RunSetup } from '../eval/run.ts';
import { type VariantName, variantNames } from '../eval/variants.ts';
import { maxAudioContext } from '../models/manifest.ts';
import { languageError, readLanguage } from '../protocol/language.ts';
import { UsageError } from './errors.ts';

/** What `theo eval` was called with. */
export interface EvalFlags {
  readonly mode: string;
  readonly model: readonly string[];
  readonly language: string;
  readonly audioCtx: readonly RunSetup['audioContext'][];
  readonly variant: readonly VariantName[];
  readonly languages?: string;
  readonly limit?: number;
  readonly talkers: number;
  readonly threads?: number;
  readonly baseline?: string;
  readonly json?: string;
  readonly chart?: string;
}

export function repeated(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

export function audioContexts(
  value: string,
  before: readonly RunSetup['audioContext'][],
): readonly RunSetup['audioContext'][] {
  if (value === 'auto' || value === 'full') return [...before, value];
  const positions = Number(value);
  if (!Number.isInteger(positions) || positions < 1 || positions > maxAudioContext) {
    throw new UsageError(`--audio-ctx ${value}: must be auto, full or a number from 1 to ${maxAudioContext}`);
  }
  return [...before, positions];
}

export function variants(value: string, before: readonly VariantName[]): readonly VariantName[] {
  const name = variantNames.find((known) => known === value);
  if (name === undefined) throw new UsageError(`--variant ${value}: must be ${oneOf(variantNames)}`);
  return [...before, name];
}

export function modesOf(value: string): readonly RunSetup['mode'][] {
  if (value === 'both') return ['whole', 'live'];
  if (value === 'whole' || value === 'live') return [value];
  throw new UsageError(`--mode ${value}: must be ${oneOf(['whole', 'live', 'both'])}`);
}

export function languageChoice(value: string): string {
  if (value === 'given') return value;
  const language = readLanguage(value);
  if (language === undefined) throw new UsageError(`--language ${value}: ${languageError}, or "given"`);
  return language ?? 'auto';
}

export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new UsageError(`${value}: must be a whole number above 0`);
  return number;
}

function oneOf(values: readonly string[]): string {
  return `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}
