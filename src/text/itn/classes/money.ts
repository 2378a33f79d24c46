import { type Document, foldWord, type Slot, type SlotValue } from '../document.ts';
import type { GrammarSpec } from '../grammar-spec.ts';
import type { NumberReader } from '../numbers.ts';
import { phraseTable } from '../phrase-table.ts';
import type { Rewrite, Rule } from '../rule.ts';
import { twoDigits } from '../written.ts';
import { signReader } from './cardinal.ts';
import { SpanLinks } from './span-links.ts';

/** Names of currencies; the text is the symbol. */
export function currencySlot(language: GrammarSpec): Slot {
  const names = language.money.currencies.flatMap(({ symbol, names }) =>
    names.map((name) => [name, symbol] as const),
  );
  return phraseTable('currency', Object.fromEntries(names));
}

interface Amount extends Rewrite {
  readonly symbol: string;
  /** The amount is one of hundredths ("dez centavos"). */
  readonly isMinor: boolean;
}

/** Amounts of money: "dois reais e cinquenta centavos", "fifteen point two billion dollars", "eighteen cents". */
export function moneyRule(
  language: GrammarSpec,
  reader: NumberReader,
  amount: Slot,
  belowHundred: Slot,
): Rule {
  const spec = language.money;
  const fold = (words: readonly string[]): ReadonlySet<string> => new Set(words.map(foldWord));
  const of = fold(spec.of);
  const and = fold(spec.and);
  const half = fold(spec.half);
  const followers = fold(spec.followers);
  const minus = fold(language.numbers.minus);
  const isNegativeNumber = signReader(language, reader);
  const currencies = currencySlot(language);
  const spans = new SpanLinks(language, reader);
  const hundredths = phraseTable('hundredths', spec.hundredths);
  const pairs = spec.pairs?.(reader);

  const write = (symbol: string, number: string): string => `${symbol}${spec.space}${number}`;

  /** Hundredths from `position` on, after an amount of `whole` units. */
  const change = (document: Document, position: number): { end: number; digits: string } | undefined => {
    const limit = document.runEnd(position - 1);
    const joined = position < limit && and.has(document.key(position) ?? '');
    const start = joined ? position + 1 : position;
    if (start >= limit) return undefined;
    if (joined && half.has(document.key(start) ?? '')) return { end: start + 1, digits: '50' };
    const hasZero = language.digits.words[document.key(start) ?? ''] === '0';
    const count = document.find(belowHundred, hasZero ? start + 1 : start);
    if (count === undefined || count.end > limit || (hasZero && count.value > 9)) return undefined;
    const digits = twoDigits(count.value);
    if (count.end < limit) {
      const name = document.find(hundredths, count.end);
      if (name !== undefined) return { end: name.end, digits };
    }
    const follower = document.keyAfter(count.end);
    const isChange = (count.value > 9 || hasZero) && (follower === undefined || followers.has(follower));
    return isChange ? { end: count.end, digits } : undefined;
  };

  const match = (document: Document, position: number): Rewrite | undefined => {
    if (!minus.has(document.key(position) ?? '')) return positive(document, position);
    if (position + 1 >= document.runEnd(position) || !isNegativeNumber(document, position)) return undefined;
    const found = positive(document, position + 1);
    return found && { end: found.end, text: `-${found.text}` };
  };

  /** "nineteen ninety nine dollars" */
  const paired = (document: Document, position: number): Rewrite | undefined => {
    const pair = pairs && document.find(pairs, position);
    if (pair === undefined || pair.end >= document.runEnd(position)) return undefined;
    const currency = document.find(currencies, pair.end);
    if (currency === undefined || spec.except?.(document, position, currency.end)) return undefined;
    return { end: currency.end, text: write(currency.text, pair.text) };
  };

  const positive = (document: Document, position: number): Rewrite | undefined => {
    const pair = paired(document, position);
    if (pair !== undefined) return pair;
    const found = document.find(amount, position);
    if (found === undefined || found.end >= document.runEnd(position)) return undefined;
    return single(document, position, found) ?? span(document, position, found);
  };

  const single = (document: Document, position: number, found: SlotValue): Amount | undefined => {
    const minor = document.find(hundredths, found.end);
    if (minor !== undefined) {
      if (!Number.isInteger(found.value) || found.value > 99) return undefined;
      const text = write(minor.text, `0${spec.decimalSign}${twoDigits(found.value)}`);
      return { end: minor.end, text, symbol: minor.text, isMinor: true };
    }
    const isLarge = found.value === Number.POSITIVE_INFINITY;
    const nameAt = isLarge && of.has(document.key(found.end) ?? '') ? found.end + 1 : found.end;
    if (nameAt >= document.runEnd(position)) return undefined;
    const currency = document.find(currencies, nameAt);
    if (currency === undefined || spec.except?.(document, position, currency.end)) return undefined;
    const symbol = currency.text;
    const extra = Number.isInteger(found.value) ? change(document, currency.end) : undefined;
    return extra === undefined
      ? { end: currency.end, text: write(symbol, found.text), symbol, isMinor: false }
      : {
          end: extra.end,
          text: write(symbol, `${found.text}${spec.decimalSign}${extra.digits}`),
          symbol,
          isMinor: false,
        };
  };

  /** "entre cinco e dez reais", "notas de dez e vinte reais": the currency belongs to both amounts. */
  const span = (document: Document, position: number, first: SlotValue): Rewrite | undefined => {
    const isList = first.value % 5 === 0 && document.keyAfter(first.end) === reader.joiner;
    const secondAt = isList ? first.end + 1 : spans.secondAt(document, position, first.end);
    const number = secondAt === undefined ? undefined : document.find(amount, secondAt);
    if (secondAt === undefined || number === undefined || number.end >= document.runEnd(position))
      return undefined;
    const second = single(document, secondAt, number);
    if (second === undefined) return undefined;
    const link = ` ${document.slice(first.end, secondAt)} `;
    if (second.isMinor) {
      if (!Number.isInteger(first.value) || first.value > 99) return undefined;
      const text = write(second.symbol, `0${spec.decimalSign}${twoDigits(first.value)}`);
      return { end: second.end, text: text + link + second.text };
    }
    const thousands = spans.thousands(document, first, number, secondAt);
    if (thousands !== undefined && second.text === write(second.symbol, number.text)) {
      const [from, to] = [`${first.text} ${thousands.word}`, `${thousands.count} ${thousands.word}`];
      return { end: second.end, text: write(second.symbol, from) + link + write(second.symbol, to) };
    }
    const [, scale] = number.text.split(' ');
    const isScaled = scale !== undefined && Number.isFinite(first.value);
    const from = spans.multiplied(document, first, secondAt) ?? first.text;
    const text = write(second.symbol, isScaled ? `${from} ${scale}` : from);
    return { end: second.end, text: text + link + second.text };
  };

  return {
    name: 'money',
    first: new Set([...amount.first, ...minus]),
    needs: new Set([...currencies.first, ...hundredths.first]),
    match,
  };
}
