import { describe, expect, it } from 'vitest';
import { createTextPipeline, type HotWord } from '#theo/text/index.js';

const pipeline = createTextPipeline((_stage, error) => {
  throw error;
});

function correct(text: string, language: string, hotWords: readonly (string | HotWord)[]): string {
  return pipeline.apply({ text, isFinal: true }, { language, hotWords, enableItn: false });
}

const NAMES = [
  'Theo',
  'OpenVoice',
  'Kubernetes',
  'Rafael',
  'Florianópolis',
  'Itaú',
  'São Paulo',
  'Grafana',
  'PostgreSQL',
];

describe('hot words', () => {
  it.each([
    ['pt', 'fale com o teo sobre o open voice', 'fale com o Theo sobre o OpenVoice'],
    ['pt', 'o cubernetes caiu', 'o Kubernetes caiu'],
    ['pt', 'moro em florianopolis e não em sao paulo', 'moro em Florianópolis e não em São Paulo'],
    ['pt', 'minha conta no itau', 'minha conta no Itaú'],
    ['pt', 'veja o grafanna, por favor.', 'veja o Grafana, por favor.'],
    ['pt', 'o post gre s q l parou', 'o PostgreSQL parou'],
    ['en', 'i use cubanetes and grifana with open voice', 'i use Kubernetes and Grafana with OpenVoice'],
    ['es', 'habla con teo en florianopolis', 'habla con Theo en Florianópolis'],
    ['de', 'das ist grafana', 'das ist Grafana'],
  ])('%s: %s', (language, heard, meant) => {
    expect(correct(heard, language, NAMES)).toBe(meant);
    expect(correct(meant, language, NAMES)).toBe(meant);
  });

  it.each([
    ['en', 'please call the doctor at the office', ['Dakota', 'Offset', 'Callie', 'Plaza']],
    ['en', 'my order was ordered and orders are late', ['Ordar', 'Orderz', 'Leite']],
    ['pt', 'eu tenho um carro caro para vender', ['Karo', 'Vendra', 'Tenno', 'Cairo']],
    ['pt', 'quero falar com rafaela sobre o pagamento', ['Rafael', 'Pagamundo']],
    ['pt', 'dezessete mil quatrocentos e vinte', ['Desessete', 'Quatrocento']],
    ['pt', 'o advogado tomou um chá na varanda do palácio', ['Varanta', 'Xá', 'Advogata', 'Palassio']],
    ['pt', 'a fazenda colheu milho e melancia no inverno', ['Fasenda', 'Milio', 'Inferno Labs', 'Melansia']],
    ['en', 'the captain saw a lion in the desert', ['Kaptein', 'Laion', 'Dezert']],
    ['es', 'el abogado tomó una cerveza en la terraza', ['Avogado', 'Cerbeza', 'Terrasa']],
    ['es', 'quiero hablar con mi hermana mañana', ['Hermano', 'Manana Labs', 'Kiero']],
  ])('%s: keeps the right words of "%s"', (language, text, hotWords) => {
    expect(correct(text, language, hotWords)).toBe(text);
  });

  it('guesses more readily with more boost and not at all with none', () => {
    const heard = 'abra o nubanqui';
    expect(correct(heard, 'pt', [{ phrase: 'Nubank', boost: 3 }])).toBe('abra o Nubank');
    expect(correct(heard, 'pt', [{ phrase: 'Nubank', boost: 0 }])).toBe(heard);
    expect(correct('abra o nubank', 'pt', [{ phrase: 'Nubank', boost: 0 }])).toBe('abra o Nubank');
  });

  it('keeps everything around the words', () => {
    expect(correct('  «Grafanna»\t e\u0301 — 🙂', 'pt', ['Grafana'])).toBe('  «Grafana»\t e\u0301 — 🙂');
  });

  it('does without empty lists and phrases', () => {
    expect(correct('oi', 'pt', [])).toBe('oi');
    expect(correct('oi', 'pt', ['', ' ', '...'])).toBe('oi');
  });
});
