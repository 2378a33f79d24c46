import { type Document, foldWord, type Slot, type SlotValue } from '../document.ts';
import type { GrammarSpec } from '../grammar-spec.ts';
import type { NumberReader } from '../numbers.ts';
import { phraseTable } from '../phrase-table.ts';
import type { Rule } from '../rule.ts';
import { signReader } from './cardinal.ts';

/** Names of units; the text is the symbol. */
export function unitSlot(language: GrammarSpec): Slot {
  const names = Object.entries(language.measures.units).flatMap(([symbol, names]) =>
    names.map((name) => [name, symbol]),
  );
  return phraseTable('unit', Object.fromEntries(names));
}

/** A number and a unit: "two hundred kilometers per hour", "um vírgula sete por cento". */
export function measureRule(language: GrammarSpec, reader: NumberReader, amount: Slot): Rule {
  const spec = language.measures;
  const parts = phraseTable(
    'part',
    Object.fromEntries(
      Object.entries({
        ...Object.fromEntries(language.decimals.half.map((phrase) => [phrase, '5'])),
        ...spec.parts,
      }).map(([phrase, digits]) => [phrase, language.money.decimalSign + digits]),
    ),
  );
  const units = unitSlot(language);
  const perUnits = phraseTable('perUnit', spec.perUnits);
  const per = new Set(spec.per.map(foldWord));
  const of = new Set(spec.of.map(foldWord));
  const minus = new Set(language.numbers.minus.map(foldWord));
  const isNegativeNumber = signReader(language, reader);
  /** "um metro e oitenta" is 1,80 m. */
  const metresAnd = (document: Document, unit: SlotValue): SlotValue | undefined => {
    if (!spec.metresAndHundredths || unit.text !== 'm') return undefined;
    const start = document.keyAfter(unit.end) === reader.joiner ? unit.end + 1 : unit.end;
    const limit = document.runEnd(unit.end - 1);
    const part = start < limit ? reader.belowHundred(document, start, limit) : undefined;
    if (part === undefined || part.value < 10) return undefined;
    const next = document.keyAfter(part.end);
    const isEnd = next === undefined || of.has(next);
    return isEnd ? { end: part.end, text: String(part.value), value: part.value } : undefined;
  };

  return {
    name: 'measure',
    first: new Set([...amount.first, ...minus]),
    needs: units.first,
    match(document, position) {
      const limit = document.runEnd(position);
      const isNegative = minus.has(document.key(position) ?? '');
      if (isNegative && !isNegativeNumber(document, position)) return undefined;
      const start = isNegative ? position + 1 : position;
      const number = start < limit ? document.find(amount, start) : undefined;
      if (number === undefined || number.end >= limit) return undefined;
      const hasOf = number.value === Number.POSITIVE_INFINITY && of.has(document.key(number.end) ?? '');
      const unitAt = hasOf ? number.end + 1 : number.end;
      const unit = unitAt < limit ? document.find(units, unitAt) : undefined;
      if (unit === undefined) return undefined;
      const isWhole = Number.isInteger(number.value);
      const part = isWhole && unit.end < limit ? document.find(parts, unit.end) : undefined;
      const rateAt = (part ?? unit).end;
      const isRate = rateAt + 1 < limit && per.has(document.key(rateAt) ?? '');
      const rate = isRate ? document.find(perUnits, rateAt + 1) : undefined;
      const link = hasOf ? ` ${document.slice(number.end, unitAt)} ` : ' ';
      const symbol = rate === undefined ? unit.text : `${unit.text}/${rate.text}`;
      const hundredths = isWhole ? metresAnd(document, unit) : undefined;
      if (hundredths !== undefined)
        return { end: hundredths.end, text: `${number.text},${hundredths.text} m` };
      return {
        end: (rate ?? part ?? unit).end,
        text: `${isNegative ? '-' : ''}${number.text}${part?.text ?? ''}${link}${symbol}`,
      };
    },
  };
}
