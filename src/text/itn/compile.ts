import { cardinalRule } from './classes/cardinal.ts';
import { changeRule } from './classes/change.ts';
import { completionRule } from './classes/completion.ts';
import { digitRules } from './classes/digits.ts';
import { electronicRules } from './classes/electronic.ts';
import { measureRule, unitSlot } from './classes/measure.ts';
import { currencySlot, moneyRule } from './classes/money.ts';
import { spanRule } from './classes/span.ts';
import type { Slot } from './document.ts';
import { Grammar } from './grammar.ts';
import type { GrammarSpec } from './grammar-spec.ts';
import { AmountSlot, MONEY_GROUP_FROM, rangeSlot, wholeSlot } from './number-slots.ts';
import { NumberReader } from './numbers.ts';
import { phraseRule } from './phrase-rule.ts';
import { phraseTable } from './phrase-table.ts';

/**
 * Builds the grammar of a language.
 * @throws Error if a pattern of the language is malformed.
 */
export function compileGrammar(language: GrammarSpec): Grammar {
  const reader = new NumberReader(language.numbers);
  const measures = new Set([...unitSlot(language).first, ...currencySlot(language).first]);
  const amount = new AmountSlot(reader, language, measures);
  const slots: Record<string, Slot> = {
    whole: wholeSlot(reader),
    amount,
    ordinal: language.ordinal(reader),
    currency: currencySlot(language),
  };
  for (const [name, [min, max]] of Object.entries(language.ranges)) {
    slots[name] = rangeSlot(name, reader, min, max);
  }
  for (const [name, phrases] of Object.entries(language.tables))
    slots[name] = phraseTable(name, phrases, true);
  Object.assign(slots, language.slots?.(reader));
  const hundredths = rangeSlot('hundredths', reader, 1, 99);
  const rules = [
    ...language.phrases.map((phrase) => phraseRule(phrase.pattern, phrase, slots)),
    moneyRule(language, reader, new AmountSlot(reader, language, measures, MONEY_GROUP_FROM), hundredths),
    changeRule(language, hundredths),
    completionRule(language, reader, amount),
    measureRule(language, reader, amount),
    ...electronicRules(language, reader),
    ...digitRules(language, reader),
    spanRule(language, reader, amount),
    cardinalRule(language, reader, amount),
  ];
  return new Grammar(rules, language.joinsAtComma);
}
