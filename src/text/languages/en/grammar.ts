import { fractionSlot } from '../../itn/classes/fraction.ts';
import { suffixedOrdinal } from '../../itn/classes/ordinal.ts';
import type { GrammarSpec } from '../../itn/grammar-spec.ts';
import { all, any, before, endsWith, near, not } from '../../itn/guards.ts';
import { joinsAtComma } from './commas.ts';
import { BEFORE_CLOCK, COUNTED, NOT_FIRST, OLD_TENS, PHONE_WORDS, POINT } from './guards.ts';
import { MEASURES } from './measures.ts';
import {
  DECADES,
  DENOMINATORS,
  dayOrdinalSlot,
  ONES,
  ordinalWords,
  priceSlot,
  resolutionSlot,
  shortHundredsSlot,
  spelledSlot,
  TEENS,
  TENS,
  wholeYearSlot,
  writeOrdinal,
  yearSlot,
} from './numbers.ts';
import { PHRASES } from './phrases.ts';
import { ZONES } from './zones.ts';

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);

const WEEKDAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');

const PHONE = near(5, ...PHONE_WORDS);

const PLAIN = near(
  5,
  ...'code password pin order account tracking invoice reservation booking confirmation id zip reference ticket'.split(
    ' ',
  ),
);

/** How numbers, dates, amounts and the like are said in English. */
export const GRAMMAR: GrammarSpec = {
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
      5: ['lakh', 'lakhs', 'lac', 'lacs'],
      6: ['million'],
      7: ['crore', 'crores'],
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
    bare: POINT,
    wholes: spelledSlot,
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
      14: ['30## ###### ####', '36## ###### ####', '38## ###### ####'],
      15: ['34## ###### #####', '37## ###### #####'],
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
    serials: not(any(before(...COUNTED), BEFORE_CLOCK)),
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
          'u.s. dollar',
          'u.s. dollars',
          'us dollar',
          'us dollars',
          'united states dollar',
          'united states dollars',
          'american dollar',
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
      { symbol: 'R$', names: ['reais', 'brazilian real', 'brazilian reais'] },
    ],
    hundredths: { cent: '$', cents: '$', pence: '£', penny: '£' },
    space: '',
    decimalSign: '.',
    of: [],
    and: ['and'],
    half: ['half'],
    pairs: priceSlot,
    except: all(
      endsWith('pound', 'pounds'),
      any(
        before('of', 'heavier', 'lighter', 'overweight'),
        near(4, 'weigh', 'weighs', 'weighed', 'weighing', 'weight'),
      ),
    ),
    followers:
      'a after altogether and as at because before but by each for from if in is less minus more now on or per please plus so tax then tip to today tomorrow total when with yesterday'.split(
        ' ',
      ),
  },
  measures: MEASURES,
  electronic: {
    at: ['at'],
    dot: ['dot'],
    signs: {
      dash: '-',
      hyphen: '-',
      underscore: '_',
      slash: '/',
      'slash slash': '//',
      'double slash': '//',
      'forward slash': '/',
      colon: ':',
      tilde: '~',
      plus: '+',
    },
    www: ['www', 'w w w', 'double u double u double u', 'triple w'],
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
    inches: [1, 11],
    lateHour: [22, 23],
    afternoonHour: [13, 23],
    double: [10, 59],
    minute: [1, 59],
    toMinute: [5, 29],
    century: [10, 29],
    dayNumber: [1, 31],
  },
  tables: {
    month: Object.fromEntries(MONTHS.map((month) => [month, month])),
    weekday: Object.fromEntries(WEEKDAYS.map((day) => [day, day])),
    decade: DECADES,
    oclock: { "o'clock": 0, oclock: 0, 'o clock': 0, "o' clock": 0, 'hundred hours': 0 },
    suffix: { 'a m': 'a.m.', 'p m': 'p.m.', am: 'a.m.', pm: 'p.m.', 'a.m.': 'a.m.', 'p.m.': 'p.m.' },
    zone: ZONES,
    quarter: { 'q one': 'q1', 'q two': 'q2', 'q three': 'q3', 'q four': 'q4' },
    era: {
      'b c': 'b.c.',
      bc: 'b.c.',
      'b.c.': 'b.c.',
      'a d': 'a.d.',
      'a.d.': 'a.d.',
      'b c e': 'b.c.e.',
      bce: 'b.c.e.',
      'b.c.e.': 'b.c.e.',
      'c e': 'c.e.',
      'c.e.': 'c.e.',
    },
    eraFirst: { 'a d': 'a.d.', 'a.d.': 'a.d.' },
    age: { century: 'century', centuries: 'centuries' },
    link: {
      and: 'and',
      'and the': 'and the',
      or: 'or',
      'or the': 'or the',
      to: 'to',
      'to the': 'to the',
      through: 'through',
      'through the': 'through the',
    },
    out: { 'out of': 'out of' },
    foot: { foot: 'ft', feet: 'ft' },
    until: { to: 'to', until: 'until', till: 'till', through: 'through' },
    and: { and: 'and' },
    lines: { p: 'p' },
    spelledSuffix: { 'a m': 'a.m.', 'p m': 'p.m.' },
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
      wholeYear: wholeYearSlot(reader),
      dayOrdinal: dayOrdinalSlot(ordinal),
      resolution: resolutionSlot(reader),
      hundreds: shortHundredsSlot(reader),
      spelled: spelledSlot(reader),
    };
  },
  counted: shortHundredsSlot,
  spans: {
    links: ['to', 'through', 'or', 'by'],
    between: ['between'],
    articles: ['one'],
    except: NOT_FIRST,
    multipliesScale: true,
  },
  joinsAtComma,
  isSign: () => true,
  noCardinal: OLD_TENS,
  phrases: PHRASES,
};
