/** `pt`, `pt-BR`, `PT_br`: a language of two or three letters (ISO 639), with or without a region or a script. */
export const languagePattern: RegExp = /^(?:auto|mixed|[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3})$/;

/** What is wrong with a language that `readLanguage` cannot read. */
export const languageError: string = 'must be a language code (ISO 639-1), such as en or pt-BR, or "auto"';

/**
 * A language as people and peers write it. Whether a model knows it is another question.
 * @returns its code in lower case, without what follows it: `pt` for `pt-BR`; null, which means detect, for "auto" and
 * for the original's "mixed"; undefined for anything else.
 */
export function readLanguage(text: string): string | null | undefined {
  if (!languagePattern.test(text)) return undefined;
  if (text === 'auto' || text === 'mixed') return null;
  return text.split(/[-_]/, 1)[0]?.toLowerCase();
}
