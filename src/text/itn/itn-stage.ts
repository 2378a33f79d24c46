import type { TextContext, TextStage } from '../stage.ts';
import { normalize } from './normalize.ts';

/** Inverse text normalization, unless the context turns it off. */
export const itnStage: TextStage = {
  name: 'itn',
  apply: (text: string, { language, enableItn = true, grouping = false }: TextContext): string =>
    enableItn ? normalize(text, { language, grouping }) : text,
};
