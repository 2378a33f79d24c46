import type { Document, Slot } from '../../itn/document.ts';
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

/** The digit of "oh" and of the words that it may be taken for. */
const ZEROS: ReadonlySet<string> = new Set(['oh', 'o', 'zero']);

/** Two digits said after others: "fifty five", "oh six". */
function lastTwo(
  reader: NumberReader,
  document: Document,
  position: number,
  limit: number,
): { readonly end: number; readonly value: number } | undefined {
  const hasZero = ZEROS.has(document.key(position) ?? '');
  const part = reader.belowHundred(document, hasZero ? position + 1 : position, limit);
  if (part === undefined || hasZero !== part.value < 10) return undefined;
  return reader.word(document, part.end, limit)?.kind === 'hundred' ? part.shorter : part;
}

/** Hundreds without their word: "one fifty five", "three oh six". */
export function shortHundredsSlot(reader: NumberReader): Slot {
  return {
    name: 'shortHundreds',
    first: new Set(Object.keys(ONES)),
    match(document, position) {
      const limit = document.runEnd(position);
      const hundreds = reader.word(document, position, limit)?.value ?? 0;
      const rest = lastTwo(reader, document, position + 1, limit);
      // "five ten minutes" are five or ten.
      if (rest === undefined || (hundreds === 5 && rest.value === 10)) return undefined;
      const value = hundreds * 100 + rest.value;
      return { end: rest.end, text: String(value), value };
    },
  };
}

/** Two numbers of two digits: "nineteen ninety nine", "ten eighty"; the text has `sign` between them. */
function pairSlot(reader: NumberReader, sign: '' | '.'): Slot {
  const hundreds = shortHundredsSlot(reader);
  const mayBeLonger = sign === '.';
  return {
    name: `pair${sign}`,
    first: new Set([...(mayBeLonger ? hundreds.first : []), ...Object.keys(TEENS), ...Object.keys(TENS)]),
    match(document, position) {
      const limit = document.runEnd(position);
      const isSingle = hundreds.first.has(document.key(position) ?? '');
      const left = isSingle
        ? document.find(hundreds, position)
        : reader.belowHundred(document, position, limit);
      const right = left && lastTwo(reader, document, left.end, limit);
      if (left === undefined || right === undefined) return undefined;
      // "twenty thirty dollars" are twenty or thirty.
      if (left.value % 10 === 0 && right.value === left.value + 10) return undefined;
      const text = `${left.value}${sign}${String(right.value).padStart(2, '0')}`;
      return { end: right.end, text, value: Number(text) };
    },
  };
}

/** Dollars and cents without their names: "nineteen ninety nine", "two forty nine ninety nine". */
export function priceSlot(reader: NumberReader): Slot {
  return pairSlot(reader, '.');
}

/** Numbers said in pairs or digit by digit, as before a decimal point: "three oh six", "ten eighty", "one two three". */
export function spelledSlot(reader: NumberReader): Slot {
  const hundreds = shortHundredsSlot(reader);
  const pair = pairSlot(reader, '');
  return {
    name: 'spelled',
    first: new Set([...hundreds.first, ...pair.first]),
    match(document, position) {
      const found = hundreds.match(document, position) ?? pair.match(document, position);
      const limit = document.runEnd(position);
      let text = '';
      let end = position;
      for (; end < limit; end++) {
        const word = reader.word(document, end, limit);
        const isZero = ZEROS.has(document.key(end) ?? '');
        if (word?.kind !== 'one' && !isZero) break;
        text += isZero ? '0' : String(word?.value);
      }
      const isLonger = text.length > 2 && end > (found?.end ?? position);
      return isLonger ? { end, text, value: Number(text) } : found;
    },
  };
}

/** Lines of a picture on a screen. */
const RESOLUTIONS: ReadonlySet<number> = new Set([144, 240, 360, 480, 540, 576, 720, 1080, 1440, 2160, 4320]);

/** Usual resolutions, said in pairs: "ten eighty", "seven twenty". */
export function resolutionSlot(reader: NumberReader): Slot {
  const spelled = spelledSlot(reader);
  return {
    name: 'resolution',
    first: spelled.first,
    match(document, position) {
      const found = spelled.match(document, position);
      return found !== undefined && RESOLUTIONS.has(found.value) ? found : undefined;
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

/** A year in either form, or any number that an era may follow ("five hundred b c", "seven fifty b c"). */
export function wholeYearSlot(reader: NumberReader): Slot {
  const year = yearSlot(reader);
  const hundreds = shortHundredsSlot(reader);
  return {
    name: 'wholeYear',
    first: reader.first(),
    match(document, position) {
      const whole =
        year.match(document, position) ??
        (hundreds.first.has(document.key(position) ?? '') ? hundreds.match(document, position) : undefined) ??
        reader.whole(document, position);
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
    ...(ordinal.needs && { needs: ordinal.needs }),
    match(document, position) {
      const found = document.find(ordinal, position);
      return found !== undefined && found.value >= 1 && found.value <= 31 ? found : undefined;
    },
  };
}
