import { fractionSlot } from './classes/fraction.ts';
import { additiveOrdinal, type OrdinalWord } from './classes/ordinal.ts';
import {
  after,
  all,
  alone,
  any,
  before,
  beforeName,
  closes,
  endsWith,
  near,
  not,
  opens,
  whole,
  word,
} from './guards.ts';
import type { LanguageSpec } from './language-spec.ts';
import type { Found, PhraseRule } from './phrase-rule.ts';
import { romanNumeral, twoDigits } from './written.ts';

const MONTHS =
  'enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre'.split(
    ' ',
  );

const ORDINALS: Readonly<Record<string, number>> = {
  primero: 1,
  segundo: 2,
  tercero: 3,
  cuarto: 4,
  quinto: 5,
  sexto: 6,
  séptimo: 7,
  sétimo: 7,
  octavo: 8,
  noveno: 9,
  décimo: 10,
  undécimo: 11,
  duodécimo: 12,
  vigésimo: 20,
  trigésimo: 30,
  cuadragésimo: 40,
  quincuagésimo: 50,
  sexagésimo: 60,
  septuagésimo: 70,
  octogésimo: 80,
  nonagésimo: 90,
  centésimo: 100,
  ducentésimo: 200,
  tricentésimo: 300,
  cuadringentésimo: 400,
  quingentésimo: 500,
  sexcentésimo: 600,
  septingentésimo: 700,
  octingentésimo: 800,
  noningentésimo: 900,
  milésimo: 1000,
  dosmilésimo: 2000,
  tresmilésimo: 3000,
  cuatromilésimo: 4000,
  cincomilésimo: 5000,
  diezmilésimo: 10_000,
  cienmilésimo: 100_000,
  millonésimo: 1_000_000,
};

/** Tens that join with their units in one word: "decimotercero", "vigesimoprimera". */
const JOINED: Readonly<Record<string, number>> = {
  decimo: 10,
  vigesimo: 20,
  trigesimo: 30,
  cuadragesimo: 40,
  quincuagesimo: 50,
  sexagesimo: 60,
  septuagesimo: 70,
  octogesimo: 80,
  nonagesimo: 90,
};

function ordinalWords(): Record<string, OrdinalWord> {
  const words: Record<string, OrdinalWord> = {};
  const add = (masculine: string, value: number): void => {
    const stem = masculine.slice(0, -1);
    words[masculine] = { value, ending: '.º' };
    words[`${stem}a`] = { value, ending: '.ª' };
    if (/(?:primer|tercer)o$/.test(masculine)) words[stem] = { value, ending: '.ᵉʳ' };
  };
  for (const [masculine, value] of Object.entries(ORDINALS)) add(masculine, value);
  for (const [prefix, tens] of Object.entries(JOINED)) {
    for (const [unit, value] of Object.entries(ORDINALS)) if (value < 10) add(prefix + unit, tens + value);
  }
  add('decimoctavo', 18);
  return words;
}

const DENOMINATORS: Readonly<Record<string, number>> = {
  medio: 2,
  medios: 2,
  tercio: 3,
  tercios: 3,
  ...Object.fromEntries(
    Object.entries(ORDINALS)
      .filter(([, value]) => value > 3)
      .flatMap(([word, value]) => [
        [word, value],
        [`${word}s`, value],
      ]),
  ),
};

const HUNDREDS = 'doscient trescient cuatrocient quinient seiscient setecient ochocient novecient'.split(' ');

const clock = (article: string, hour: number, minute: number): string =>
  `${article} ${hour % 24}:${twoDigits(minute)}`;

/** The hour of the day, given the part of the day that was said. */
function inPart(hour: number, part: number | undefined): number {
  if (part === undefined || hour > 12) return hour;
  if (part === 0) return hour === 12 ? 0 : hour;
  return hour === 12 ? (part === 24 ? 0 : 12) : hour + 12;
}

function article(hour: number): string {
  return hour % 24 === 1 ? 'la' : 'las';
}

function time(found: Found, minute: number): string | undefined {
  const { the, hour, part, suffix } = found;
  if (hour === undefined) return undefined;
  const value = inPart(hour.value, part?.value);
  const written = clock(the?.text ?? article(hour.value), value, minute);
  return suffix === undefined ? written : `${written} ${suffix.text}`;
}

/** `minute` minutes before the hour. */
function timeTo(found: Found, minute: number): string | undefined {
  const hour = found.hour;
  if (hour === undefined) return undefined;
  const value = found.part === undefined && hour.value <= 1 ? 12 - (1 - hour.value) : (hour.value + 23) % 24;
  const { the: _, ...rest } = found;
  return time({ ...rest, hour: { ...hour, value } }, 60 - minute);
}

function date({ day, month, year }: Found): string | undefined {
  if (day === undefined || month === undefined) return undefined;
  return `${day.value} de ${month.text}${year === undefined ? '' : ` de ${year.text}`}`;
}

/** Dates in numbers, as "treinta y uno del doce". */
function numericDate({ day, monthNumber, year }: Found): string | undefined {
  if (day === undefined || monthNumber === undefined) return undefined;
  return `${day.value}/${monthNumber.value}${year === undefined ? '' : `/${year.text}`}`;
}

/** After these a number was the beginning of a larger one. */
const LARGE = ['mil', 'millón', 'millones', 'coma', 'punto', 'por'];

/** "cinco del diez" may be five of ten; a larger day or a year makes it a date. */
const isClearDate = ({ day, year }: Found): boolean => year !== undefined || (day?.value ?? 0) > 9;

const YEAR = '[(de|del|del año) {year}]';
const TAIL = '[({part}|{suffix})]';

/** "los dos cuartos" */
const areRooms = all(endsWith('cuartos'), after('los', 'estos', 'esos', 'mis', 'tus', 'sus'));

const phrases: readonly PhraseRule[] = [
  // Dates.
  {
    pattern: `({day}|{day:firstDay}) de {month} ${YEAR}`,
    where: not(after('calle', 'avenida', 'plaza')),
    write: date,
  },
  {
    pattern: '{month} (de|del) {year}',
    write: ({ month, year }) => month && year && `${month.text} de ${year.text}`,
  },
  {
    pattern:
      '[cero] {day} (barra|diagonal) [cero] {monthNumber} [(barra|diagonal) ({year}|{year:shortYear})]',
    write: numericDate,
  },
  {
    pattern: '{day} del [cero] {monthNumber} [(de|del) {year}]',
    where: all(any(alone, after('día')), not(before(...LARGE))),
    write: numericDate,
  },
  {
    pattern: '{day} del [cero] {monthNumber} [(de|del) {year}]',
    where: not(before(...LARGE)),
    write: (found) => (isClearDate(found) ? numericDate(found) : undefined),
  },
  // Times.
  { pattern: `{the} {hour} y {quarter} ${TAIL}`, write: (found) => time(found, found.quarter?.value ?? 0) },
  {
    pattern: `{the} {hour} [horas] [y|con] {minute} [(minutos|minuto)] ${TAIL}`,
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{the} {hour} cero {minute:single} ${TAIL}`,
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{the} {hour} menos (cuarto|{minute} [(minutos|minuto)]) ${TAIL}`,
    write: (found) => timeTo(found, found.minute?.value ?? 15),
  },
  {
    pattern: `([un] cuarto|{minute} [(minutos|minuto)]) para {the} {hour} ${TAIL}`,
    where: not(after('faltan', 'falta', 'faltaban')),
    write: (found) => timeTo(found, found.minute?.value ?? 15),
  },
  { pattern: `{the} {hour} [horas] en punto ${TAIL}`, write: (found) => time(found, 0) },
  { pattern: '{the} {hour} [horas] ({part}|{suffix})', write: (found) => time(found, 0) },
  {
    pattern: '{the} {hour} horas',
    where: after('a', 'son', 'desde', 'hasta'),
    write: (found) => time(found, 0),
  },
  // Fractions.
  {
    pattern: '{whole} y {fraction}',
    write: ({ whole, fraction }) =>
      whole && fraction && fraction.value < 1 ? `${whole.text} ${fraction.text}` : undefined,
  },
  {
    pattern: '{fraction}',
    where: any(alone, not(any(endsWith('cuarto', 'quinto', 'sexto', 'séptimo', 'octavo'), areRooms))),
    write: ({ fraction }) => fraction?.text,
  },
  {
    pattern: '{age} {century}',
    write: ({ age, century }) => age && century && `${age.text} ${romanNumeral(century.value)}`,
  },
  {
    pattern: '{whole} con {cents}',
    where: closes,
    write: ({ whole, cents }) => whole && cents && `${whole.text},${cents.value}`,
  },
  // Ordinals.
  { pattern: '{ordinal}', write: ({ ordinal }) => (ordinal && ordinal.value > 9 ? ordinal.text : undefined) },
  {
    pattern: '{title}',
    where: any(whole, beforeName('es', 'presidente')),
    write: ({ title }) => title?.text,
  },
  { pattern: '{short}', write: ({ short }) => short?.text },
];

/** Spanish. */
export const spanish: LanguageSpec = {
  code: 'es',
  groupSign: '.',
  numbers: {
    zero: ['cero'],
    ones: {
      un: 1,
      uno: 1,
      una: 1,
      dos: 2,
      tres: 3,
      cuatro: 4,
      cinco: 5,
      seis: 6,
      siete: 7,
      ocho: 8,
      nueve: 9,
    },
    teens: {
      diez: 10,
      once: 11,
      doce: 12,
      trece: 13,
      catorce: 14,
      quince: 15,
      dieciséis: 16,
      diecisiete: 17,
      dieciocho: 18,
      diecinueve: 19,
      veintiuno: 21,
      veintiún: 21,
      veintiuna: 21,
      veintidós: 22,
      veintitrés: 23,
      veinticuatro: 24,
      veinticinco: 25,
      veintiséis: 26,
      veintisiete: 27,
      veintiocho: 28,
      veintinueve: 29,
    },
    tens: {
      veinte: 20,
      treinta: 30,
      cuarenta: 40,
      cincuenta: 50,
      sesenta: 60,
      setenta: 70,
      ochenta: 80,
      noventa: 90,
    },
    hundreds: {
      ciento: 100,
      ...Object.fromEntries(
        HUNDREDS.flatMap((stem, i) => [`${stem}os`, `${stem}as`].map((w) => [w, (i + 2) * 100])),
      ),
    },
    exactHundred: ['cien'],
    thousand: ['mil'],
    bareThousand: true,
    scales: {
      6: ['millón', 'millones'],
      9: ['millardo', 'millardos'],
      12: ['billón', 'billones'],
      18: ['trillón', 'trillones'],
      24: ['cuatrillón', 'cuatrillones'],
    },
    joiner: 'y',
    joints: { tens: 'always', hundreds: 'optional', scales: 'optional' },
    wordsUpTo: 9,
    minus: ['menos'],
  },
  decimals: { separators: { coma: ',', punto: '.' }, half: ['y medio', 'y media'], sequences: true },
  digits: {
    words: {
      cero: '0',
      uno: '1',
      dos: '2',
      tres: '3',
      cuatro: '4',
      cinco: '5',
      seis: '6',
      siete: '7',
      ocho: '8',
      nueve: '9',
    },
    repeats: { doble: 2, triple: 3 },
    formats: { 8: ['####-####'], 9: ['###-###-###'], 10: ['###-###-####'] },
    plus: ['más'],
    nationalLengths: [10, 9],
    plain: near(
      5,
      'código',
      'contraseña',
      'clave',
      'pedido',
      'cuenta',
      'dni',
      'reserva',
      'contrato',
      'pin',
      'factura',
      'tarjeta',
      'referencia',
    ),
    formatted: near(5, 'teléfono', 'celular', 'móvil', 'llame', 'llama', 'whatsapp'),
    pairs: true,
    leastSingles: 0,
    keepCounting: true,
    serials: false,
  },
  money: {
    currencies: [
      {
        symbol: '$',
        names: [
          'dólar',
          'dólares',
          'dólar estadounidense',
          'dólares estadounidenses',
          'dólares americanos',
          'peso',
          'pesos',
        ],
      },
      { symbol: '€', names: ['euro', 'euros'] },
      { symbol: '£', names: ['libra', 'libras', 'libra esterlina', 'libras esterlinas'] },
      { symbol: '¥', names: ['yen', 'yenes', 'yuan', 'yuanes'] },
      { symbol: '₩', names: ['won', 'wones'] },
      { symbol: '₹', names: ['rupia', 'rupias'] },
      { symbol: 'R$', names: ['real', 'reales'] },
    ],
    hundredths: {
      centavo: '$',
      centavos: '$',
      céntimo: '€',
      céntimos: '€',
      'centavos de dólar': '$',
      'céntimos de euro': '€',
      'centavos de euro': '€',
      peniques: '£',
    },
    space: '',
    decimalSign: ',',
    of: ['de'],
    and: ['y', 'con'],
    half: ['medio'],
    followers: ['por', 'para', 'en', 'al', 'del', 'de', 'cada', 'hoy', 'más', 'pero', 'que', 'a'],
  },
  measures: {
    units: {
      '%': ['por ciento', 'porciento'],
      km: ['kilómetro', 'kilómetros'],
      m: ['metro', 'metros'],
      cm: ['centímetro', 'centímetros'],
      mm: ['milímetro', 'milímetros'],
      μm: ['micrómetro', 'micrómetros'],
      nm: ['nanómetro', 'nanómetros'],
      mi: ['milla', 'millas'],
      'm²': ['metro cuadrado', 'metros cuadrados'],
      'km²': ['kilómetro cuadrado', 'kilómetros cuadrados'],
      'cm²': ['centímetro cuadrado', 'centímetros cuadrados'],
      'm³': ['metro cúbico', 'metros cúbicos'],
      'cm³': ['centímetro cúbico', 'centímetros cúbicos'],
      ha: ['hectárea', 'hectáreas'],
      kg: ['kilo', 'kilos', 'kilogramo', 'kilogramos'],
      g: ['gramo', 'gramos'],
      mg: ['miligramo', 'miligramos'],
      μg: ['microgramo', 'microgramos'],
      t: ['tonelada', 'toneladas'],
      l: ['litro', 'litros'],
      ml: ['mililitro', 'mililitros'],
      '°C': ['celsius', 'grado celsius', 'grados celsius', 'grado centígrado', 'grados centígrados'],
      '°F': ['fahrenheit', 'grado fahrenheit', 'grados fahrenheit'],
      K: ['kelvin'],
      V: ['voltio', 'voltios'],
      W: ['vatio', 'vatios'],
      kW: ['kilovatio', 'kilovatios'],
      MW: ['megavatio', 'megavatios'],
      kWh: ['kilovatio hora', 'kilovatios hora'],
      A: ['amperio', 'amperios'],
      Hz: ['hercio', 'hercios', 'hertz'],
      kHz: ['kilohercio', 'kilohercios'],
      MHz: ['megahercio', 'megahercios'],
      GHz: ['gigahercio', 'gigahercios'],
      kB: ['kilobyte', 'kilobytes'],
      MB: ['megabyte', 'megabytes'],
      GB: ['gigabyte', 'gigabytes'],
      TB: ['terabyte', 'terabytes'],
      Mbps: ['megabits por segundo'],
      Gbps: ['gigabits por segundo'],
      dB: ['decibelio', 'decibelios'],
      cal: ['caloría', 'calorías'],
      kcal: ['kilocaloría', 'kilocalorías'],
      J: ['julio', 'julios'],
      N: ['newton', 'newtons'],
      Pa: ['pascal', 'pascales'],
      cv: ['caballo de vapor', 'caballos de vapor'],
      rpm: ['revoluciones por minuto'],
    },
    per: ['por'],
    metresAndHundredths: true,
    perUnits: {
      hora: 'h',
      minuto: 'min',
      segundo: 's',
      día: 'día',
      litro: 'l',
      kilo: 'kg',
      'metro cuadrado': 'm²',
    },
    of: ['de'],
  },
  electronic: {
    at: ['arroba'],
    dot: ['punto'],
    signs: {
      guion: '-',
      guión: '-',
      'guion bajo': '_',
      'guión bajo': '_',
      'guion medio': '-',
      'guión medio': '-',
      subrayado: '_',
      barra: '/',
      diagonal: '/',
      'barra barra': '//',
      'dos puntos': ':',
      tilde: '~',
    },
    protocols: {
      'h t t p dos puntos barra barra': 'http://',
      'h t t p s dos puntos barra barra': 'https://',
      'http dos puntos barra barra': 'http://',
      'https dos puntos barra barra': 'https://',
      'http dos puntos diagonal diagonal': 'http://',
      'https dos puntos diagonal diagonal': 'https://',
    },
    www: [
      'www',
      'w w w',
      'tres w',
      'triple w',
      'tres uves dobles',
      'triple uve doble',
      'triple doble ve',
      'uve doble uve doble uve doble',
      'doble ve doble ve doble ve',
    ],
    isAmbiguous: false,
    names: { 'hot mail': 'hotmail', 'out look': 'outlook' },
    stopWords:
      'a y o e u el la los las un una este ese aquel mi tu su es son de del al en para por que con correo email mail dirección primer buen cada todo cierto otro'.split(
        ' ',
      ),
  },
  ordinal: () => additiveOrdinal(ordinalWords()),
  ranges: {
    cents: [10, 99],
    century: [1, 39],
    hour: [0, 24],
    minute: [1, 59],
    single: [1, 9],
    day: [1, 31],
    monthNumber: [1, 12],
    shortYear: [10, 99],
  },
  tables: {
    age: { siglo: 'siglo' },
    the: { la: 'la', las: 'las' },
    month: Object.fromEntries(MONTHS.map((month) => [month, month])),
    firstDay: { primero: 1 },
    quarter: { media: 30, cuarto: 15 },
    part: {
      'de la mañana': 0,
      'de la madrugada': 0,
      'de la tarde': 12,
      'del mediodía': 12,
      'del medio día': 12,
      'de la noche': 24,
    },
    suffix: { 'a m': 'a.m.', 'p m': 'p.m.', am: 'a.m.', pm: 'p.m.', 'a eme': 'a.m.', 'pe eme': 'p.m.' },
    title: { doctor: 'dr.', doctora: 'dra.', señor: 'sr.', señora: 'sra.', señorita: 'srta.' },
    short: { etcétera: 'etc.' },
  },
  slots: (reader) => ({
    fraction: fractionSlot(reader, { denominators: DENOMINATORS, suffixes: ['avo', 'avos'] }),
    year: {
      name: 'year',
      first: reader.first(),
      match(document, position) {
        const whole = reader.whole(document, position);
        if (whole === undefined || whole.value < 1000 || whole.value > 2999) return undefined;
        return { end: whole.end, text: whole.digits, value: whole.value };
      },
    },
  }),
  isSign: any(
    opens,
    after(
      'es',
      'son',
      'era',
      'fue',
      'de',
      'está',
      'estaba',
      'hace',
      'hizo',
      'igual',
      'a',
      'en',
      'hasta',
      'y',
    ),
    after('valor', 'saldo', 'temperatura', 'número', 'resultado'),
  ),
  noCardinal: any(all(after('por'), word('ciento')), all(word('mil'), before('gracias'))),
  phrases,
};
