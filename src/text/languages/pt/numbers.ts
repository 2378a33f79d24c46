import type { OrdinalWord } from '../../itn/classes/ordinal.ts';
import type { Slot } from '../../itn/document.ts';
import { rangeSlot } from '../../itn/number-slots.ts';
import type { NumberSpec } from '../../itn/number-words.ts';
import type { NumberReader } from '../../itn/numbers.ts';

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

export function ordinalWords(): Record<string, OrdinalWord> {
  const words: Record<string, OrdinalWord> = {};
  for (const [masculine, value] of Object.entries(ORDINALS)) {
    words[masculine] = { value, ending: 'º' };
    words[`${masculine.slice(0, -1)}a`] = { value, ending: 'ª' };
  }
  return words;
}

/** Denominators; those that are ordinals too only in the plural ("um quinto" is a fifth one, "dois quintos" are parts). */
export const DENOMINATORS: Readonly<Record<string, number>> = {
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
const HUNDREDS: readonly string[] = [
  'duzent',
  'trezent',
  'quatrocent',
  'quinhent',
  'seiscent',
  'setecent',
  'oitocent',
  'novecent',
];

/** Hours are feminine: "vinte e uma", not "vinte e um". */
export function hourSlot(reader: NumberReader): Slot {
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

/** How whole numbers are said. */
export const NUMBERS: NumberSpec = {
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
  joints: { tens: 'optional', hundreds: 'optional', scales: 'optional' },
  wordsUpTo: 9,
  minus: ['menos'],
};
