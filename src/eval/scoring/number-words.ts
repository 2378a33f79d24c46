/**
 * The words of a whole number, 0..9999. A word that has several equal forms (genders, mostly) holds them all, with
 * `|` between them.
 */
export type Speller = (value: number) => readonly string[];

const list = (words: string): readonly string[] => words.split(' ');
const at = (words: readonly string[], index: number): string => words[index] ?? '';
/** `parts` without those that are zero. */
const unlessZero = (value: number, words: () => readonly string[]): readonly string[] =>
  value === 0 ? [] : words();

const english = {
  small: list(
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
  ),
  tens: list('- - twenty thirty forty fifty sixty seventy eighty ninety'),
};

const en: Speller = (value) => {
  const { small, tens } = english;
  if (value < 20) return [at(small, value)];
  if (value < 100)
    return [at(tens, Math.floor(value / 10)), ...unlessZero(value % 10, () => [at(small, value % 10)])];
  const [unit, name] = value < 1000 ? [100, 'hundred'] : [1000, 'thousand'];
  return [...en(Math.floor(value / unit)), name, ...unlessZero(value % unit, () => en(value % unit))];
};

const portuguese = {
  small: list(
    'zero um|uma dois|duas três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove',
  ),
  tens: list('- - vinte trinta quarenta cinquenta sessenta setenta oitenta noventa'),
  hundreds: list(
    '- cento duzentos|duzentas trezentos|trezentas quatrocentos|quatrocentas quinhentos|quinhentas seiscentos|seiscentas setecentos|setecentas oitocentos|oitocentas novecentos|novecentas',
  ),
};

const pt: Speller = (value) => {
  const { small, tens, hundreds } = portuguese;
  if (value < 20) return [at(small, value)];
  if (value < 100) {
    return [at(tens, Math.floor(value / 10)), ...unlessZero(value % 10, () => ['e', at(small, value % 10)])];
  }
  if (value === 100) return ['cem'];
  if (value < 1000) {
    return [
      at(hundreds, Math.floor(value / 100)),
      ...unlessZero(value % 100, () => ['e', ...pt(value % 100)]),
    ];
  }
  const thousands = Math.floor(value / 1000);
  const rest = value % 1000;
  const joint = rest < 100 || rest % 100 === 0 ? ['e'] : [];
  return [
    ...(thousands === 1 ? [] : pt(thousands)),
    'mil',
    ...unlessZero(rest, () => [...joint, ...pt(rest)]),
  ];
};

const spanish = {
  small: list(
    'cero uno|un|una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno|veintiún|veintiuna veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve',
  ),
  tens: list('- - - treinta cuarenta cincuenta sesenta setenta ochenta noventa'),
  hundreds: list(
    '- ciento doscientos|doscientas trescientos|trescientas cuatrocientos|cuatrocientas quinientos|quinientas seiscientos|seiscientas setecientos|setecientas ochocientos|ochocientas novecientos|novecientas',
  ),
};

const es: Speller = (value) => {
  const { small, tens, hundreds } = spanish;
  if (value < 30) return [at(small, value)];
  if (value < 100) {
    return [at(tens, Math.floor(value / 10)), ...unlessZero(value % 10, () => ['y', at(small, value % 10)])];
  }
  if (value === 100) return ['cien'];
  if (value < 1000) {
    return [at(hundreds, Math.floor(value / 100)), ...unlessZero(value % 100, () => es(value % 100))];
  }
  const thousands = Math.floor(value / 1000);
  return [
    ...(thousands === 1 ? [] : es(thousands)),
    'mil',
    ...unlessZero(value % 1000, () => es(value % 1000)),
  ];
};

const french = {
  small: list(
    'zéro un|une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize',
  ),
  tens: list('- - vingt trente quarante cinquante soixante'),
};

const fr: Speller = (value) => {
  const { small, tens } = french;
  if (value < 17) return [at(small, value)];
  if (value < 20) return ['dix', at(small, value - 10)];
  if (value < 70) {
    const unit = value % 10;
    const ten = at(tens, Math.floor(value / 10));
    return unit === 1 ? [ten, 'et', at(small, 1)] : [ten, ...unlessZero(unit, () => [at(small, unit)])];
  }
  if (value < 80) return value === 71 ? ['soixante', 'et', 'onze'] : ['soixante', ...fr(value - 60)];
  if (value < 100) return ['quatre', 'vingt', ...unlessZero(value - 80, () => fr(value - 80))];
  const [unit, name] = value < 1000 ? [100, 'cent'] : [1000, 'mille'];
  const count = Math.floor(value / unit);
  return [...(count === 1 ? [] : fr(count)), name, ...unlessZero(value % unit, () => fr(value % unit))];
};

const italian = {
  small: list(
    'zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove',
  ),
  tens: list('- - venti trenta quaranta cinquanta sessanta settanta ottanta novanta'),
};

function italianWord(value: number): string {
  const { small, tens } = italian;
  if (value < 20) return at(small, value);
  if (value < 100) {
    const ten = at(tens, Math.floor(value / 10));
    const unit = value % 10;
    if (unit === 0) return ten;
    // ventuno, ventotto: the vowels meet.
    return (unit === 1 || unit === 8 ? ten.slice(0, -1) : ten) + at(small, unit);
  }
  const rest = value % (value < 1000 ? 100 : 1000);
  const tail = rest === 0 ? '' : italianWord(rest);
  if (value < 1000) return `${value < 200 ? '' : at(small, Math.floor(value / 100))}cento${tail}`;
  return (value < 2000 ? 'mille' : `${italianWord(Math.floor(value / 1000))}mila`) + tail;
}

const it: Speller = (value) => (value === 1 ? ['uno|un|una'] : [italianWord(value)]);

const german = {
  small: list(
    'null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn',
  ),
  tens: list('- - zwanzig dreissig vierzig fünfzig sechzig siebzig achtzig neunzig'),
};

/** @param isLast whether nothing follows within the word: then 1 is "eins". */
function germanWord(value: number, isLast = true): string {
  const { small, tens } = german;
  if (value === 1) return isLast ? 'eins' : 'ein';
  if (value < 20) return at(small, value);
  if (value < 100)
    return (value % 10 ? `${at(small, value % 10)}und` : '') + at(tens, Math.floor(value / 10));
  if (value < 1000) {
    return `${at(small, Math.floor(value / 100))}hundert${value % 100 ? germanWord(value % 100) : ''}`;
  }
  return `${germanWord(Math.floor(value / 1000), false)}tausend${value % 1000 ? germanWord(value % 1000) : ''}`;
}

const de: Speller = (value) => (value === 1 ? ['eins|ein|eine|einen|einem|einer'] : [germanWord(value)]);

/** Years as they are spoken where that differs from the number: "nineteen eighty five", "neunzehnhundert". */
const years: Readonly<Record<string, Speller>> = {
  en: (year) => {
    const century = Math.floor(year / 100);
    const rest = year % 100;
    if (rest === 0) return century === 20 ? en(year) : [...en(century), 'hundred'];
    return [...en(century), ...(rest < 10 ? ['oh', at(english.small, rest)] : en(rest))];
  },
  de: (year) =>
    year < 2000
      ? [`${germanWord(Math.floor(year / 100))}hundert${year % 100 ? germanWord(year % 100) : ''}`]
      : de(year),
};

const spellers: Readonly<Record<string, Speller>> = { en, pt, es, fr, it, de };

/** How the digits of a text may be read. */
export type DigitReading = 'cardinal' | 'digits' | 'year';

/** Whether numbers of this language can be put into words. */
export function spellsNumbers(language: string): boolean {
  return Object.hasOwn(spellers, language);
}

/** The words of a run of ASCII digits; undefined where it stays as it is: unknown languages, numbers above 9999. */
export function spellDigits(
  digits: string,
  language: string,
  reading: DigitReading,
): readonly string[] | undefined {
  const speller = spellers[language];
  if (speller === undefined) return undefined;
  if (reading === 'digits' || (digits.length > 1 && digits.startsWith('0'))) {
    return digits.length > 12 ? undefined : [...digits].flatMap((digit) => speller(Number(digit)));
  }
  const value = Number(digits);
  if (value > 9999) return undefined;
  const isYear = reading === 'year' && value >= 1100 && value <= 2099;
  return (isYear ? (years[language] ?? speller) : speller)(value);
}
