import { fractionSlot } from './classes/fraction.ts';
import { suffixedOrdinal } from './classes/ordinal.ts';
import type { Slot } from './document.ts';
import {
  after,
  afterDigits,
  all,
  alone,
  any,
  before,
  beforeName,
  closes,
  near,
  not,
  opens,
  touched,
  whole,
  word,
} from './guards.ts';
import type { LanguageSpec } from './language-spec.ts';
import type { NumberReader } from './numbers.ts';
import type { Found, PhraseRule } from './phrase-rule.ts';
import type { Guard } from './rule.ts';
import { twoDigits } from './written.ts';

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const ONES = { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9 };
const TENS = { twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60, seventy: 70, eighty: 80, ninety: 90 };
const TEENS = {
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

function ordinalWords(): Record<string, string> {
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

function writeOrdinal(digits: string): string {
  const tens = digits.at(-2);
  const ending = tens === '1' ? 'th' : ({ '1': 'st', '2': 'nd', '3': 'rd' }[digits.at(-1) ?? ''] ?? 'th');
  return digits + ending;
}

/** Years said in two halves: "nineteen eighty four", "twenty oh five", "eighteen hundred and five". */
function yearSlot(reader: NumberReader): Slot {
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
const DECADES: Readonly<Record<string, number>> = {
  tens: 10,
  ...Object.fromEntries(Object.entries(TENS).map(([word, value]) => [`${word.slice(0, -1)}ies`, value])),
};

const clock = (hour: number, minute: number): string => `${twoDigits(hour)}:${twoDigits(minute)}`;

function time(found: Found, minute: number): string | undefined {
  const hour = found.hour?.value;
  if (hour === undefined) return undefined;
  const { suffix, zone } = found;
  return [clock(hour, minute), suffix?.text, zone?.text].filter((part) => part !== undefined).join(' ');
}

/** `minute` minutes before the hour. */
function timeTo(found: Found, minute: number): string | undefined {
  const hour = found.hour;
  if (hour === undefined) return undefined;
  const value = hour.value <= 1 ? 12 - (1 - hour.value) : hour.value - 1;
  return time({ ...found, hour: { ...hour, value } }, 60 - minute);
}

function monthFirst({ month, day, year }: Found): string | undefined {
  if (month === undefined || day === undefined) return undefined;
  return `${month.text} ${day.value}${year === undefined ? '' : ` ${year.text}`}`;
}

function dayFirst({ month, day, year }: Found): string | undefined {
  if (month === undefined || day === undefined) return undefined;
  return `${day.value} ${month.text}${year === undefined ? '' : ` ${year.text}`}`;
}

/** Before these "first" and "second" tell a place in a row; elsewhere they are adverbs and lengths of time. */
const BEFORE_ORDINAL = ['the', 'my', 'your', 'his', 'her', 'its', 'our', 'their'];

/** "one fifth" is a fraction only in clear company ("one fifth of"); "two fifths" always is. */
const FRACTION = all(
  not(touched),
  any(
    (document, _start, end) => document.key(end - 1)?.endsWith('s') === true,
    closes,
    before('of', 'the', 'a', 'as'),
  ),
);

const DENOMINATORS: Readonly<Record<string, number>> = {
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

/** Words after a pair of numbers that are no time and no year ("fifteen twenty minutes"). */
const COUNTED = [
  ...[
    'hundred',
    'thousand',
    'million',
    'billion',
    'percent',
    'point',
    'dollar',
    'dollars',
    'euros',
    'pounds',
    'cents',
  ],
  ...[
    'minutes',
    'minute',
    'hours',
    'hour',
    'days',
    'day',
    'years',
    'year',
    'weeks',
    'months',
    'seconds',
    'people',
    'times',
  ],
  ...['miles', 'kilometers', 'meters', 'feet', 'degrees', 'kilos', 'pages', 'things', 'of'],
];
const STREETS = /^(?:street|avenue|road|drive|lane|boulevard|st\.|ave|court|highway)$/;
/** "twelve forty five main street": the name of the street may have two words. */
const beforeStreet: Guard = (document, _start, end) =>
  [end + 1, end + 2].some(
    (position) => position < document.runEnd(end - 1) && STREETS.test(document.key(position) ?? ''),
  );

/** Before these a pair of numbers is a name of a room or a line ("flight two thirty"). */
const LABELS = [
  'room',
  'flight',
  'route',
  'suite',
  'apartment',
  'bus',
  'highway',
  'gate',
  'unit',
  'channel',
  'extension',
];
const AT = [
  'at',
  'is',
  "it's",
  'its',
  'was',
  'by',
  'until',
  'till',
  'before',
  'after',
  'around',
  'about',
  'from',
  'than',
];
const TAIL = '[{suffix}] [{zone}]';

/** "you may first want to": the verb. */
const MODAL: Guard = all(
  (document, start) => /^(?:may|march)$/.test(document.key(start) ?? ''),
  after('you', 'i', 'we', 'they', 'he', 'she', 'it', 'this', 'that', 'who', 'which', 'one', 'people'),
);

/** "may" and "march" are verbs too: with a plain number they are months only at the end ("on march seven"). */
const MONTH_NAME: Guard = (document, start, end) =>
  !/^(?:may|march)$/.test(document.key(start) ?? '') || closes(document, start, end);

const phrases: readonly PhraseRule[] = [
  // Dates.
  {
    pattern: '{month} [the] {day:dayOrdinal} [[of] {year}]',
    where: not(any(MODAL, afterDigits)),
    write: monthFirst,
  },
  {
    pattern: '{month} {day:dayNumber} {year}',
    where: not(any(afterDigits, before(...COUNTED))),
    write: monthFirst,
  },
  {
    pattern: '{month} {day:dayNumber}',
    where: all(not(before(...COUNTED)), not(MODAL), MONTH_NAME, not(afterDigits)),
    write: monthFirst,
  },
  { pattern: 'the {day:dayNumber} of {month} [[of] {year}]', write: dayFirst },
  { pattern: 'the {day:dayOrdinal} of {month} [[of] {year}]', write: dayFirst },
  { pattern: '{day:dayOrdinal} of {month} [[of] {year}]', write: dayFirst },
  { pattern: '{day:dayOrdinal} {month} [{year}]', where: not(after('the')), write: dayFirst },
  {
    pattern: '{month} [of] {year}',
    write: ({ month, year }) => month && year && `${month.text} ${year.text}`,
  },
  {
    pattern: '{year:century} {decade}',
    write: ({ year, decade }) => year && decade && `${year.value * 100 + decade.value}s`,
  },
  { pattern: '{year:century} hundreds', write: ({ year }) => year && `${year.value}00s` },
  { pattern: 'two thousands', write: () => '2000s' },
  { pattern: '{year:wholeYear} {era}', write: ({ year, era }) => year && era && `${year.text} ${era.text}` },
  { pattern: 'seven eleven', where: not(any(after(...AT), touched)), write: () => '7-eleven' },
  // Times.
  { pattern: `(oh|o|zero) {hour:single} hundred hours ${TAIL}`, write: (found) => time(found, 0) },
  { pattern: `{hour} {oclock} ${TAIL}`, write: (found) => time(found, 0) },
  {
    pattern: `{hour:clockHour} (o|oh) {minute:single} ${TAIL}`,
    where: not(any(after(...LABELS), beforeStreet)),
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{hour:clockHour} {minute:double} ${TAIL}`,
    where: not(any(before(...COUNTED), after(...LABELS), beforeStreet)),
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: '{hour:hour} {minute:double} {suffix} [{zone}]',
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  { pattern: '{hour} {minute:double} {zone}', write: (found) => time(found, found.minute?.value ?? 0) },
  { pattern: '{hour} {suffix} [{zone}]', where: not(before('i')), write: (found) => time(found, 0) },
  { pattern: '{hour} {zone}', write: (found) => time(found, 0) },
  { pattern: `half past {hour:clockHour} ${TAIL}`, write: (found) => time(found, 30) },
  { pattern: `[a] quarter (past|after) {hour:clockHour} ${TAIL}`, write: (found) => time(found, 15) },
  { pattern: `[a] quarter (to|till|before) {hour:clockHour} ${TAIL}`, write: (found) => timeTo(found, 15) },
  {
    pattern: `[a] quarter of {hour:clockHour} ${TAIL}`,
    where: any(alone, after('at', 'by', 'until')),
    write: (found) => timeTo(found, 15),
  },
  {
    pattern: `{minute} [(minutes|minute|min|mins)] past {hour:clockHour} ${TAIL}`,
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{minute} (minutes|minute|min|mins) after {hour:clockHour} ${TAIL}`,
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{minute:toMinute} after {hour:clockHour} ${TAIL}`,
    where: any(alone, after(...AT)),
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{minute} (minutes|minute|min|mins) (to|till|before) {hour:clockHour} ${TAIL}`,
    write: (found) => timeTo(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{minute} (to|till) {hour:clockHour} {suffix} [{zone}]`,
    write: (found) => timeTo(found, found.minute?.value ?? 0),
  },
  {
    pattern: '{minute:toMinute} (to|till) {hour:clockHour}',
    where: all(any(alone, after(...AT)), not(after('from'))),
    write: (found) => timeTo(found, found.minute?.value ?? 0),
  },
  {
    pattern: '{hour:clockHour} {minute:double}',
    where: any(after(...LABELS), beforeStreet),
    write: ({ hour, minute }) => hour && minute && `${hour.value}${minute.value}`,
  },
  {
    pattern: '{hour:clockHour} (o|oh) {minute:single}',
    where: any(after(...LABELS), beforeStreet),
    write: ({ hour, minute }) => hour && minute && `${hour.value}0${minute.value}`,
  },
  {
    pattern: '{whole} {minute:cents}',
    where: all(after('costs', 'cost', 'costing'), closes),
    write: ({ whole, minute }) => whole && minute && `$${whole.text}.${minute.value}`,
  },
  // Years alone.
  {
    pattern: '{year}',
    where: not(before(...COUNTED)),
    write: ({ year }) => year?.text,
  },
  // Ordinals.
  {
    pattern: '{ordinal}',
    where: any(
      not(word('first', 'second', 'third', 'zeroth')),
      alone,
      all(after(...BEFORE_ORDINAL), not(touched)),
    ),
    write: ({ ordinal }) => ordinal?.text,
  },
  // Fractions.
  {
    pattern: '{whole} and {fraction}',
    write: ({ whole, fraction }) =>
      whole && fraction && fraction.value < 1 ? `${whole.text} ${fraction.text}` : undefined,
  },
  { pattern: '{fraction}', where: FRACTION, write: ({ fraction }) => fraction?.text },
  // Words with a usual short form.
  {
    pattern: '{title}',
    where: any(whole, beforeName('en')),
    write: ({ title }) => title?.text,
  },
  { pattern: '{mister}', where: any(whole, not(closes)), write: ({ mister }) => mister?.text },
  { pattern: '{short}', write: ({ short }) => short?.text },
];

const PHONE = near(5, 'phone', 'telephone', 'call', 'mobile', 'cell', 'reach');

const PLAIN = near(
  5,
  'code',
  'password',
  'pin',
  'order',
  'account',
  'tracking',
  'invoice',
  'reservation',
  'booking',
  'confirmation',
  'id',
  'zip',
  'reference',
  'ticket',
);

/** English. */
export const english: LanguageSpec = {
  code: 'en',
  groupSign: ',',
  numbers: {
    zero: ['zero'],
    ones: ONES,
    teens: TEENS,
    tens: { ...TENS, fourty: 40 },
    hundred: ['hundred'],
    thousand: ['thousand'],
    bareThousand: false,
    scales: {
      6: ['million'],
      9: ['billion'],
      12: ['trillion'],
      15: ['quadrillion'],
      18: ['quintillion'],
      21: ['sextillion'],
      24: ['septillion'],
    },
    article: ['a'],
    articleNotAfter: ['half', 'many', 'quarter'],
    joiner: 'and',
    joints: { tens: 'never', hundreds: 'optional', scales: 'optional' },
    wordsUpTo: 12,
    minus: ['minus', 'negative'],
  },
  decimals: {
    separators: { point: '.' },
    half: ['and a half'],
    bare: any(
      opens,
      after(
        'is',
        'was',
        'by',
        'of',
        'about',
        'minus',
        'negative',
        'around',
        'equals',
        'under',
        'over',
        'than',
      ),
    ),
  },
  digits: {
    words: {
      zero: '0',
      oh: '0',
      o: '0',
      one: '1',
      two: '2',
      three: '3',
      four: '4',
      five: '5',
      six: '6',
      seven: '7',
      eight: '8',
      nine: '9',
    },
    repeats: { double: 2, triple: 3 },
    formats: {
      7: ['###-####'],
      9: ['###-##-####'],
      10: ['###-###-####'],
      11: ['1-###-###-####'],
      14: ['#### ###### ####'],
      15: ['#### ###### #####'],
      16: ['#### #### #### ####'],
    },
    onlyFormatted: [7],
    neverFormatted: [9],
    plus: ['plus'],
    nationalLengths: [10],
    plain: all(PLAIN, not(near(5, 'area'))),
    formatted: PHONE,
    pairs: true,
    leastSingles: 3,
    keepCounting: false,
    serials: true,
  },
  money: {
    currencies: [
      {
        symbol: '$',
        names: [
          'dollar',
          'dollars',
          'u s dollar',
          'u s dollars',
          'us dollar',
          'us dollars',
          'american dollars',
          'buck',
          'bucks',
        ],
      },
      { symbol: '€', names: ['euro', 'euros'] },
      {
        symbol: '£',
        names: [
          'pound',
          'pounds',
          'british pound',
          'british pounds',
          'pound sterling',
          'pounds sterling',
          'quid',
        ],
      },
      { symbol: '¥', names: ['yen', 'yuan', 'japanese yen', 'chinese yuan'] },
      { symbol: '₩', names: ['won', 'korean won'] },
      { symbol: '₹', names: ['rupee', 'rupees', 'indian rupees'] },
      { symbol: 'R$', names: ['real', 'reais', 'brazilian real', 'brazilian reais'] },
    ],
    hundredths: { cent: '$', cents: '$', pence: '£', penny: '£' },
    space: '',
    decimalSign: '.',
    of: [],
    and: ['and'],
    half: ['half'],
    except: before('of', 'heavier', 'lighter', 'overweight'),
    followers: [
      'to',
      'for',
      'on',
      'at',
      'in',
      'from',
      'per',
      'each',
      'a',
      'plus',
      'today',
      'now',
      'with',
      'more',
      'less',
      'is',
      'please',
    ],
  },
  measures: {
    units: {
      '%': ['percent', 'per cent'],
      '/m²': ['per square meter', 'per square metre'],
      km: ['kilometer', 'kilometers', 'kilometre', 'kilometres'],
      m: ['meter', 'meters', 'metre', 'metres'],
      cm: ['centimeter', 'centimeters', 'centimetre', 'centimetres'],
      mm: ['millimeter', 'millimeters', 'millimetre', 'millimetres'],
      μm: ['micrometer', 'micrometers'],
      nm: ['nanometer', 'nanometers'],
      mi: ['mile', 'miles'],
      ft: ['foot', 'feet'],
      in: ['inch', 'inches'],
      yd: ['yard', 'yards'],
      'm²': ['square meter', 'square meters', 'square metre', 'square metres'],
      'km²': ['square kilometer', 'square kilometers', 'square kilometre', 'square kilometres'],
      'ft²': ['square foot', 'square feet'],
      'mi²': ['square mile', 'square miles'],
      'm³': ['cubic meter', 'cubic meters', 'cubic metre', 'cubic metres'],
      'cm³': ['cubic centimeter', 'cubic centimeters'],
      ha: ['hectare', 'hectares'],
      ac: ['acre', 'acres'],
      mph: ['mile per hour', 'miles per hour', 'miles an hour'],
      kg: ['kilogram', 'kilograms', 'kilo', 'kilos'],
      g: ['gram', 'grams'],
      mg: ['milligram', 'milligrams'],
      μg: ['microgram', 'micrograms'],
      lb: ['pound', 'pounds'],
      oz: ['ounce', 'ounces'],
      l: ['liter', 'liters', 'litre', 'litres'],
      ml: ['milliliter', 'milliliters', 'millilitre', 'millilitres'],
      gal: ['gallon', 'gallons'],
      '°C': ['celsius', 'degree celsius', 'degrees celsius', 'degrees centigrade'],
      '°F': ['fahrenheit', 'degree fahrenheit', 'degrees fahrenheit'],
      K: ['kelvin', 'kelvins'],
      V: ['volt', 'volts'],
      kV: ['kilovolt', 'kilovolts'],
      W: ['watt', 'watts'],
      kW: ['kilowatt', 'kilowatts'],
      MW: ['megawatt', 'megawatts'],
      GW: ['gigawatt', 'gigawatts'],
      kWh: ['kilowatt hour', 'kilowatt hours'],
      A: ['ampere', 'amperes', 'amps'],
      Hz: ['hertz'],
      kHz: ['kilohertz'],
      MHz: ['megahertz'],
      GHz: ['gigahertz'],
      kB: ['kilobyte', 'kilobytes'],
      MB: ['megabyte', 'megabytes'],
      GB: ['gigabyte', 'gigabytes'],
      TB: ['terabyte', 'terabytes'],
      kbps: ['kilobits per second', 'kilobit per second'],
      Mbps: ['megabits per second', 'megabit per second'],
      Gbps: ['gigabits per second', 'gigabit per second'],
      dB: ['decibel', 'decibels'],
      hp: ['horsepower'],
      cal: ['calorie', 'calories'],
      kcal: ['kilocalorie', 'kilocalories'],
      J: ['joule', 'joules'],
      kJ: ['kilojoule', 'kilojoules'],
      N: ['newton', 'newtons'],
      Pa: ['pascal', 'pascals'],
      kPa: ['kilopascal', 'kilopascals'],
      psi: ['pounds per square inch'],
      rpm: ['revolutions per minute', 'rotations per minute'],
      bpm: ['beats per minute'],
      mpg: ['miles per gallon'],
    },
    per: ['per'],
    metresAndHundredths: false,
    perUnits: {
      hour: 'h',
      minute: 'min',
      second: 's',
      day: 'day',
      liter: 'l',
      gallon: 'gal',
      kilogram: 'kg',
      'square meter': 'm²',
    },
    of: [],
  },
  electronic: {
    at: ['at'],
    dot: ['dot'],
    signs: {
      dash: '-',
      hyphen: '-',
      underscore: '_',
      slash: '/',
      'slash slash': '//',
      'forward slash': '/',
      colon: ':',
      tilde: '~',
      plus: '+',
    },
    protocols: {
      'h t t p colon slash slash': 'http://',
      'h t t p s colon slash slash': 'https://',
      'http colon slash slash': 'http://',
      'https colon slash slash': 'https://',
    },
    www: ['www', 'w w w', 'double u double u double u', 'triple w'],
    isAmbiguous: false,
    names: { 'hot mail': 'hotmail', 'out look': 'outlook' },
    stopWords:
      'a i the an is are was be to and or at on in of for from with my your his her our their me you him us them it this that email mail address contact reach write send visit look looked looking go going went shop buy bought found sign signed see log logged check order ordered online available work works working live here there not now all up just book search watch read listen start stay meet try arrive stop'.split(
        ' ',
      ),
  },
  ordinal: (reader) => suffixedOrdinal(reader, ordinalWords(), writeOrdinal),
  ranges: {
    hour: [0, 23],
    clockHour: [0, 12],
    cents: [10, 99],
    single: [1, 9],
    double: [10, 59],
    minute: [1, 59],
    toMinute: [5, 29],
    century: [10, 29],
    smallDay: [1, 31],
  },
  tables: {
    month: Object.fromEntries(MONTHS.map((month) => [month, month])),
    decade: DECADES,
    oclock: { "o'clock": 0, oclock: 0, 'o clock': 0, "o' clock": 0, 'hundred hours': 0 },
    suffix: { 'a m': 'a.m.', 'p m': 'p.m.', am: 'a.m.', pm: 'p.m.' },
    zone: {
      gmt: 'gmt',
      'g m t': 'gmt',
      utc: 'utc',
      'u t c': 'utc',
      est: 'est',
      'e s t': 'est',
      'eastern standard time': 'est',
      edt: 'edt',
      'e d t': 'edt',
      'eastern daylight time': 'edt',
      cst: 'cst',
      'c s t': 'cst',
      'central standard time': 'cst',
      mst: 'mst',
      'm s t': 'mst',
      'mountain standard time': 'mst',
      pst: 'pst',
      'p s t': 'pst',
      'pacific standard time': 'pst',
      pdt: 'pdt',
      'p d t': 'pdt',
      'pacific daylight time': 'pdt',
      cet: 'cet',
      'c e t': 'cet',
      'central european time': 'cet',
      bst: 'bst',
      'b s t': 'bst',
    },
    era: { 'b c': 'b.c.', bc: 'b.c.', 'a d': 'a.d.', 'b c e': 'b.c.e.', 'c e': 'c.e.' },
    mister: { mister: 'mr.' },
    title: { doctor: 'dr.', misses: 'mrs.', missus: 'mrs.', saint: 'st.' },
    short: {
      'for example': 'e.g.',
      'et cetera': 'etc.',
      'twenty four seven': '24/7',
      's and p five hundred': 's&p 500',
      's and p': 's&p',
      'a t and t': 'at&t',
    },
  },
  slots: (reader) => {
    const ordinal = suffixedOrdinal(reader, ordinalWords(), writeOrdinal);
    return {
      fraction: fractionSlot(reader, { denominators: DENOMINATORS }),
      year: yearSlot(reader),
      wholeYear: {
        name: 'wholeYear',
        first: reader.first(),
        match(document, position) {
          const whole = yearSlot(reader).match(document, position) ?? reader.whole(document, position);
          return whole && whole.value < 10_000
            ? { end: whole.end, text: String(whole.value), value: whole.value }
            : undefined;
        },
      },
      dayOrdinal: {
        name: 'dayOrdinal',
        first: ordinal.first,
        match(document, position) {
          const found = document.find(ordinal, position);
          return found !== undefined && found.value >= 1 && found.value <= 31 ? found : undefined;
        },
      },
      dayNumber: {
        name: 'dayNumber',
        first: reader.first(),
        match(document, position) {
          const part = reader.belowHundred(document, position, document.runEnd(position));
          if (part === undefined || part.value < 1 || part.value > 31) return undefined;
          return { end: part.end, text: String(part.value), value: part.value };
        },
      },
    };
  },
  isSign: () => true,
  phrases,
};
