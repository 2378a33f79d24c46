import { type CommaRule, Document, foldWord, type ItnOptions } from './document.ts';
import { type Rewrite, type Rule, WRITTEN } from './rule.ts';

const STARTS_WRITTEN = /^[\p{N}\p{Sc}]/u;

/** The rules of a language, indexed by the words they can start with. */
export class Grammar {
  readonly #byFirst = new Map<string, Rule[]>();
  readonly #anywhere: readonly Rule[];
  readonly #triggers = new Map<string, Rule[]>();
  readonly #joinsAtComma: CommaRule | undefined;

  /** Of two matches of equal length the rule that stands first wins. */
  constructor(rules: readonly Rule[], joinsAtComma?: CommaRule) {
    this.#joinsAtComma = joinsAtComma;
    this.#anywhere = rules.filter((rule) => rule.any === true);
    for (const rule of rules) {
      const index = rule.any === true ? this.#triggers : this.#byFirst;
      for (const key of rule.first) {
        const known = index.get(key);
        if (known === undefined) index.set(key, [rule]);
        else known.push(rule);
      }
    }
  }

  /** True if an expression can start with this word. */
  knows(word: string): boolean {
    return this.#byFirst.has(foldWord(word));
  }

  /** Writes every expression that a rule recognizes, from left to right; all else stays byte for byte. */
  rewrite(text: string, options: ItnOptions): string {
    const document = new Document(text, options, this.#joinsAtComma);
    const { tokens } = document;
    const anywhere = this.#active(document);
    let written = '';
    let copied = 0;
    for (let position = 0; position < tokens.length; ) {
      const token = tokens[position];
      const rules = token === undefined ? undefined : this.#rulesFor(token.key);
      const found =
        rules === undefined && anywhere.length === 0
          ? undefined
          : longest(document, position, rules ?? [], anywhere);
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

  #rulesFor(key: string): readonly Rule[] | undefined {
    return this.#byFirst.get(STARTS_WRITTEN.test(key) ? WRITTEN : key);
  }

  #active(document: Document): readonly Rule[] {
    if (this.#anywhere.length === 0) return [];
    const active = new Set<Rule>();
    for (const token of document.tokens) {
      for (const rule of this.#triggers.get(token.key) ?? []) active.add(rule);
    }
    return this.#anywhere.filter((rule) => active.has(rule));
  }
}

function longest(
  document: Document,
  position: number,
  rules: readonly Rule[],
  anywhere: readonly Rule[],
): Rewrite | undefined {
  let best: Rewrite | undefined;
  for (const list of [anywhere, rules]) {
    for (const rule of list) {
      const found = rule.match(document, position);
      if (found !== undefined && found.end > (best?.end ?? position)) best = found;
    }
  }
  return best;
}
