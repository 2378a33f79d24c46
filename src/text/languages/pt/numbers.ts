import type { OrdinalWord } from '../../itn/classes/ordinal.ts';
import type { Slot } from '../../itn/document.ts';
import { rangeSlot } from '../../itn/number-slots.ts';
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
export const HUNDREDS: readonly string[] = [
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
