import { wordErrors as distance } from '#theo/text/word-errors.js';

/** Words that differ between what was said and what was heard, compared as they are written. */
export function wordErrors(said: string, heard: string): number {
  return distance(words(said), words(heard));
}

export function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
