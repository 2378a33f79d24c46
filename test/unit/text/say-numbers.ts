/** Says whole numbers in words: written for the tests alone, without a look at the grammars that read them. */

export type Say = (value: bigint, feminine?: boolean) => string;

const EN_ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const EN_TENS = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const EN_SCALES = '- thousand million billion trillion quadrillion quintillion sextillion septillion'.split(
  ' ',
);

const PT_ONES =
  'zero um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis dezessete dezoito dezenove'.split(
    ' ',
  );
const PT_TENS = '- - vinte trinta quarenta cinquenta sessenta setenta oitenta noventa'.split(' ');
const PT_HUNDREDS =
  '- cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos'.split(' ');
const PT_SCALES = '- mil milh bilh trilh quatrilh quintilh sextilh septilh'.split(' ');

const ES_ONES =
  'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve'.split(
    ' ',
  );
const ES_TENS = '- - - treinta cuarenta cincuenta sesenta setenta ochenta noventa'.split(' ');
const ES_HUNDREDS =
  '- ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos'.split(
    ' ',
  );
const ES_SCALES = '- mill bill trill cuatrill'.split(' ');

/** The value's groups of `size` digits, lowest first. */
function groups(value: bigint, size: number): number[] {
  const list: number[] = [];
  const base = 10n ** BigInt(size);
  for (let rest = value; rest > 0n; rest /= base) list.push(Number(rest % base));
  return list;
}

const at = (list: readonly string[], index: number): string => list[index] ?? '?';

function englishGroup(n: number, and: boolean): string {
  if (n < 20) return at(EN_ONES, n);
  if (n < 100) return at(EN_TENS, Math.floor(n / 10)) + (n % 10 ? ` ${at(EN_ONES, n % 10)}` : '');
  const rest = n % 100;
  return `${at(EN_ONES, Math.floor(n / 100))} hundred${rest ? `${and ? ' and' : ''} ${englishGroup(rest, and)}` : ''}`;
}

/** "one million two hundred (and) five" */
export function sayEnglish(value: bigint, and: boolean): string {
  if (value === 0n) return 'zero';
  const parts: string[] = [];
  groups(value, 3).forEach((n, scale) => {
    if (n === 0) return;
    const joint = and && scale === 0 && n < 100 && value > 100n ? 'and ' : '';
    parts.unshift(joint + englishGroup(n, and) + (scale > 0 ? ` ${at(EN_SCALES, scale)}` : ''));
  });
  return parts.join(' ');
}

function portugueseGroup(n: number, feminine: boolean): string {
  const gender = (word: string): string =>
    feminine
      ? word
          .replace(/^um$/, 'uma')
          .replace(/^dois$/, 'duas')
          .replace(/entos$/, 'entas')
      : word;
  if (n === 100) return 'cem';
  if (n > 100) {
    const rest = n % 100;
    return (
      gender(at(PT_HUNDREDS, Math.floor(n / 100))) + (rest ? ` e ${portugueseGroup(rest, feminine)}` : '')
    );
  }
  if (n < 20) return gender(at(PT_ONES, n));
  return at(PT_TENS, Math.floor(n / 10)) + (n % 10 ? ` e ${gender(at(PT_ONES, n % 10))}` : '');
}

/** "dois milhões trezentos mil e um" */
export function sayPortuguese(value: bigint, feminine: boolean): string {
  if (value === 0n) return 'zero';
  let words = '';
  const list = groups(value, 3);
  for (let scale = list.length - 1; scale >= 0; scale--) {
    const n = list[scale] ?? 0;
    if (n === 0) continue;
    let part = portugueseGroup(n, feminine && scale < 2);
    if (scale === 1) part = n === 1 ? 'mil' : `${part} mil`;
    if (scale > 1) part += ` ${at(PT_SCALES, scale)}${n === 1 ? 'ão' : 'ões'}`;
    const joint = n < 100 || n % 100 === 0 ? ' e ' : ' ';
    words += (words === '' ? '' : scale === 0 ? joint : ' ') + part;
  }
  return words;
}

function spanishGroup(n: number, feminine: boolean): string {
  if (n === 100) return 'cien';
  if (n > 100) {
    const hundreds = at(ES_HUNDREDS, Math.floor(n / 100));
    const rest = n % 100;
    const head = feminine ? hundreds.replace(/entos$/, 'entas') : hundreds;
    return head + (rest ? ` ${spanishGroup(rest, feminine)}` : '');
  }
  if (n < 30) return feminine ? at(ES_ONES, n).replace(/uno$/, 'una') : at(ES_ONES, n);
  const ones = n % 10 ? ` y ${feminine && n % 10 === 1 ? 'una' : at(ES_ONES, n % 10)}` : '';
  return at(ES_TENS, Math.floor(n / 10)) + ones;
}

const shortOne = (words: string): string => words.replace(/veintiuno$/, 'veintiún').replace(/uno$/, 'un');

function spanishBelowMillion(n: number, feminine: boolean): string {
  const thousands = Math.floor(n / 1000);
  const rest = n % 1000;
  const head =
    thousands === 0 ? '' : thousands === 1 ? 'mil' : `${shortOne(spanishGroup(thousands, feminine))} mil`;
  return [head, rest ? spanishGroup(rest, feminine) : ''].filter((part) => part !== '').join(' ');
}

/** Long scale: "dos mil millones trescientos uno" */
export function saySpanish(value: bigint, feminine: boolean): string {
  if (value === 0n) return 'cero';
  const parts: string[] = [];
  groups(value, 6).forEach((n, scale) => {
    if (n === 0) return;
    const words = spanishBelowMillion(n, feminine && scale === 0);
    parts.unshift(
      scale === 0 ? words : `${shortOne(words)} ${at(ES_SCALES, scale)}${n === 1 ? 'ón' : 'ones'}`,
    );
  });
  return parts.join(' ');
}
