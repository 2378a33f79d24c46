import { type Document, foldWord, type Slot } from '../document.ts';
import type { GrammarSpec } from '../grammar-spec.ts';
import { phraseTable } from '../phrase-table.ts';
import { type Rewrite, type Rule, WRITTEN } from '../rule.ts';
import { twoDigits } from '../written.ts';
import { currencySlot } from './money.ts';

const WHOLE_AMOUNT = /^(\D*)(\d+|\d{1,3}(?:[.,]\d{3})+)$/u;
const TWO_DIGITS = /^\d{1,2}$/;

/**
 * Amounts of which the recognizer wrote a part in figures: "$5 and fifty cents", "5 dollars and 50 cents" and
 * "R$ 5 e cinquenta centavos" are one amount each.
 */
export function changeRule(language: GrammarSpec, belowHundred: Slot): Rule {
  const spec = language.money;
  const and = new Set(spec.and.map(foldWord));
  const followers = new Set(spec.followers.map(foldWord));
  const symbols = new Set(spec.currencies.map(({ symbol }) => foldWord(symbol)));
  const currencies = currencySlot(language);
  const hundredths = phraseTable('hundredths', spec.hundredths);

  const match = (document: Document, position: number): Rewrite | undefined => {
    const limit = document.runEnd(position);
    const [, sign = '', whole] = WHOLE_AMOUNT.exec(document.slice(position, position + 1)) ?? [];
    if (whole === undefined || position + 2 >= limit) return undefined;
    const hasSign = symbols.has(foldWord(sign)) || symbols.has(document.keyBefore(position) ?? '');
    const currency = hasSign ? undefined : document.find(currencies, position + 1);
    if (!hasSign && (currency === undefined || sign !== '')) return undefined;
    const joinAt = currency?.end ?? position + 1;
    const countAt = and.has(document.key(joinAt) ?? '') ? joinAt + 1 : joinAt;
    if (countAt >= limit) return undefined;
    const digits = document.key(countAt) ?? '';
    const count = TWO_DIGITS.test(digits)
      ? { end: countAt + 1, value: Number(digits) }
      : document.find(belowHundred, countAt);
    if (count === undefined || count.end > limit) return undefined;
    const name = count.end < limit ? document.find(hundredths, count.end) : undefined;
    // "$10 con cincuenta"
    const follower = document.keyAfter(count.end);
    const isChange =
      countAt > joinAt && count.value > 9 && (follower === undefined || followers.has(follower));
    if (name === undefined && (TWO_DIGITS.test(digits) || !isChange)) return undefined;
    const symbol = currency === undefined ? sign : currency.text + spec.space;
    return {
      end: (name ?? count).end,
      text: `${symbol}${whole}${spec.decimalSign}${twoDigits(count.value)}`,
    };
  };

  return { name: 'change', first: new Set([WRITTEN]), match };
}
