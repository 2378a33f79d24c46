import { describe, expect, it } from 'vitest';
import { joinTexts, joinWords } from '#theo/engine/words.js';

describe('words', () => {
  it('are joined with their own spacing, none before the first', () => {
    expect(
      joinWords([
        { text: '我', spaceBefore: true },
        { text: '用', spaceBefore: false },
        { text: 'iPhone', spaceBefore: true },
        { text: '打', spaceBefore: true },
        { text: '电话', spaceBefore: false },
      ]),
    ).toBe('我用 iPhone 打电话');
    expect(joinWords([])).toBe('');
  });
});

describe('texts', () => {
  it.each([
    [['one', 'two'], 'one two'],
    [['客観的', '実在の。', '判断'], '客観的実在の。判断'],
    [['สวัสดี', 'ครับ'], 'สวัสดีครับ'],
    [['ສະບາຍດີ', 'ခင်ဗျာ', 'ខ្ញុំ'], 'ສະບາຍດີခင်ဗျာខ្ញុំ'],
    [['그는', '길'], '그는 길'],
    [['नमस्ते', 'दुनिया'], 'नमस्ते दुनिया'],
    [['我用', 'iPhone', '打电话'], '我用 iPhone 打电话'],
    [['', 'one', '', 'two', ''], 'one two'],
    [[''], ''],
  ])('%j are joined to %j', (texts, joined) => {
    expect(joinTexts(texts)).toBe(joined);
  });
});
