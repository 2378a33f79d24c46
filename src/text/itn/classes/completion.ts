import { type Document, foldWord, type Slot } from '../document.ts';
import type { GrammarSpec } from '../grammar-spec.ts';
import { type AmountSlot, GROUP_FROM, halfSlot, MONEY_GROUP_FROM } from '../number-slots.ts';
import type { NumberReader } from '../numbers.ts';
import { type Rewrite, type Rule, WRITTEN } from '../rule.ts';
import { groupDigits } from '../written.ts';
import { currencySlot } from './money.ts';

const WRITTEN_NUMBER = /^(\D{0,3})(\d{1,3})$/u;

interface Completed {
  readonly end: number;
  readonly text: string;
  /** A scale word is left in the text ("2,5 milhões"), so that "de" may follow it. */
  readonly hasScale: boolean;
}

/**
 * Numbers of which the recognizer wrote the beginning in figures: "2 mil e quinhentos", "1 milhão e meio" and "5 vírgula
 * dois" are one number each.
 */
export function completionRule(language: GrammarSpec, reader: NumberReader, amount: AmountSlot): Rule {
  const spec = language.money;
  const of = new Set(spec.of.map(foldWord));
  const symbols = new Set(spec.currencies.map(({ symbol }) => foldWord(symbol)));
  const currencies: Slot = currencySlot(language);
  const halves = halfSlot(language);

  /** "2 *mil e quinhentos*", "1 *milhão e meio*" */
  const scaled = (document: Document, position: number, digits: string): Completed | undefined => {
    const limit = document.runEnd(position);
    const scale = reader.word(document, position + 1, limit);
    if (scale?.kind !== 'thousand' && scale?.kind !== 'scale') return undefined;
    const restAt = position + 2;
    if (restAt >= limit) return undefined;
    const half = document.find(halves, restAt);
    if (half !== undefined) {
      const text = `${digits}${spec.decimalSign}5 ${document.slice(position + 1, restAt)}`;
      return { end: half.end, text, hasScale: true };
    }
    const start = document.key(restAt) === reader.joiner ? restAt + 1 : restAt;
    const rest = start < limit ? reader.whole(document, start) : undefined;
    const unit = scale.kind === 'thousand' ? 1000 : 10 ** scale.value;
    if (rest === undefined || rest.value === 0 || rest.value >= unit || unit > 1e12) return undefined;
    const total = String(Number(digits) * unit + rest.value);
    return { end: rest.end, text: total, hasScale: false };
  };

  const match = (document: Document, position: number): Rewrite | undefined => {
    const [, sign = '', digits] = WRITTEN_NUMBER.exec(document.slice(position, position + 1)) ?? [];
    if (digits === undefined || (sign !== '' && !symbols.has(foldWord(sign)))) return undefined;
    const decimal = amount.decimal(document, digits, position + 1);
    const found: Completed | undefined =
      decimal === undefined
        ? scaled(document, position, digits)
        : { end: decimal.end, text: decimal.text, hasScale: decimal.value === Number.POSITIVE_INFINITY };
    if (found === undefined) return undefined;
    const nameAt = found.hasScale && of.has(document.keyAfter(found.end) ?? '') ? found.end + 1 : found.end;
    const hasSign = sign !== '' || symbols.has(document.keyBefore(position) ?? '');
    const isOver = hasSign || nameAt >= document.runEnd(position);
    const currency = isOver ? undefined : document.find(currencies, nameAt);
    const isMoney = hasSign || currency !== undefined;
    const isGrouped = document.options.grouping && !found.hasScale && decimal === undefined;
    const number = isGrouped
      ? groupDigits(found.text, language.groupSign, isMoney ? MONEY_GROUP_FROM : GROUP_FROM)
      : found.text;
    return currency === undefined
      ? { end: found.end, text: sign + number }
      : { end: currency.end, text: currency.text + spec.space + number };
  };

  return { name: 'completion', first: new Set([WRITTEN]), match };
}
