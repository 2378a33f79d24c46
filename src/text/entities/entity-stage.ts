import type { TextContext, TextStage } from '../stage.ts';
import { formatEntities } from './entity-formatter.ts';
import { ENTITY_KINDS } from './identifier.ts';

/** Formats identifiers (CPF, CNPJ, CEP, telephone and card numbers); off unless the context asks for it. */
export const entityStage: TextStage = {
  name: 'entities',
  apply(text: string, { entities = false, language }: TextContext): string {
    const kinds = entities === true ? ENTITY_KINDS : entities === false ? [] : entities;
    return formatEntities(text, language, kinds);
  },
};
