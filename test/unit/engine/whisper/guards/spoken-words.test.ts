import { describe, expect, it } from 'vitest';
import type { Ending } from '#theo/engine/whisper/guards/annotations.js';
import { spokenWords } from '#theo/engine/whisper/guards/spoken-words.js';
import { joinWords } from '#theo/engine/words.js';

function spoken(text: string, ending: Ending): string {
  const words = text.split(' ').map((word) => ({ text: word, spaceBefore: true }));
  return joinWords(spokenWords(words, ending));
}

describe.each<Ending>(['open', 'final'])('what may have been said of a text that is %s', (ending) => {
  it.each([
    'Legendas pela comunidade Amara.org',
    'Untertitel der Amara.org-Community',
    'Untertitel im Auftrag des ZDF für funk, 2017',
    'Copyright WDR 2020',
    'SWR 2020.',
    'Sous-titres réalisés para la communauté d’Amara.org',
    '字幕由 Amara.org 社区提供',
    'SUBTITULADO POR JNKOIL',
    "Sous-titrage ST'501",
    '字幕: J Chong',
    'Субтитры сделал DimaTorzok.',
    'RKA',
    'RKA4JL -',
    '[Música] RKA - (risos)',
    '...',
  ])('"%s": nothing', (text) => {
    expect(spoken(text, ending)).toBe('');
  });

  it.each([
    ['RKA - A Amazônia é grande.', 'A Amazônia é grande.'],
    ['[x] RKA20JV – Olá', 'Olá'],
  ])('"%s": all but the mark', (text, rest) => {
    expect(spoken(text, ending)).toBe(rest);
  });

  it.each([
    'RKA Engenharia',
    'Obrigado.',
    'Thank you.',
    'Legendas, por favor.',
    'Das ZDF im Jahr 2020',
    'Go to amara org slash help',
  ])('"%s": all', (text) => {
    expect(spoken(text, ending)).toBe(text);
  });
});
