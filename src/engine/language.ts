import type { SpeechEngine } from './types.ts';

/** Why an engine cannot be asked for a language (ISO 639-1; null: to detect it); undefined where it can. */
export function languageProblem(engine: SpeechEngine, language: string | null): string | undefined {
  if (language === null || engine.knowsLanguage(language)) return undefined;
  return `language: the model ${engine.model} does not know "${language}"`;
}
