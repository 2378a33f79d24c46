import type { MeasureSpec } from '../../itn/grammar-spec.ts';

const PREFIXES = {
  tera: 'T',
  giga: 'G',
  mega: 'M',
  kilo: 'k',
  deci: 'd',
  centi: 'c',
  milli: 'm',
  micro: 'μ',
  nano: 'n',
};

/** Units that take the prefixes. */
const PREFIXED: Readonly<Record<string, readonly string[]>> = {
  m: ['meter', 'metre'],
  g: ['gram'],
  l: ['liter', 'litre'],
  V: ['volt'],
  W: ['watt'],
  Wh: ['watt hour'],
  A: ['ampere', 'amp'],
  Ah: ['ampere hour', 'amp hour'],
  Ω: ['ohm'],
  J: ['joule'],
  N: ['newton'],
  Pa: ['pascal'],
  cal: ['calorie'],
  eV: ['electron volt', 'electronvolt'],
};

/** Units that are written short only after a prefix: "two bytes", but "2 GB". */
const ONLY_PREFIXED: Readonly<Record<string, readonly string[]>> = {
  B: ['byte'],
  b: ['bit'],
  s: ['second'],
};

/** Lengths of which squares and cubes are said. */
const SQUARED: Readonly<Record<string, readonly string[]>> = {
  km: ['kilometer', 'kilometre'],
  m: ['meter', 'metre'],
  cm: ['centimeter', 'centimetre'],
  mm: ['millimeter', 'millimetre'],
  mi: ['mile'],
  ft: ['foot'],
  in: ['inch'],
  yd: ['yard'],
};

const OTHERS: Readonly<Record<string, readonly string[]>> = {
  '%': ['percent', 'per cent'],
  km: ['k m'],
  cm: ['c m'],
  mi: ['mile'],
  ft: ['foot'],
  in: ['inch'],
  yd: ['yard'],
  au: ['astronomical unit'],
  ha: ['hectare'],
  ac: ['acre'],
  mph: ['mile per hour', 'mile an hour', 'm p h'],
  kg: ['kilo', 'k g'],
  lb: ['pound'],
  oz: ['ounce'],
  gal: ['gallon'],
  cc: ['c c'],
  '°C': ['celsius', 'degree celsius', 'degree centigrade'],
  '°F': ['fahrenheit', 'degree fahrenheit'],
  K: ['kelvin'],
  Hz: ['hertz'],
  kHz: ['kilohertz', 'kilo hertz'],
  MHz: ['megahertz', 'mega hertz'],
  GHz: ['gigahertz', 'giga hertz'],
  kbps: ['kilobit per second'],
  Mbps: ['megabit per second'],
  Gbps: ['gigabit per second'],
  dB: ['decibel'],
  hp: ['horsepower'],
  lm: ['lumen'],
  rad: ['radian'],
  psi: ['pound per square inch'],
  rpm: ['revolution per minute', 'rotation per minute', 'r p m'],
  bpm: ['beat per minute'],
  mpg: ['mile per gallon'],
};

const IRREGULAR: Readonly<Record<string, string>> = { foot: 'feet', inch: 'inches' };
const PLURAL_AT_FRONT = /^(?:degree|mile|pound|kilobit|megabit|gigabit|revolution|rotation|beat)(?= )/;

/** Singular and plural. */
function bothNumbers(name: string): readonly string[] {
  if (PLURAL_AT_FRONT.test(name)) return [name, name.replace(PLURAL_AT_FRONT, '$&s')];
  const last = name.slice(name.lastIndexOf(' ') + 1);
  return [name, name.slice(0, -last.length) + (IRREGULAR[last] ?? `${last}s`)];
}

/** Symbols by name, singular and plural. */
function unitNames(): ReadonlyMap<string, string> {
  const units = new Map<string, string>();
  const add = (symbol: string, names: readonly string[], before = ''): void => {
    for (const name of names.flatMap(bothNumbers)) units.set(before + name, symbol);
  };
  for (const [symbol, names] of [...Object.entries(PREFIXED), ...Object.entries(OTHERS)]) add(symbol, names);
  for (const [symbol, names] of [...Object.entries(PREFIXED), ...Object.entries(ONLY_PREFIXED)]) {
    for (const [prefix, letter] of Object.entries(PREFIXES)) {
      add(letter + symbol, names, prefix);
      add(letter + symbol, names, `${prefix} `);
    }
  }
  for (const [symbol, names] of Object.entries(SQUARED)) {
    add(`${symbol}²`, names, 'square ');
    add(`${symbol}³`, names, 'cubic ');
  }
  return units;
}

/** Names by symbol, and "fifty six per square kilometer". */
function namesBySymbol(units: ReadonlyMap<string, string>): Record<string, string[]> {
  const names: Record<string, string[]> = {};
  for (const [name, symbol] of units) {
    names[symbol] = [...(names[symbol] ?? []), name];
    const isSpace = /^(?:square|cubic) /.test(name);
    if (isSpace) names[`/${symbol}`] = [...(names[`/${symbol}`] ?? []), `per ${name}`];
  }
  return names;
}

const UNITS = unitNames();

/** Units as English says them, with their symbols. */
export const MEASURES: MeasureSpec = {
  units: namesBySymbol(UNITS),
  per: ['per', 'an'],
  perUnits: { ...Object.fromEntries(UNITS), hour: 'h', minute: 'min', second: 's', day: 'day' },
  metresAndHundredths: false,
  of: [],
};
