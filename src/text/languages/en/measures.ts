import type { MeasureSpec } from '../../itn/grammar-spec.ts';

const PREFIXES = {
  peta: 'P',
  tera: 'T',
  giga: 'G',
  mega: 'M',
  kilo: 'k',
  hecto: 'h',
  deca: 'da',
  deci: 'd',
  centi: 'c',
  milli: 'm',
  micro: 'μ',
  nano: 'n',
  pico: 'p',
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
  Hz: ['hertz'],
  N·m: ['newton meter', 'newton metre'],
  cal: ['calorie'],
  eV: ['electron volt', 'electronvolt'],
};

/** Units that are written short only after a prefix: "two bytes", but "2 GB". */
const ONLY_PREFIXED: Readonly<Record<string, readonly string[]>> = {
  B: ['byte'],
  b: ['bit'],
  s: ['second'],
  bar: ['bar'],
  mol: ['mole'],
  F: ['farad'],
  H: ['henry'],
  T: ['tesla'],
  Sv: ['sievert'],
};

/** Lengths without prefixes of which squares and cubes are said. */
const SQUARED: Readonly<Record<string, readonly string[]>> = {
  m: ['meter', 'metre'],
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
  kbps: ['kilobit per second', 'kilo bit per second'],
  Mbps: ['megabit per second', 'mega bit per second'],
  Gbps: ['gigabit per second', 'giga bit per second'],
  kgf: ['kilogram force', 'kilo gram force'],
  lbf: ['pound force'],
  'm/s²': ['meter per second squared', 'metre per second squared'],
  dB: ['decibel'],
  hp: ['horsepower'],
  lm: ['lumen'],
  rad: ['radian'],
  psi: ['pound per square inch'],
  rpm: ['revolution per minute', 'rotation per minute', 'r p m'],
  bpm: ['beat per minute'],
  mpg: ['mile per gallon'],
};

const IRREGULAR: Readonly<Record<string, string>> = {
  foot: 'feet',
  inch: 'inches',
  hertz: 'hertz',
  henry: 'henries',
};
/** The word that takes the plural where it is not the last one. */
const COUNTED_WORD =
  /^(.*?)(degree|mile|pound|bit|kilobit|megabit|gigabit|revolution|rotation|beat|gram|kilogram|meter|metre)(?= (?:per|an|force|celsius|centigrade|fahrenheit) ?)/;

/** Singular and plural. */
function bothNumbers(name: string): readonly string[] {
  if (COUNTED_WORD.test(name)) return [name, name.replace(COUNTED_WORD, '$&s')];
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
  const squared = (symbol: string, names: readonly string[]): void => {
    for (const name of names.flatMap(bothNumbers)) {
      for (const said of [`square ${name}`, `${name} squared`]) units.set(said, `${symbol}²`);
      for (const said of [`cubic ${name}`, `${name} cubed`]) units.set(said, `${symbol}³`);
    }
  };
  for (const [symbol, names] of Object.entries(SQUARED)) squared(symbol, names);
  for (const [prefix, letter] of Object.entries(PREFIXES)) {
    squared(
      `${letter}m`,
      ['meter', 'metre'].flatMap((name) => [prefix + name, `${prefix} ${name}`]),
    );
  }
  return units;
}

/** Names by symbol, and "fifty six per square kilometer". */
function namesBySymbol(units: ReadonlyMap<string, string>): Record<string, string[]> {
  const names: Record<string, string[]> = {};
  for (const [name, symbol] of units) {
    names[symbol] = [...(names[symbol] ?? []), name];
    const isSpace = /^(?:square|cubic) |ed$/.test(name);
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
