import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Ending, withoutAnnotations } from '#theo/engine/whisper/guards/annotations.js';
import { joinWords } from '#theo/engine/words.js';

/** What remains of a text whose words are parted by spaces. */
function textWithoutAnnotations(text: string, ending: Ending): string {
  const words = text.trim().split(/\s+/u);
  return joinWords(
    withoutAnnotations(
      words.map((word) => ({ text: word, spaceBefore: true })),
      ending,
    ),
  );
}

const both: readonly Ending[] = ['open', 'final'];

describe.each(both)('annotations in a text that is %s', (ending) => {
  it.each([
    ['[BLANK_AUDIO]', ''],
    ['[MÚSICA DE FUNDO]', ''],
    ['(música)', ''],
    ['* Musik *', ''],
    ['*sighs* Well, yes.', 'Well, yes.'],
    ['**sighs** Well.', 'Well.'],
    ['♪ la la la ♪', ''],
    ['♪♪ la la la ♪♪ Olá', 'Olá'],
    ['♪ ♫ la ♬ Olá', 'Olá'],
    ['（笑声）我们去', '我们去'],
    ['【音乐】 ［笑］〔拍手〕 ｛x｝〖y〗', ''],
    ['Olá (risos) tudo bem?', 'Olá tudo bem?'],
    ['Olá (risos), tudo bem', 'Olá tudo bem'],
    ['Olá. [música de fundo] Tudo bem.', 'Olá. Tudo bem.'],
    ['([ruído (alto)] mais) sim', 'sim'],
    ['(música] sim', 'sim'],
    ['[a (b] sim', 'sim'],
    ['[♪ canta] sim', 'sim'],
    ['o(a) aluno(a)s', 'o alunos'],
    ['...', ''],
    ['. (x) -', ''],
  ])('%s: what remains is "%s"', (text, remains) => {
    expect(textWithoutAnnotations(text, ending)).toBe(remains);
  });

  it.each([
    'Call (11) 98765-4321.',
    '(555) 123-4567',
    'what the f*** is it',
    'F*** you',
    '5 * 3 is 15',
    'a) one b) two',
    '他说「你好」，《书》',
    'I said "no".',
    'R$ 5,00',
  ])('%s is speech', (text) => {
    expect(textWithoutAnnotations(text, ending)).toBe(text);
  });
});

describe('a bracket that is not closed', () => {
  it.each(['[Mús', 'Olá (ri', 'Olá (risos [x]', '♪ la la', '*sig', 'Olá ('])(
    '%s: nothing from it on is shown, as long as more may come',
    (text) => {
      expect(textWithoutAnnotations(text, 'open')).toBe(text.startsWith('Olá') ? 'Olá' : '');
      expect(textWithoutAnnotations(text, 'final')).toBe(text.startsWith('Olá') ? 'Olá' : '');
    },
  );

  it('goes alone from a final when a long speech follows', () => {
    const speech =
      'e então nós fomos para casa, comemos alguma coisa e conversamos até bem tarde da noite sobre isso';
    expect(textWithoutAnnotations(`Olá (${speech}`, 'open')).toBe('Olá');
    expect(textWithoutAnnotations(`Olá (${speech}`, 'final')).toBe(`Olá ${speech}`);
    expect(textWithoutAnnotations(`♪ ${speech} [risos] sim`, 'final')).toBe(`${speech} sim`);
  });
});

describe('words', () => {
  const word = (text: string, spaceBefore = true) => ({ text, spaceBefore, probability: 0.5 });

  it('that are left keep what belongs to them', () => {
    const words = [word('(ri'), word('sos)'), word('好', false), word('的', false)];
    expect(withoutAnnotations(words, 'open')).toEqual([word('好'), word('的', false)]);
  });

  it('stay apart where an annotation stood between them', () => {
    expect(joinWords(withoutAnnotations([word('Oi'), word('(x)'), word('tudo', false)], 'open'))).toBe(
      'Oi tudo',
    );
    expect(joinWords(withoutAnnotations([word('好'), word('（x）', false), word('的', false)], 'open'))).toBe(
      '好的',
    );
  });
});

test('what is shown of a text only grows while it comes', () => {
  const piece = fc.constantFrom(
    'a',
    'b ',
    ' c',
    '(',
    ')',
    '[',
    ']',
    '♪',
    '*',
    ' ',
    '好',
    '（',
    '）',
    '1',
    '.',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), fc.nat(24), (all, count) => {
      const shown = textWithoutAnnotations(all.slice(0, count).join(''), 'open');
      expect(textWithoutAnnotations(all.join(''), 'open').startsWith(shown)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('nothing in brackets is left, all that is outside is', () => {
  const { annotation } = fc.letrec<{ annotation: string; content: string }>((tie) => ({
    content: fc.oneof({ maxDepth: 4 }, fc.constantFrom('x', 'x x', ''), tie('annotation')),
    annotation: fc
      .tuple(fc.constantFrom('()', '[]', '{}', '（）', '【】', '［］', '〔〕'), tie('content'))
      .map(([[open, close] = '', content]) => `${open}x${content}${close}`),
  }));
  const text = fc.array(fc.oneof(annotation, fc.constant('o')), { minLength: 1 });
  fc.assert(
    fc.property(text, fc.constantFrom(...both), (parts, ending) => {
      const spoken = parts.filter((part) => part === 'o');
      expect(textWithoutAnnotations(parts.join(' '), ending)).toBe(spoken.join(' '));
      expect(textWithoutAnnotations(parts.join(''), ending)).toBe(spoken.join(''));
    }),
  );
});

test('a text without marks stays as it is', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[\p{L}\p{N}.,!?-]{1,8}$/u), { minLength: 1 }), (words) => {
      fc.pre(words.some((word) => /[\p{L}\p{N}]/u.test(word)));
      for (const ending of both)
        expect(textWithoutAnnotations(words.join(' '), ending)).toBe(words.join(' '));
    }),
  );
});
