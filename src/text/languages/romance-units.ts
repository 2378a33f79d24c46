/** Singular and plural. */
export type BothNumbers = readonly [singular: string, plural: string];

/** Letters of the prefixes by name, of those that are said with any unit. They are written alike in both languages, or mixed. */
const prefixes: Readonly<Record<string, string>> = {
  tera: 'T',
  giga: 'G',
  mega: 'M',
  quilo: 'k',
  kilo: 'k',
  hecto: 'h',
  deca: 'da',
  deci: 'd',
  centi: 'c',
  mili: 'm',
  micro: 'μ',
  nano: 'n',
};

/** How a language names the units of measure that follow a pattern. */
export interface UnitWords {
  /** Units that take prefixes. */
  readonly prefixed: Readonly<Record<string, readonly BothNumbers[]>>;
  /** Units that are written short only after a prefix: "dois bytes", but "2 GB". */
  readonly onlyPrefixed: Readonly<Record<string, readonly BothNumbers[]>>;
  /** "quadrado", "cuadrado" and "cúbico". */
  readonly powers: Readonly<Record<'²' | '³', BothNumbers>>;
  /** All other units. */
  readonly others: Readonly<Record<string, readonly string[]>>;
  /** Units that are no rate ("por cento"). */
  readonly noRates: readonly string[];
}

/**
 * Names of units by symbol, and symbols by the names that may follow "por". A prefix may be said apart from its unit
 * ("deci metros").
 */
export function unitNames(words: UnitWords): {
  readonly units: Readonly<Record<string, readonly string[]>>;
  readonly perUnits: Readonly<Record<string, string>>;
} {
  const units: Record<string, string[]> = {};
  const perUnits: Record<string, string> = {};
  const add = (symbol: string, names: readonly string[]): void => {
    units[symbol] = [...(units[symbol] ?? []), ...names];
    const [singular] = names;
    if (singular !== undefined && !words.noRates.includes(symbol)) perUnits[singular] ??= symbol;
  };
  const withPowers = (symbol: string, names: BothNumbers): void => {
    add(symbol, names);
    if (!symbol.endsWith('m')) return;
    for (const [sign, [one, many]] of Object.entries(words.powers))
      add(`${symbol}${sign}`, [`${names[0]} ${one}`, `${names[1]} ${many}`]);
  };
  for (const [symbol, names] of Object.entries(words.prefixed)) {
    for (const both of names) withPowers(symbol, both);
  }
  for (const [symbol, names] of [...Object.entries(words.prefixed), ...Object.entries(words.onlyPrefixed)]) {
    for (const [prefix, letter] of Object.entries(prefixes)) {
      for (const [one, many] of names) {
        withPowers(letter + symbol, [prefix + one, prefix + many]);
        withPowers(letter + symbol, [`${prefix} ${one}`, `${prefix} ${many}`]);
      }
    }
  }
  for (const [symbol, names] of Object.entries(words.others)) add(symbol, names);
  return { units, perUnits };
}
