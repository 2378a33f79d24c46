import { spellDigits } from './number-words.ts';

/** Contractions and titles, opened; applied in order. */
const openings: readonly (readonly [RegExp, string])[] = [
  [/\bwon't\b/g, 'will not'],
  [/\bcan't\b/g, 'can not'],
  [/\bcannot\b/g, 'can not'],
  [/\blet's\b/g, 'let us'],
  [/\bain't\b/g, 'aint'],
  [/\by'all\b/g, 'you all'],
  [/\bgonna\b/g, 'going to'],
  [/\bwanna\b/g, 'want to'],
  [/\bgotta\b/g, 'got to'],
  [/\bi'ma\b/g, 'i am going to'],
  [/\by'?know\b/g, 'you know'],
  [/\bmr\b\.?/g, 'mister'],
  [/\bmrs\b\.?/g, 'missus'],
  [/\bdr\b\.?/g, 'doctor'],
  [/\bst\b\.(?= [a-z])/g, 'saint'],
  [/n't\b/g, ' not'],
  [/'re\b/g, ' are'],
  // A possessive, too: what counts is that both sides are treated alike.
  [/'s\b/g, ' is'],
  [/'d\b/g, ' would'],
  [/'ll\b/g, ' will'],
  [/'t\b/g, ' not'],
  [/'ve\b/g, ' have'],
  [/'m\b/g, ' am'],
];

const hesitations = /\b(?:hmm+|mm+|mhm|uh+|um+|er|erm)\b/g;

/** British spelling to American. */
const spellings: ReadonlyMap<string, string> = new Map(
  `armour armor, behaviour behavior, colour color, coloured colored, colours colors, favour favor,
  favourable favorable, favourite favorite, flavour flavor, flavours flavors, harbour harbor, honour honor,
  honourable honorable, humour humor, labour labor, laboured labored, labouring laboring, neighbour neighbor,
  odour odor, parlour parlor, rumour rumor, savour savor, savoury savory, splendour splendor,
  splendours splendors, vapour vapor, centre center, centres centers, litre liter, litres liters, metre meter,
  metres meters, sceptre scepter, theatre theater, cancelled canceled, travelled traveled, travelling traveling,
  catalogue catalog, dialogue dialog, programme program, programmes programs, defence defense, licence license,
  offence offense, afterwards afterward, towards toward, ageing aging, anaemic anemic, cheque check, grey gray,
  judgement judgment, mould mold, ok okay, plough plow, sceptical skeptical, tyre tire`
    .split(',')
    .map((pair) => pair.trim().split(' ') as [string, string]),
);

const iseWord = /\b([a-z]{4,})is(e|ed|es|ing|ation|ations)\b/g;
/** Stems that take -ise in Britain and -ize in America; "otherwise" and "exercise" are none of them. */
const iseStems = new Set(
  'apolog author categor civil colon critic emphas general initial maxim memor minim modern optim organ real recogn special standard summar synchron util'.split(
    ' ',
  ),
);

const ordinals = new Map<number, string>(
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'
    .split(' ')
    .map((word, index) => [index + 1, word]),
);
const ordinalTens = 'thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth'.split(' ');

/** "22nd" in words, up to 100th. */
export function spellOrdinals(text: string): string {
  return text.replace(/\b(\d+)(?:st|nd|rd|th)\b/g, (written, digits: string) =>
    digits.length < 3 || digits === '100' ? (ordinalWords(Number(digits)) ?? written) : written,
  );
}

function ordinalWords(value: number): string | undefined {
  if (value === 100) return 'one hundredth';
  const word = ordinals.get(value);
  if (word !== undefined || value === 0) return word;
  const unit = value % 10;
  if (unit === 0) return ordinalTens[value / 10 - 3];
  return `${spellDigits(String(value - unit), 'en', 'cardinal')?.join(' ')} ${ordinals.get(unit)}`;
}

/** Opens contractions, drops hesitations, and brings spellings to one side of the ocean. Lower case in and out. */
export function unifyEnglish(text: string): string {
  let unified = text;
  for (const [pattern, replacement] of openings) unified = unified.replace(pattern, replacement);
  return unified
    .replace(hesitations, ' ')
    .replace(/\bper cent\b/g, 'percent')
    .replace(/\b[a-z]+\b/g, (word) => spellings.get(word) ?? word)
    .replace(iseWord, (word, stem: string, ending: string) =>
      iseStems.has(stem) ? `${stem}iz${ending}` : word,
    )
    .replaceAll("'", '');
}

const numberWords = new Set(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand'.split(
    ' ',
  ),
);

/** "two hundred and six" is "two hundred six". */
export function withoutNumberAnd(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => {
    const before = words[index - 1];
    const isInNumber =
      word === 'and' &&
      (before === 'hundred' || before === 'thousand') &&
      numberWords.has(words[index + 1] ?? '');
    return !isInNumber;
  });
}
