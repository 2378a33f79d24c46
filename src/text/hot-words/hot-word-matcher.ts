import { COMMON_SOUNDS } from '../languages/common-sounds.ts';
import type { Language, Respelling } from '../languages/language.ts';
import { isKnownWord } from './known-words.ts';
import { bareLetters, similarity, soundOf } from './phonetics.ts';

/** A word or phrase that the speaker is likely to say. */
export interface HotWord {
  /** As it is to be written. */
  readonly phrase: string;
  /** 0 to 4: how readily similar words become this one; 0 corrects capitals and spaces alone. Default: 1. */
  readonly boost?: number;
}

interface Entry {
  readonly phrase: string;
  readonly letters: string;
  readonly sound: string;
  /** Least similarity of sounds. */
  readonly threshold: number;
}

/** A word with its letters and where it stands. */
interface Word {
  readonly start: number;
  readonly end: number;
  readonly letters: string;
  readonly isKnown: boolean;
  /** True if only a space or a hyphen separates it from the word before. */
  readonly isJoined: boolean;
}

interface Match {
  readonly count: number;
  readonly phrase: string;
  readonly score: number;
}

/** What one unit of boost takes off the similarity that is asked for. */
const BOOST_STEP = 0.12;
const LEAST_SOUND = 0.55;
/** Least similarity of sounds if a known word has to be a part of the hot word, whatever the boost. */
const WITH_KNOWN_WORDS = 0.88;
/** Letters may be less alike than sounds by this much. */
const LETTER_SLACK = 0.2;
/** Shorter phrases are too like other words to be guessed at. */
const SHORTEST_GUESS = 4;
/** Recognizers split an unknown word in at most so many words more than it has. */
const EXTRA_WORDS = 2;
/** Letters that are spelled out ("s q l") make more words of one. */
const MOST_WORDS = 10;
/** Better than any guess. */
const SAME = 2;
/** Longer stretches are not compared. */
const LONGEST_LETTERS = 48;

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu;
const JOINT = /^[ \-‐]$/u;

/** Finds what was probably meant to be a hot word. Linear in the length of the text. */
export class HotWordMatcher {
  readonly #language: Language | undefined;
  readonly #sounds: readonly Respelling[];
  /** By the first letter of the sound; words that start differently are not alike enough. */
  readonly #entries = new Map<string, Entry[]>();
  readonly #initials = new Map<string, string>();
  readonly #byLetters = new Map<string, string>();
  readonly #longest: number;

  /** Without a language, words are compared by their letters and none is known to be right. */
  constructor(hotWords: readonly (string | HotWord)[], language: Language | undefined) {
    this.#language = language;
    this.#sounds = language?.sounds ?? COMMON_SOUNDS;
    let longest = 0;
    for (const hotWord of hotWords) {
      const { phrase, boost = 1 } = typeof hotWord === 'string' ? { phrase: hotWord } : hotWord;
      const letters = bareLetters(phrase);
      if (letters === '' || letters.length > LONGEST_LETTERS) continue;
      const sound = soundOf(letters, this.#sounds);
      const threshold = boost <= 0 ? 1 : Math.max(LEAST_SOUND, 1 - BOOST_STEP * boost);
      const initial = this.#initial(letters);
      const known = this.#entries.get(initial) ?? [];
      if (!this.#byLetters.has(letters)) this.#byLetters.set(letters, phrase);
      known.push({ phrase, letters, sound, threshold });
      this.#entries.set(initial, known);
      longest = Math.max(longest, phrase.split(/[\s-]+/).length);
    }
    this.#longest = longest === 0 ? 0 : longest + EXTRA_WORDS;
  }

  /** The text with hot words in place of what sounds like them; spaces and punctuation around them stay. */
  correct(text: string): string {
    if (this.#longest === 0) return text;
    const words = this.#words(text);
    let written = '';
    let copied = 0;
    for (let index = 0; index < words.length; ) {
      const match = this.#best(words, index);
      const first = words[index];
      const last = match === undefined ? undefined : words[index + match.count - 1];
      if (match === undefined || first === undefined || last === undefined) {
        index++;
        continue;
      }
      written += text.slice(copied, first.start) + match.phrase;
      copied = last.end;
      index += match.count;
    }
    return copied === 0 ? text : written + text.slice(copied);
  }

  #words(text: string): Word[] {
    const words: Word[] = [];
    let previousEnd = 0;
    for (const match of text.matchAll(WORD)) {
      const start = match.index;
      const end = start + match[0].length;
      words.push({
        start,
        end,
        letters: bareLetters(match[0]),
        isKnown: this.#language !== undefined && isKnownWord(match[0].toLowerCase(), this.#language),
        isJoined: JOINT.test(text.slice(previousEnd, start)),
      });
      previousEnd = end;
    }
    return words;
  }

  #best(words: readonly Word[], index: number): Match | undefined {
    const best = this.#bestFrom(words, index);
    // A known word at the start is likely to be itself: the match must be better with it than without.
    if (best === undefined || best.count === 1 || words[index]?.isKnown !== true) return best;
    const later = this.#bestFrom(words, index + 1);
    return later !== undefined && later.score >= best.score ? undefined : best;
  }

  #bestFrom(words: readonly Word[], index: number): Match | undefined {
    let best: Match | undefined;
    let letters = '';
    let known = 0;
    let wholeWords = 0;
    for (let count = 1; count <= MOST_WORDS; count++) {
      const word = words[index + count - 1];
      if (word === undefined || (count > 1 && !word.isJoined)) break;
      if (word.letters.length > 1 && ++wholeWords > this.#longest) break;
      letters += word.letters;
      if (word.isKnown) known++;
      if (letters.length > LONGEST_LETTERS) break;
      const found = this.#compare(letters, known === count, known === 0 ? 0 : WITH_KNOWN_WORDS);
      if (found === undefined) continue;
      if (best === undefined || found.score > best.score) best = { count, ...found };
    }
    return best;
  }

  /** First letter of the sound; most words are told apart by it without a look at the rest. */
  #initial(letters: string): string {
    const head = letters.slice(0, 3);
    let initial = this.#initials.get(head);
    if (initial === undefined) {
      initial = soundOf(`${head}l`, this.#sounds).charAt(0);
      this.#initials.set(head, initial);
    }
    return initial;
  }

  /** The most similar hot word; words that are all known are never taken for something else. */
  #compare(letters: string, areKnown: boolean, least: number): Omit<Match, 'count'> | undefined {
    const same = this.#byLetters.get(letters);
    if (same !== undefined) return { phrase: same, score: SAME };
    if (areKnown || letters.length < SHORTEST_GUESS - 1) return undefined;
    const candidates = this.#entries.get(this.#initial(letters));
    if (candidates === undefined) return undefined;
    let best: Omit<Match, 'count'> | undefined;
    const sound = soundOf(letters, this.#sounds);
    for (const entry of candidates) {
      if (entry.letters.length < SHORTEST_GUESS) continue;
      const longest = Math.max(sound.length, entry.sound.length);
      if (1 - Math.abs(sound.length - entry.sound.length) / longest < entry.threshold) continue;
      const soundScore = similarity(sound, entry.sound);
      if (soundScore < Math.max(entry.threshold, least)) continue;
      const letterScore = similarity(letters, entry.letters);
      if (letterScore < entry.threshold - LETTER_SLACK) continue;
      const score = (soundScore + letterScore) / 2;
      if (best === undefined || score > best.score) best = { phrase: entry.phrase, score };
    }
    return best;
  }
}
