import type { OrdinalWord } from '../../itn/classes/ordinal.ts';
import type { NumberSpec } from '../../itn/number-words.ts';

const ONES: Readonly<Record<string, number>> = {
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
};

/** 30 to 90. */
export const TENS: Readonly<Record<string, number>> = {
  treinta: 30,
  cuarenta: 40,
  cincuenta: 50,
  sesenta: 60,
  setenta: 70,
  ochenta: 80,
  noventa: 90,
};

/** "treintaidós", "cuarentaicinco": tens and units in one word. */
function joinedTens(): Record<string, number> {
  return Object.fromEntries(
    Object.entries(TENS).flatMap(([ten, tens]) =>
      Object.entries(ONES).map(([one, value]) => [`${ten}i${one}`, tens + value]),
    ),
  );
}

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

export function ordinalWords(): Record<string, OrdinalWord> {
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
    add(`${prefix.slice(0, -1)}octavo`, tens + 8);
  }
  return words;
}

export const DENOMINATORS: Readonly<Record<string, number>> = {
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

const HUNDREDS: readonly string[] =
  'doscient trescient cuatrocient quinient seiscient setecient ochocient novecient'.split(' ');

/** How whole numbers are said. */
export const NUMBERS: NumberSpec = {
  zero: ['cero'],
  ones: ONES,
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
    ...joinedTens(),
  },
  tens: { veinte: 20, ...TENS },
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
  joints: { tens: 'optional', hundreds: 'optional', scales: 'optional' },
  wordsUpTo: 9,
  minus: ['menos'],
};
