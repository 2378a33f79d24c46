import { fractionSlot } from './classes/fraction.ts';
import { additiveOrdinal, type OrdinalWord } from './classes/ordinal.ts';
import type { Slot } from './document.ts';
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
import { rangeSlot } from './number-slots.ts';
import type { NumberReader } from './numbers.ts';
import type { Found, PhraseRule } from './phrase-rule.ts';
import { romanNumeral, twoDigits } from './written.ts';

const MONTHS = [
  'janeiro',
  'fevereiro',
  'março',
  'abril',
  'maio',
  'junho',
  'julho',
  'agosto',
  'setembro',
  'outubro',
  'novembro',
  'dezembro',
];

/** Ordinals by their masculine form; the feminine ends in "a". */
const ORDINALS: Readonly<Record<string, number>> = {
  primeiro: 1,
  segundo: 2,
  terceiro: 3,
  quarto: 4,
  quinto: 5,
  sexto: 6,
  sétimo: 7,
  oitavo: 8,
  nono: 9,
  décimo: 10,
  vigésimo: 20,
  trigésimo: 30,
  quadragésimo: 40,
  quinquagésimo: 50,
  sexagésimo: 60,
  septuagésimo: 70,
  setuagésimo: 70,
  octogésimo: 80,
  nonagésimo: 90,
  centésimo: 100,
  ducentésimo: 200,
  trecentésimo: 300,
  tricentésimo: 300,
  quadringentésimo: 400,
  quingentésimo: 500,
  sexcentésimo: 600,
  seiscentésimo: 600,
  septingentésimo: 700,
  setingentésimo: 700,
  octingentésimo: 800,
  noningentésimo: 900,
  nongentésimo: 900,
  milésimo: 1000,
  milionésimo: 1_000_000,
  undécimo: 11,
  duodécimo: 12,
};

function ordinalWords(): Record<string, OrdinalWord> {
  const words: Record<string, OrdinalWord> = {};
  for (const [masculine, value] of Object.entries(ORDINALS)) {
    words[masculine] = { value, ending: 'º' };
    words[`${masculine.slice(0, -1)}a`] = { value, ending: 'ª' };
  }
  return words;
}

/** Denominators; those that are ordinals too only in the plural ("um quinto" is a fifth one, "dois quintos" are parts). */
const DENOMINATORS: Readonly<Record<string, number>> = {
  terço: 3,
  terços: 3,
  quartos: 4,
  ...Object.fromEntries(
    Object.entries(ORDINALS)
      .filter(([, value]) => value > 4)
      .map(([word, value]) => [`${word}s`, value]),
  ),
};

/** Numbers that are said in one gender as in the other, and those that have two. */
const HUNDREDS = [
  'duzent',
  'trezent',
  'quatrocent',
  'quinhent',
  'seiscent',
  'setecent',
  'oitocent',
  'novecent',
];

const AT = ['às', 'as', 'à', 'das', 'pelas', 'são', 'eram', 'até', 'umas', 'após'];
const SAYS_CLOCK = any(alone, after(...AT));

const clock = (hour: number, minute: number): string => `${twoDigits(hour % 24)}:${twoDigits(minute)}`;

/** The hour of the day, given the part of the day that was said. */
function inPart(hour: number, part: number | undefined): number {
  if (part === undefined || hour > 12) return hour;
  if (part === 0) return hour === 12 ? 0 : hour;
  return hour === 12 ? (part === 24 ? 0 : 12) : hour + 12;
}

function time(found: Found, minute: number): string | undefined {
  const hour = found.hour?.value;
  return hour === undefined ? undefined : clock(inPart(hour, found.part?.value), minute);
}

/** `minute` minutes before the hour. */
function timeTo(found: Found, minute: number): string | undefined {
  const hour = found.hour?.value;
  if (hour === undefined) return undefined;
  const before = hour === 1 && found.part === undefined ? 12 : (hour + 23) % 24;
  return clock(inPart(before, found.part?.value), 60 - minute);
}

function date({ day, month, year }: Found): string | undefined {
  if (day === undefined || month === undefined) return undefined;
  const ending = year === undefined ? '' : ` de ${year.text}`;
  return `${twoDigits(day.value)} de ${month.text}${ending}`;
}

/** Dates in numbers, as "trinta e um do doze". */
function numericDate({ day, monthNumber, year }: Found): string | undefined {
  if (day === undefined || monthNumber === undefined) return undefined;
  const ending = year === undefined ? '' : `/${year.text}`;
  return `${twoDigits(day.value)}/${twoDigits(monthNumber.value)}${ending}`;
}

/** "cinco do dez" may be five of ten; a larger day or a year makes it a date. */
const isClearDate = ({ day, year }: Found): boolean => year !== undefined || (day?.value ?? 0) > 9;

const YEAR = '[(de|do ano de|do ano) {year}]';

/** Hours are feminine: "vinte e uma", not "vinte e um". */
function hourSlot(reader: NumberReader): Slot {
  const any = rangeSlot('hour', reader, 0, 24);
  return {
    name: any.name,
    first: any.first,
    match(document, position) {
      const hour = any.match(document, position);
      return hour !== undefined && /^(?:um|dois)$/.test(document.key(hour.end - 1) ?? '') ? undefined : hour;
    },
  };
}

/** After these a number was the beginning of a larger one. */
const LARGE = ['mil', 'milhão', 'milhões', 'vírgula', 'ponto', 'por'];

const phrases: readonly PhraseRule[] = [
  // Dates.
  { pattern: `{day} de {month} ${YEAR}`, where: not(after('rua', 'avenida', 'praça')), write: date },
  {
    pattern: `{first:firstDay} de {month} ${YEAR}`,
    where: not(after('rua', 'avenida', 'praça')),
    write: (found) => date({ ...found, day: found.first }),
  },
  {
    pattern: '{month} de {year}',
    write: ({ month, year }) => month && year && `${month.text} de ${year.text}`,
  },
  {
    pattern: '[zero] {day} barra [zero] {monthNumber} [barra ({year}|{year:shortYear})]',
    write: numericDate,
  },
  {
    pattern: '{day} do [zero] {monthNumber} [(de|do) {year}]',
    where: all(any(alone, after('dia', 'em', 'até', 'desde')), not(before(...LARGE))),
    write: numericDate,
  },
  {
    pattern: '{day} do [zero] {monthNumber} [(de|do) {year}]',
    where: not(before(...LARGE)),
    write: (found) => (isClearDate(found) ? numericDate(found) : undefined),
  },
  // Times.
  {
    pattern: '{hour} e {half} [{part}]',
    where: not(before('hora', 'horas', 'dúzia')),
    write: (found) => time(found, 30),
  },
  { pattern: '{hour} horas e {half} [{part}]', where: after(...AT), write: (found) => time(found, 30) },
  {
    pattern: '{hour} [(horas|hora)] e {minute} [(minutos|minuto)] [{part}]',
    where: SAYS_CLOCK,
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: '{hour} [(horas|hora)] e {minute} [(minutos|minuto)] {part}',
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: '{clockHour:noon} e (meia|{minute})',
    write: ({ clockHour, minute }) => clockHour && clock(clockHour.value, minute?.value ?? 30),
  },
  {
    pattern:
      '{minute} [(minutos|minuto)] (para|pra|pras|pro) [(as|a|o)] ({hour}|{hour:noon}) [(hora|horas)] [{part}]',
    where: any(
      alone,
      after(...AT, 'é'),
      all(closes, not(after('de', 'dos', 'das', 'faltam', 'falta', 'faltavam'))),
    ),
    write: (found) => timeTo(found, found.minute?.value ?? 0),
  },
  { pattern: '{hour} [(hora|horas)] [em ponto] {part}', write: (found) => time(found, 0) },
  { pattern: '{hour} [(hora|horas)] em ponto', write: (found) => time(found, 0) },
  {
    pattern: '{hour} (hora|horas)',
    where: all(
      any(
        after('às', 'à', 'são', 'eram', 'das', 'pelas'),
        all(after('as'), near(2, 'para', 'até', 'desde', 'após')),
      ),
      not(before('de', 'e', 'por', 'depois', 'atrás')),
    ),
    write: (found) => time(found, 0),
  },
  // Prices said without the names of their parts.
  {
    pattern: '{whole} e {cents}',
    where: all(
      after('custa', 'custam', 'custou', 'custava', 'paguei', 'pago', 'cobra', 'cobrou', 'cobraram'),
      closes,
    ),
    write: ({ whole, cents }) => whole && cents && `R$ ${whole.text},${cents.value}`,
  },
  // Ordinals.
  { pattern: '{ordinal}', write: ({ ordinal }) => (ordinal && ordinal.value > 9 ? ordinal.text : undefined) },
  {
    pattern: '{fraction}',
    where: any(not(endsWith('quartos')), before('da', 'das', 'do', 'dos')),
    write: ({ fraction }) => fraction?.text,
  },
  {
    pattern: '{age} {century}',
    write: ({ age, century }) => age && century && `${age.text} ${romanNumeral(century.value)}`,
  },
  { pattern: 'zero oitocentos', write: () => '0800' },
  { pattern: '{weekday}', write: ({ weekday }) => weekday?.text },
  {
    pattern: '{title}',
    where: any(whole, beforeName('pt', 'presidente', 'professor')),
    write: ({ title }) => title?.text,
  },
  { pattern: '{short}', write: ({ short }) => short?.text },
];

const PLAIN = near(
  5,
  'cpf',
  'cnpj',
  'rg',
  'cep',
  'código',
  'senha',
  'pedido',
  'protocolo',
  'contrato',
  'conta',
  'agência',
  'matrícula',
  'rastreio',
  'boleto',
  'token',
  'pin',
);

/** Portuguese as spoken in Brazil. */
export const portuguese: LanguageSpec = {
  code: 'pt',
  groupSign: '.',
  numbers: {
    zero: ['zero'],
    ones: {
      um: 1,
      uma: 1,
      dois: 2,
      duas: 2,
      três: 3,
      quatro: 4,
      cinco: 5,
      seis: 6,
      sete: 7,
      oito: 8,
      nove: 9,
    },
    teens: {
      dez: 10,
      onze: 11,
      doze: 12,
      treze: 13,
      quatorze: 14,
      catorze: 14,
      quinze: 15,
      dezesseis: 16,
      dezasseis: 16,
      dezessete: 17,
      dezassete: 17,
      dezoito: 18,
      dezenove: 19,
      dezanove: 19,
    },
    tens: {
      vinte: 20,
      trinta: 30,
      quarenta: 40,
      cinquenta: 50,
      cinqüenta: 50,
      sessenta: 60,
      setenta: 70,
      oitenta: 80,
      noventa: 90,
    },
    hundreds: {
      cento: 100,
      ...Object.fromEntries(
        HUNDREDS.flatMap((stem, i) => [`${stem}os`, `${stem}as`].map((w) => [w, (i + 2) * 100])),
      ),
    },
    exactHundred: ['cem'],
    thousand: ['mil'],
    bareThousand: true,
    scales: {
      6: ['milhão', 'milhões'],
      9: ['bilhão', 'bilhões', 'bilião', 'biliões'],
      12: ['trilhão', 'trilhões', 'trilião', 'triliões'],
      15: ['quatrilhão', 'quatrilhões', 'quadrilhão', 'quadrilhões'],
      18: ['quintilhão', 'quintilhões'],
      21: ['sextilhão', 'sextilhões'],
      24: ['septilhão', 'septilhões'],
    },
    joiner: 'e',
    joints: { tens: 'always', hundreds: 'optional', scales: 'optional' },
    wordsUpTo: 9,
    minus: ['menos'],
  },
  decimals: { separators: { vírgula: ',', ponto: '.' }, half: ['e meio', 'e meia'], sequences: true },
  digits: {
    words: {
      zero: '0',
      um: '1',
      dois: '2',
      três: '3',
      quatro: '4',
      cinco: '5',
      seis: '6',
      meia: '6',
      sete: '7',
      oito: '8',
      nove: '9',
    },
    repeats: { duplo: 2, triplo: 3 },
    formats: {
      8: ['####-####'],
      9: ['9 ####-####', '#####-####'],
      10: ['0800 ### ###', '(##) ####-####'],
      11: ['0800 ### ####', '(0##) ####-####', '(##) #####-####'],
      12: ['(0##) #####-####'],
    },
    plus: ['mais'],
    nationalLengths: [11, 10, 9],
    plain: PLAIN,
    formatted: near(5, 'telefone', 'celular', 'whatsapp', 'ligue', 'ligar', 'fone', 'contato'),
    pairs: true,
    leastSingles: 0,
    keepCounting: true,
    serials: false,
  },
  money: {
    currencies: [
      { symbol: 'R$', names: ['real', 'reais'] },
      {
        symbol: 'US$',
        names: [
          'dólar',
          'dólares',
          'dólar americano',
          'dólares americanos',
          'dólar dos estados unidos',
          'dólares dos estados unidos',
        ],
      },
      { symbol: '€', names: ['euro', 'euros'] },
      { symbol: '£', names: ['libra', 'libras', 'libra esterlina', 'libras esterlinas'] },
      { symbol: '¥', names: ['iene', 'ienes', 'yuan', 'yuans', 'iuane', 'iuanes'] },
      { symbol: '₹', names: ['rúpia', 'rúpias', 'rupia', 'rupias'] },
      { symbol: '₿', names: ['bitcoin', 'bitcoins'] },
    ],
    hundredths: {
      centavo: 'R$',
      centavos: 'R$',
      'centavo de real': 'R$',
      'centavos de real': 'R$',
      'centavos de dólar': 'US$',
      'centavos de euro': '€',
      cêntimo: '€',
      cêntimos: '€',
      cents: 'US$',
      pence: '£',
    },
    space: ' ',
    decimalSign: ',',
    of: ['de'],
    and: ['e', 'com'],
    half: ['meio'],
    followers: [
      'por',
      'para',
      'pra',
      'em',
      'no',
      'na',
      'de',
      'do',
      'da',
      'à',
      'ao',
      'hoje',
      'cada',
      'mais',
      'mas',
      'que',
    ],
  },
  measures: {
    units: {
      '%': ['por cento'],
      km: ['quilômetro', 'quilômetros', 'quilómetro', 'quilómetros'],
      m: ['metro', 'metros'],
      cm: ['centímetro', 'centímetros'],
      mm: ['milímetro', 'milímetros'],
      μm: ['micrômetro', 'micrômetros'],
      nm: ['nanômetro', 'nanômetros'],
      mi: ['milha', 'milhas'],
      'm²': ['metro quadrado', 'metros quadrados'],
      'km²': ['quilômetro quadrado', 'quilômetros quadrados'],
      'cm²': ['centímetro quadrado', 'centímetros quadrados'],
      'm³': ['metro cúbico', 'metros cúbicos'],
      'cm³': ['centímetro cúbico', 'centímetros cúbicos'],
      ha: ['hectare', 'hectares'],
      kg: ['quilo', 'quilos', 'quilograma', 'quilogramas'],
      g: ['grama', 'gramas'],
      mg: ['miligrama', 'miligramas'],
      μg: ['micrograma', 'microgramas'],
      t: ['tonelada', 'toneladas'],
      l: ['litro', 'litros'],
      ml: ['mililitro', 'mililitros'],
      '°C': ['celsius', 'grau celsius', 'graus celsius', 'grau centígrado', 'graus centígrados'],
      '°F': ['fahrenheit', 'grau fahrenheit', 'graus fahrenheit'],
      K: ['kelvin', 'kelvins'],
      V: ['volt', 'volts'],
      kV: ['quilovolt', 'quilovolts'],
      W: ['watt', 'watts'],
      kW: ['quilowatt', 'quilowatts'],
      MW: ['megawatt', 'megawatts'],
      kWh: ['quilowatt hora', 'quilowatts hora'],
      A: ['ampere', 'amperes', 'ampère', 'ampères'],
      Hz: ['hertz'],
      kHz: ['quilohertz'],
      MHz: ['megahertz'],
      GHz: ['gigahertz'],
      kB: ['quilobyte', 'quilobytes', 'kilobyte', 'kilobytes'],
      MB: ['megabyte', 'megabytes', 'mega byte', 'mega bytes'],
      GB: ['gigabyte', 'gigabytes', 'giga byte', 'giga bytes'],
      TB: ['terabyte', 'terabytes'],
      kbps: ['quilobits por segundo', 'kilobits por segundo'],
      Mbps: ['megabits por segundo'],
      Gbps: ['gigabits por segundo'],
      dB: ['decibel', 'decibéis'],
      cal: ['caloria', 'calorias'],
      kcal: ['quilocaloria', 'quilocalorias'],
      J: ['joule', 'joules'],
      N: ['newton', 'newtons'],
      Pa: ['pascal', 'pascais'],
      kPa: ['quilopascal', 'quilopascais'],
      cv: ['cavalo vapor', 'cavalos vapor'],
      rpm: ['rotações por minuto'],
      bpm: ['batimentos por minuto'],
      'm/s²': ['metros por segundo ao quadrado'],
    },
    per: ['por'],
    metresAndHundredths: true,
    perUnits: {
      hora: 'h',
      minuto: 'min',
      segundo: 's',
      dia: 'dia',
      litro: 'l',
      quilo: 'kg',
      'metro quadrado': 'm²',
    },
    of: ['de'],
  },
  electronic: {
    at: ['arroba'],
    dot: ['ponto'],
    signs: {
      hífen: '-',
      traço: '-',
      underline: '_',
      underscore: '_',
      sublinhado: '_',
      barra: '/',
      'barra barra': '//',
      'dois pontos': ':',
      til: '~',
    },
    protocols: {
      'h t t p dois pontos barra barra': 'http://',
      'h t t p s dois pontos barra barra': 'https://',
      'http dois pontos barra barra': 'http://',
      'https dois pontos barra barra': 'https://',
    },
    www: ['www', 'w w w', 'dáblio dáblio dáblio', 'dablio dablio dablio'],
    isAmbiguous: true,
    names: { 'hot mail': 'hotmail', 'out look': 'outlook' },
    stopWords:
      'a o e é os as um uma este esse aquele neste nesse naquele deste desse daquele certo tal outro ao do da no na meu minha seu sua email e-mail mail para em de que primeiro bom cada todo qualquer'.split(
        ' ',
      ),
  },
  ordinal: () => additiveOrdinal(ordinalWords()),
  ranges: {
    cents: [10, 99],
    century: [1, 39],
    minute: [1, 59],
    day: [1, 31],
    monthNumber: [1, 12],
    shortYear: [10, 99],
  },
  tables: {
    age: { século: 'século' },
    month: Object.fromEntries(MONTHS.map((month) => [month, month])),
    firstDay: { primeiro: 1 },
    half: { meia: 30 },
    noon: { 'meio dia': 12, 'meia noite': 24 },
    part: { 'da manhã': 0, 'da madrugada': 0, 'da tarde': 12, 'da noite': 24 },
    weekday: {
      'segunda feira': 'segunda-feira',
      'terça feira': 'terça-feira',
      'quarta feira': 'quarta-feira',
      'quinta feira': 'quinta-feira',
      'sexta feira': 'sexta-feira',
    },
    title: { doutor: 'dr.', doutora: 'dra.', senhor: 'sr.', senhora: 'sra.', senhorita: 'srta.' },
    short: { 'et cetera': 'etc.', etcétera: 'etc.' },
  },
  slots: (reader) => ({
    hour: hourSlot(reader),
    fraction: fractionSlot(reader, { denominators: DENOMINATORS, mark: 'avos' }),
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
      'é',
      'são',
      'era',
      'foi',
      'de',
      'está',
      'estava',
      'faz',
      'fez',
      'fica',
      'ficou',
      'igual',
      'a',
      'em',
      'para',
      'e',
      'até',
    ),
    after('valor', 'saldo', 'temperatura', 'número', 'resultado'),
  ),
  noCardinal: all(after('por'), word('cento')),
  phrases,
};
