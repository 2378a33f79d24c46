import { tokenPattern } from './token-pattern.ts';

/** How the written forms look; see `normalize`. */
export interface ItnOptions {
  /** Write thousands separators (`15.000`, `15,000`). */
  readonly grouping: boolean;
}

/** A word of the text, or something already in written form, which no grammar takes apart. */
export interface Token {
  /** Offsets in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Lower case and, from three letters on, without accents: what grammars compare. */
  readonly key: string;
  /** Index after the last token that is joined to this one by white space or hyphens only. */
  runEnd: number;
  /** Index of the first token of that run. */
  runStart: number;
}

/** What a slot found: the index after its last token, its written form and its numeric value (NaN if none). */
export interface SlotValue {
  readonly end: number;
  readonly text: string;
  readonly value: number;
}

/** A part of a grammar that recognizes one meaning, such as a cardinal or a month, at a token. */
export interface Slot {
  readonly name: string;
  /** Keys of all words that a match can start with. */
  readonly first: ReadonlySet<string>;
  /** Keys of which every text with a match holds one. */
  readonly needs?: ReadonlySet<string>;
  match(document: Document, position: number): SlotValue | undefined;
}

/**
 * Tells whether the comma before the token at `position` stands inside an expression ("one thousand, two hundred"), so
 * that the words around it are read together.
 */
export type CommaRule = (tokens: readonly Token[], position: number) => boolean;

const JOINT = /^(?:[^\S\n\r]+|[-‐‑])$/u;
const NON_ASCII = /[^\0-\x7f]/;
const MARKS = /\p{M}+/gu;

/**
 * The form in which words are compared: lower case; accents are dropped from words of three letters or more, because
 * short words differ by them (`e` and `é`, `as` and `às`).
 */
export function foldWord(word: string): string {
  const lower = word.toLowerCase();
  if (!NON_ASCII.test(lower)) return lower;
  const composed = lower.normalize('NFC').replaceAll('’', "'");
  return composed.length > 2 ? composed.normalize('NFD').replace(MARKS, '') : composed;
}

/** What a slot found at the latest positions, by the position's lowest bits. */
interface Memory {
  readonly positions: number[];
  readonly values: (SlotValue | undefined)[];
}

const MEMORY_MASK = 63;

/** A text cut into words, and the memory of what slots found in it. */
export class Document {
  readonly text: string;
  readonly options: ItnOptions;
  readonly tokens: readonly Token[];
  readonly #memory = new Map<Slot, Memory>();

  constructor(text: string, options: ItnOptions, joinsAtComma?: CommaRule) {
    this.text = text;
    this.options = options;
    this.tokens = tokenize(text);
    if (joinsAtComma !== undefined && text.includes(', ')) joinRuns(text, this.tokens, joinsAtComma);
  }

  /** Key of the token at `position`; undefined outside the text. */
  key(position: number): string | undefined {
    return this.tokens[position]?.key;
  }

  /** Key of the token before `position` in the same run. */
  keyBefore(position: number): string | undefined {
    const token = this.tokens[position];
    return token !== undefined && token.runStart < position ? this.key(position - 1) : undefined;
  }

  /** Key of the token at `end` if it belongs to the run of the token before it. */
  keyAfter(end: number): string | undefined {
    const last = this.tokens[end - 1];
    return last !== undefined && end < last.runEnd ? this.key(end) : undefined;
  }

  runEnd(position: number): number {
    return this.tokens[position]?.runEnd ?? position;
  }

  /** The text of the tokens from `start` to before `end`, as it was written. */
  slice(start: number, end: number): string {
    const first = this.tokens[start];
    const last = this.tokens[end - 1];
    return first === undefined || last === undefined ? '' : this.text.slice(first.start, last.end);
  }

  /** True if a hyphen or another sign touches the word at `position` on its right (`after`) or left side. */
  touches(position: number, after: boolean): boolean {
    const token = this.tokens[position];
    const neighbour = this.tokens[after ? position + 1 : position - 1];
    if (token === undefined || neighbour === undefined) return false;
    const gap = after
      ? this.text.slice(token.end, neighbour.start)
      : this.text.slice(neighbour.end, token.start);
    return gap !== '' && gap === gap.trim();
  }

  /** What `slot` finds at `position`; remembered while the reading is near there. */
  find(slot: Slot, position: number): SlotValue | undefined {
    const key = this.key(position);
    if (key === undefined || !slot.first.has(key)) return undefined;
    let memory = this.#memory.get(slot);
    if (memory === undefined) {
      memory = { positions: [], values: [] };
      this.#memory.set(slot, memory);
    }
    const place = position & MEMORY_MASK;
    if (memory.positions[place] === position) return memory.values[place];
    const value = slot.match(this, position);
    memory.positions[place] = position;
    memory.values[place] = value;
    return value;
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let runStart = 0;
  let previousEnd = -1;
  for (const match of text.matchAll(tokenPattern(text))) {
    const start = match.index;
    const word = match[0];
    const index = tokens.length;
    const gap = previousEnd < 0 ? '' : text.slice(previousEnd, start);
    if (index > 0 && gap !== ' ' && !JOINT.test(gap)) {
      closeRun(tokens, runStart);
      runStart = index;
    }
    previousEnd = start + word.length;
    tokens.push({ start, end: previousEnd, key: foldWord(word), runEnd: 0, runStart });
  }
  closeRun(tokens, runStart);
  return tokens;
}

/** Makes one run of two between which a comma is to be passed over. */
function joinRuns(text: string, tokens: readonly Token[], joins: CommaRule): void {
  for (let position = 1; position < tokens.length; position++) {
    const before = tokens[position - 1];
    const token = tokens[position];
    if (before === undefined || token === undefined || token.runStart !== position) continue;
    if (text.slice(before.end, token.start) !== ', ' || !joins(tokens, position)) continue;
    for (let at = token.runStart, { runEnd } = token; at < runEnd; at++) {
      const later = tokens[at];
      if (later !== undefined) later.runStart = before.runStart;
    }
    for (let at = before.runStart; at < position; at++) {
      const earlier = tokens[at];
      if (earlier !== undefined) earlier.runEnd = token.runEnd;
    }
  }
}

function closeRun(tokens: Token[], runStart: number): void {
  for (let index = runStart; index < tokens.length; index++) {
    const token = tokens[index];
    if (token !== undefined) token.runEnd = tokens.length;
  }
}
