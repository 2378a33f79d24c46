import { fractionSlot } from '../../itn/classes/fraction.ts';
import { additiveOrdinal } from '../../itn/classes/ordinal.ts';
import type { GrammarSpec } from '../../itn/grammar-spec.ts';
import { after, all, any, before, near, word } from '../../itn/guards.ts';
import { digitsSlot } from '../../itn/number-slots.ts';
import { bareDecimal, beforeNationality, same, weighs, yearSlot } from '../romance.ts';
import { commaRule } from '../romance-commas.ts';
import { IS_SIGN } from './guards.ts';
import { LETTERS } from './letters.ts';
import { MEASURES } from './measures.ts';
import { DENOMINATORS, NUMBERS, ordinalWords, TENS } from './numbers.ts';
import { PHRASES } from './phrases.ts';

const MONTHS =
  'enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre';

/** Digits said one by one. */
const DIGITS = {
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
};

/** How numbers, dates, amounts and the like are said in Spanish. */
export const GRAMMAR: GrammarSpec = {
  groupSign: '.',
  numbers: NUMBERS,
  decimals: {
    wholes: () => digitsSlot(DIGITS),
    separators: { coma: ',', punto: '.' },
    bare: bareDecimal('punto', MEASURES, 'es', 'son', 'era', 'de', 'por', 'menos', 'más'),
    half: ['y medio', 'y media'],
    sequences: true,
  },
  digits: {
    words: DIGITS,
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
      { symbol: '$', names: ['dólar', 'dólares', 'peso', 'pesos'] },
      {
        symbol: 'US$',
        names: [
          'dólar estadounidense',
          'dólares estadounidenses',
          'dólar americano',
          'dólares americanos',
          'dólar de los estados unidos',
          'dólares de los estados unidos',
          'dólar de estados unidos',
          'dólares de estados unidos',
        ],
      },
      { symbol: 'CA$', names: ['dólar canadiense', 'dólares canadienses'] },
      { symbol: 'AU$', names: ['dólar australiano', 'dólares australianos'] },
      { symbol: 'MX$', names: ['peso mexicano', 'pesos mexicanos'] },
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
    except: any(beforeNationality, weighs),
    followers: ['por', 'para', 'en', 'al', 'del', 'de', 'cada', 'hoy', 'más', 'pero', 'que', 'a'],
  },
  measures: MEASURES,
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
    letters: LETTERS,
    www: [
      'www',
      'w w w',
      'tres w',
      'triple w',
      'tres uves dobles',
      'triple uve doble',
      'triple doble ve',
      'triple doble u',
    ],
    names: { 'hot mail': 'hotmail', 'out look': 'outlook' },
    stopWords:
      'a y o e u el la los las un una este ese aquel mi tu su es son de del al en para por que con correo email mail dirección primer buen cada todo cierto otro te ve'.split(
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
    month: same(MONTHS),
    floor: same('piso planta'),
    numbered: same('avenida siglo'),
    listed: same('artículo párrafo cláusula capítulo inciso'),
    tenths: { décima: 10, décimas: 10, centésima: 100, centésimas: 100, milésima: 1000, milésimas: 1000 },
    from: same('de desde entre'),
    till: same('a hasta y'),
    tens: { veinte: 20, ...TENS },
    oneOf: {
      medio: 2,
      tercio: 3,
      cuarto: 4,
      quinto: 5,
      sexto: 6,
      séptimo: 7,
      octavo: 8,
      noveno: 9,
      décimo: 10,
    },
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
    oneUnit: {
      metro: 'm',
      kilómetro: 'km',
      litro: 'l',
      kilo: 'kg',
      tonelada: 't',
      hectárea: 'ha',
      milla: 'mi',
    },
    title: { doctor: 'dr.', doctora: 'dra.', señor: 'sr.', señora: 'sra.', señorita: 'srta.' },
    short: { etcétera: 'etc.' },
  },
  slots: (reader) => ({
    fraction: fractionSlot(reader, { denominators: DENOMINATORS, suffixes: ['avo', 'avos'] }),
    year: yearSlot(reader),
  }),
  isSign: IS_SIGN,
  joinsAtComma: commaRule({
    numbers: Object.keys({ ...DIGITS, ...NUMBERS.ones, ...NUMBERS.teens, ...NUMBERS.tens }),
    joiner: NUMBERS.joiner,
    phones: ['teléfono', 'celular', 'móvil', 'whatsapp', 'número'],
    currencies: ['peso', 'pesos', 'dólar', 'dólares', 'euro', 'euros'],
    hundredths: ['centavo', 'centavos', 'céntimo', 'céntimos'],
  }),
  spans: { links: ['a', 'hasta', 'o', 'u'], between: ['entre'], articles: ['un', 'una'] },
  noCardinal: any(all(after('por'), word('ciento')), all(word('mil'), before('gracias'))),
  phrases: PHRASES,
};
