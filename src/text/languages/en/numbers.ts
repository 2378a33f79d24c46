import type { Slot } from '../../itn/document.ts';
import type { NumberReader } from '../../itn/numbers.ts';

export const ONES = { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9 };
export const TENS = {
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};
export const TEENS = {
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
};

const DENOMINATOR_VALUES: Readonly<Record<string, number>> = {
  ...ONES,
  ...TEENS,
  ...TENS,
  hundred: 100,
  thousand: 1000,
};

export function ordinalWords(): Record<string, string> {
  const words: Record<string, string> = {
    zeroth: 'zero',
    first: 'one',
    second: 'two',
    third: 'three',
    fifth: 'five',
    eighth: 'eight',
    ninth: 'nine',
    twelfth: 'twelve',
  };
  const taken = new Set(Object.values(words));
  for (const cardinal of [...Object.keys(ONES), ...Object.keys(TEENS)]) {
    if (!taken.has(cardinal)) words[`${cardinal}th`] = cardinal;
  }
  for (const cardinal of Object.keys(TENS)) words[`${cardinal.slice(0, -1)}ieth`] = cardinal;
  for (const scale of ['hundred', 'thousand', 'million', 'billion', 'trillion']) words[`${scale}th`] = scale;
  return words;
}

export function writeOrdinal(digits: string): string {
  const tens = digits.at(-2);
  const ending = tens === '1' ? 'th' : ({ '1': 'st', '2': 'nd', '3': 'rd' }[digits.at(-1) ?? ''] ?? 'th');
  return digits + ending;
}

/** Years said in two halves: "nineteen eighty four", "twenty oh five", "eighteen hundred and five". */
export function yearSlot(reader: NumberReader): Slot {
  return {
    name: 'year',
    first: reader.first(),
    match(document, position) {
      const limit = document.runEnd(position);
      const whole = reader.whole(document, position);
      const found = (end: number, value: number) => ({ end, text: String(value), value });
      const century = reader.belowHundred(document, position, limit);
      if (century !== undefined && century.value > 9 && century.value < 22 && century.end < limit) {
        const isOh = document.key(century.end) === 'oh' || document.key(century.end) === 'o';
        const rest = reader.belowHundred(document, isOh ? century.end + 1 : century.end, limit);
        if (rest !== undefined && isOh === rest.value < 10)
          return found(rest.end, century.value * 100 + rest.value);
      }
      if (whole === undefined || whole.value < 1000 || whole.value > 2999) return undefined;
      return found(whole.end, whole.value);
    },
  };
}

/** The tens that name a decade: "eighties" is 80. */
export const DECADES: Readonly<Record<string, number>> = {
  tens: 10,
  ...Object.fromEntries(Object.entries(TENS).map(([word, value]) => [`${word.slice(0, -1)}ies`, value])),
};

export const DENOMINATORS: Readonly<Record<string, number>> = {
  half: 2,
  quarter: 4,
  quarters: 4,
  ...Object.fromEntries(
    Object.entries(ordinalWords())
      .map(([ordinal, cardinal]) => [ordinal, DENOMINATOR_VALUES[cardinal] ?? 0] as const)
      .filter(([, value]) => value > 2)
      .flatMap(([ordinal, value]) => [
        [ordinal, value],
        [`${ordinal}s`, value],
      ]),
  ),
};

/** A year in either form, or any number that an era may follow ("five hundred b c"). */
export function wholeYearSlot(reader: NumberReader): Slot {
  const year = yearSlot(reader);
  return {
    name: 'wholeYear',
    first: reader.first(),
    match(document, position) {
      const whole = year.match(document, position) ?? reader.whole(document, position);
      return whole && whole.value < 10_000
        ? { end: whole.end, text: String(whole.value), value: whole.value }
        : undefined;
    },
  };
}

/** A day of the month as an ordinal ("twenty fifth"). */
export function dayOrdinalSlot(ordinal: Slot): Slot {
  return {
    name: 'dayOrdinal',
    first: ordinal.first,
    match(document, position) {
      const found = document.find(ordinal, position);
      return found !== undefined && found.value >= 1 && found.value <= 31 ? found : undefined;
    },
  };
}
