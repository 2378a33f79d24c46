import { performance } from 'node:perf_hooks';
import { createTextPipeline, normalize } from '#theo/text/index.js';
import { type BenchOptions, percentile, publish } from '../report.ts';

/** Twelve words each, some with much to write and some with nothing. */
const SENTENCES: Readonly<Record<string, readonly string[]>> = {
  pt: [
    'eu paguei dois mil trezentos e quarenta reais no dia quinze de março',
    'o meu telefone é nove oito sete seis cinco quatro três dois um',
    'boa tarde eu preciso de ajuda com o meu pedido por favor',
    'a reunião é às nove e meia da manhã na segunda feira',
    'o desconto é de vinte e um vírgula sete por cento hoje',
  ],
  en: [
    'i paid two thousand three hundred and forty dollars on july twenty fifth',
    'my phone number is two one two five five five one two',
    'good afternoon i would like some help with my order if possible',
    'the meeting starts at quarter past nine in the morning next monday',
    'the discount is twenty one point seven percent for the whole week',
  ],
  es: [
    'pagué dos mil trescientos cuarenta euros el quince de marzo por la tarde',
    'mi teléfono es seis uno dos tres cuatro cinco seis siete ocho gracias',
    'buenas tardes necesito ayuda con mi pedido por favor si es posible',
    'la reunión empieza a las nueve y media de la mañana mañana',
    'el descuento es del veintiuno coma siete por ciento para toda la semana',
  ],
};

const HOT_WORDS = Array.from({ length: 200 }, (_, index) => `Produto ${index.toString(36).repeat(4)}ix`);

const LENGTHS = [1, 10, 100, 1000, 10_000];

/** Sentences a second, the median of some rounds. */
function rate(sentences: readonly string[], apply: (text: string) => string, options: BenchOptions): number {
  const { rounds = 5, seconds = 0.5 } = options;
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < seconds * 1000) {
      for (const sentence of sentences) apply(sentence);
      count += sentences.length;
    }
    // The first round warms up.
    if (round > 0) rates.push((count * 1000) / (performance.now() - start));
  }
  return percentile(rates, 0.5);
}

/** Nanoseconds a character in a text of so many sentences. */
function nanosecondsPerCharacter(sentences: readonly string[], length: number, language: string): number {
  const text = Array.from({ length }, (_, index) => sentences[index % sentences.length]).join(' ');
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    const start = performance.now();
    normalize(text, { language });
    times.push(performance.now() - start);
  }
  return (percentile(times, 0.5) * 1e6) / text.length;
}

/** Speed of inverse text normalization and how it grows with the length of the text. */
export async function run(options: BenchOptions): Promise<void> {
  const pipeline = createTextPipeline((_stage, error) => {
    throw error;
  });
  const rows = Object.entries(SENTENCES).map(([language, sentences]) => {
    const itn = rate(sentences, (text) => normalize(text, { language }), options);
    const context = { language, hotWords: HOT_WORDS, entities: true };
    const all = rate(sentences, (text) => pipeline.apply({ text, isFinal: true }, context), options);
    const growth = LENGTHS.map((length) => nanosecondsPerCharacter(sentences, length, language));
    return {
      language,
      itnSentencesPerSecond: Math.round(itn),
      allStagesSentencesPerSecond: Math.round(all),
      ...Object.fromEntries(
        LENGTHS.map((length, index) => [`nsPerCharAt${length}`, growth[index] ?? Number.NaN]),
      ),
    };
  });
  publish({
    name: 'itn',
    title:
      'Inverse text normalization: sentences of about 12 words a second on one core, and growth with length',
    rows,
    notes: [
      'nsPerCharAtN is the time for a text of N sentences divided by its characters: flat means linear in the length.',
    ],
  });
}
