import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createTextPipeline, type TextContext } from '#theo/text/index.js';

const pipeline = createTextPipeline((_stage, error) => {
  throw error;
});

function finish(text: string, context: TextContext): string {
  return pipeline.apply({ text, isFinal: true }, { entities: true, ...context });
}

const sentences: Readonly<Record<string, string>> = {
  ar: 'السلام عليكم، كيف الحال؟',
  he: 'שלום, מה שלומך?',
  hi: 'कल काला है।',
  ja: '客観的実在の判断的知識が成立するのである。',
  km: 'ប្រទេសកម្ពុជាមានវប្បធម៌',
  ko: '그는 이리저리 피하면서 길 한 옆으로 걸어갔다.',
  lo: 'ສະບາຍດີ',
  my: 'မြန်မာနိုင်ငံသည်',
  th: 'กินข้าวหรือยังครับ',
  zh: '我用 iPhone 打电话，好吗？👩‍👩‍👧',
};

describe.each(Object.entries(sentences))('text in the script of "%s"', (language, text) => {
  it.each([language, 'en', 'pt', 'es'])('stays as it is where its language is said to be "%s"', (said) => {
    expect(finish(text, { language: said })).toBe(text);
    expect(finish(text, { language: said, hotWords: ['Florianópolis', 'ขาว', 'काला', '订单', 'がが'] })).toBe(
      text,
    );
  });
});

test('numbers between such words are written all the same', () => {
  expect(finish('我们 paid two hundred dollars 谢谢', { language: 'en' })).toBe('我们 paid $200 谢谢');
});

describe('hot words', () => {
  it('tell words apart by their vowel signs and tone marks', () => {
    expect(finish('कल है', { language: 'hi', hotWords: ['काला'] })).toBe('कल है');
    expect(finish('ข้าว', { language: 'th', hotWords: ['ขาว'] })).toBe('ข้าว');
    expect(finish('かき', { language: 'ja', hotWords: ['がき'] })).toBe('かき');
  });

  it('do not mind the points of Arabic and Hebrew', () => {
    expect(finish('السلام عليكم', { language: 'ar', hotWords: ['السَّلام'] })).toBe('السَّلام عليكم');
  });
});

test('no text makes a stage fail', () => {
  const piece = fc.oneof(fc.constantFrom(...Object.values(sentences)), fc.string({ unit: 'grapheme' }));
  fc.assert(
    fc.property(fc.array(piece), fc.constantFrom('en', 'pt', 'es', 'zh', 'th', ''), (pieces, language) => {
      expect(() => finish(pieces.join(' '), { language, hotWords: pieces.slice(0, 3) })).not.toThrow();
    }),
  );
});
