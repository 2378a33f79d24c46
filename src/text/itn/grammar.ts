import { type CommaRule, Document, foldWord, type ItnOptions } from './document.ts';
import { type Rewrite, type Rule, WRITTEN } from './rule.ts';

const STARTS_WRITTEN = /^(?:\d|(?:r|us)?[$€£¥₩₹₿])/;

/** A rule and the number of the words that it needs; -1 if it needs none. */
interface Entry {
  readonly rule: Rule;
  readonly need: number;
}

/** The rules of a language, indexed by the words they can start with. */
export class Grammar {
  readonly #byFirst = new Map<string, Entry[]>();
  readonly #anywhere: readonly Entry[];
  /** Numbers of the needs that a word fulfils. */
  readonly #needs = new Map<string, number[]>();
  readonly #needCount: number;
  readonly #joinsAtComma: CommaRule | undefined;

  /** Of two matches of equal length the rule that stands first wins. */
  constructor(rules: readonly Rule[], joinsAtComma?: CommaRule) {
    this.#joinsAtComma = joinsAtComma;
    const numbers = new Map<string, number>();
    const entries = rules.map((rule) => ({ rule, need: this.#numberOf(rule.needs, numbers) }));
    this.#needCount = numbers.size;
    this.#anywhere = entries.filter(({ rule }) => rule.any === true);
    for (const entry of entries) {
      if (entry.rule.any === true) continue;
      for (const key of entry.rule.first) listOf(this.#byFirst, key).push(entry);
    }
  }

  /** The number of a set of words, the same for equal sets. */
  #numberOf(words: ReadonlySet<string> | undefined, numbers: Map<string, number>): number {
    if (words === undefined) return -1;
    const name = [...words].toSorted().join(' ');
    const known = numbers.get(name);
    if (known !== undefined) return known;
    const number = numbers.size;
    numbers.set(name, number);
    for (const word of words) listOf(this.#needs, word).push(number);
    return number;
  }

  /** True if an expression can start with this word. */
  knows(word: string): boolean {
    return this.#byFirst.has(foldWord(word));
  }

  /** Writes every expression that a rule recognizes, from left to right; all else stays byte for byte. */
  rewrite(text: string, options: ItnOptions): string {
    const document = new Document(text, options, this.#joinsAtComma);
    const { tokens } = document;
    const held = this.#held(document);
    const anywhere = this.#anywhere.filter(({ need }) => need < 0 || held[need] === 1);
    let written = '';
    let copied = 0;
    for (let position = 0; position < tokens.length; ) {
      const token = tokens[position];
      const entries = token === undefined ? undefined : this.#entriesFor(token.key);
      const found =
        entries === undefined && anywhere.length === 0
          ? undefined
          : longest(document, position, held, [anywhere, entries ?? []]);
      const last = found === undefined ? undefined : tokens[found.end - 1];
      if (token === undefined || found === undefined || last === undefined) {
        position++;
        continue;
      }
      written += text.slice(copied, token.start) + found.text;
      copied = last.end;
      // "etc." at the end of a sentence needs no other point.
      if (found.text.endsWith('.') && text[copied] === '.') copied++;
      position = found.end;
    }
    return copied === 0 ? text : written + text.slice(copied);
  }

  #entriesFor(key: string): readonly Entry[] | undefined {
    return this.#byFirst.get(key) ?? (STARTS_WRITTEN.test(key) ? this.#byFirst.get(WRITTEN) : undefined);
  }

  /** 1 at the number of each need that the text fulfils. */
  #held(document: Document): Uint8Array {
    const held = new Uint8Array(this.#needCount);
    for (const token of document.tokens) {
      const numbers = this.#needs.get(token.key);
      if (numbers !== undefined) for (const number of numbers) held[number] = 1;
    }
    return held;
  }
}

function listOf<T>(lists: Map<string, T[]>, key: string): T[] {
  let list = lists.get(key);
  if (list === undefined) {
    list = [];
    lists.set(key, list);
  }
  return list;
}

function longest(
  document: Document,
  position: number,
  held: Uint8Array,
  lists: readonly (readonly Entry[])[],
): Rewrite | undefined {
  let best: Rewrite | undefined;
  for (const list of lists) {
    for (const { rule, need } of list) {
      if (need >= 0 && held[need] === 0) continue;
      const found = rule.match(document, position);
      if (found !== undefined && found.end > (best?.end ?? position)) best = found;
    }
  }
  return best;
}
