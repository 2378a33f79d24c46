import type { Document } from './document.ts';
import { foldWord } from './document.ts';
import { type NumberSpec, type NumberWord, numberWords } from './number-words.ts';

/** A whole number found in a text. */
export interface WholeNumber {
  /** Index after the last token. */
  readonly end: number;
  readonly digits: string;
  /** Exact up to 2^53. */
  readonly value: number;
  /** Set if the number is one coefficient and one scale word ("fifty million"), which is then written as said. */
  readonly quantity?: { readonly coefficient: string; readonly scaleAt: number };
}

interface Part {
  readonly end: number;
  readonly value: number;
  /** What remains if the last words belong to the number that follows ("five hundred | six hundred"). */
  readonly shorter?: Part | undefined;
}

/** Reads whole numbers said in words: the longest valid one that starts at a token. */
export class NumberReader {
  readonly words: ReadonlyMap<string, NumberWord>;
  readonly spec: NumberSpec;
  readonly joiner: string;
  readonly #articles: ReadonlySet<string>;

  constructor(spec: NumberSpec, words: ReadonlyMap<string, NumberWord> = numberWords(spec)) {
    this.spec = spec;
    this.words = words;
    this.joiner = foldWord(spec.joiner);
    this.#articles = new Set((spec.article ?? []).map(foldWord));
  }

  /** A reader that knows more words. */
  with(words: ReadonlyMap<string, NumberWord>): NumberReader {
    return new NumberReader(this.spec, new Map([...this.words, ...words]));
  }

  isArticle(key: string): boolean {
    return this.#articles.has(key);
  }

  /** Keys of the words that can start a whole number. */
  first(): Set<string> {
    const keys = new Set(this.#articles);
    for (const [key, word] of this.words) {
      if (word.kind === 'hundred' || word.kind === 'scale') continue;
      if (word.kind === 'thousand' && !this.spec.bareThousand) continue;
      keys.add(key);
    }
    return keys;
  }

  word(document: Document, position: number, limit: number): NumberWord | undefined {
    return position < limit ? this.words.get(document.key(position) ?? '') : undefined;
  }

  /** A number from 1 to 99. */
  belowHundred(document: Document, position: number, limit: number): Part | undefined {
    const word = this.word(document, position, limit);
    if (word === undefined) return undefined;
    if (word.kind === 'one' || word.kind === 'teen') return { end: position + 1, value: word.value };
    if (word.kind !== 'ten') return undefined;
    const unitAt = this.#afterJoint(document, position + 1, limit, this.spec.joints.tens);
    const unit = unitAt < 0 ? undefined : this.word(document, unitAt, limit);
    const tens = { end: position + 1, value: word.value };
    return unit?.kind === 'one' ? { end: unitAt + 1, value: word.value + unit.value, shorter: tens } : tens;
  }

  /** A number from 1 to 999; with `teenHundreds` also "eleven hundred" up to 9999. */
  belowThousand(
    document: Document,
    position: number,
    limit: number,
    teenHundreds: boolean,
  ): Part | undefined {
    const word = this.word(document, position, limit);
    if (word?.kind === 'exactHundred') return { end: position + 1, value: word.value };
    let hundreds: Part;
    if (word?.kind === 'hundreds') hundreds = { end: position + 1, value: word.value };
    else {
      const count = this.#count(document, position, limit);
      const isMultiplied = count !== undefined && this.word(document, count.end, limit)?.kind === 'hundred';
      if (!isMultiplied) return this.#isArticleAt(document, position) ? undefined : count;
      if (count.value > 9 && (!teenHundreds || count.value % 10 === 0)) return count.shorter ?? count;
      hundreds = { end: count.end + 1, value: count.value * 100, shorter: count.shorter };
    }
    const restAt = this.#afterJoint(document, hundreds.end, limit, this.spec.joints.hundreds);
    let rest = restAt < 0 ? undefined : this.belowHundred(document, restAt, limit);
    while (rest !== undefined && this.word(document, rest.end, limit)?.kind === 'hundred')
      rest = rest.shorter;
    if (rest === undefined) return hundreds;
    const { shorter } = rest;
    return {
      end: rest.end,
      value: hundreds.value + rest.value,
      shorter: shorter
        ? { end: shorter.end, value: hundreds.value + shorter.value, shorter: hundreds }
        : hundreds,
    };
  }

  /** The longest whole number at `position` that ends before the token at `limit`. */
  whole(
    document: Document,
    position: number,
    limit: number = document.runEnd(position),
  ): WholeNumber | undefined {
    const first = this.word(document, position, limit);
    if (first?.kind === 'zero') return { end: position + 1, digits: '0', value: 0 };
    const sum = new Sum();
    let at = position;
    let end = position;
    while (at >= 0 && at < limit) {
      const next = this.#group(document, at, limit, sum);
      if (next === undefined) break;
      end = next;
      const before = this.word(document, end - 1, limit)?.kind;
      if (before !== 'thousand' && before !== 'scale') break;
      at = this.#afterJoint(document, end, limit, this.spec.joints.scales);
    }
    return end === position ? undefined : sum.result(end);
  }

  /** Adds the group at `position` (a number and its scales) to `sum`; returns the index after it. */
  #group(document: Document, position: number, limit: number, sum: Sum): number | undefined {
    const bare =
      this.spec.bareThousand && this.word(document, position, limit)?.kind === 'thousand'
        ? { end: position, value: 1 }
        : undefined;
    let part: Part | undefined =
      bare ??
      this.belowThousand(document, position, limit, sum.isEmpty) ??
      this.#article(document, position, limit);
    for (; part !== undefined; part = part.shorter) {
      const end = this.#bind(document, part, limit, sum);
      if (end !== undefined) return end;
    }
    return undefined;
  }

  /** Adds `part` with the scale that follows it; undefined if that scale cannot stand there. */
  #bind(document: Document, part: Part, limit: number, sum: Sum): number | undefined {
    const scale = this.word(document, part.end, limit);
    if (scale?.kind === 'thousand') {
      if (!sum.canTakeThousand || part.value > 999) return undefined;
      const above = this.word(document, part.end + 1, limit);
      if (above?.kind === 'scale') {
        if (!sum.canTakeScale(above.value)) return undefined;
        sum.addScale(part.value * 1000, above.value, part.end + 1);
        return part.end + 2;
      }
      sum.addThousand(part.value);
      return part.end + 1;
    }
    if (scale?.kind === 'scale') {
      const coefficient = sum.thousands * 1000 + part.value;
      if (!sum.canTakeScale(scale.value) || part.value > 999) return undefined;
      sum.addScale(coefficient, scale.value, part.end);
      return part.end + 1;
    }
    sum.addRest(part.value);
    return part.end;
  }

  /** "a hundred" is handled by `#count`; here "a thousand", "a million". */
  #article(document: Document, position: number, limit: number): Part | undefined {
    if (!this.#isArticleAt(document, position)) return undefined;
    const kind = this.word(document, position + 1, limit)?.kind;
    return kind === 'thousand' || kind === 'scale' ? { end: position + 1, value: 1 } : undefined;
  }

  #isArticleAt(document: Document, position: number): boolean {
    if (!this.#articles.has(document.key(position) ?? '')) return false;
    return this.spec.articleNotAfter?.includes(document.keyBefore(position) ?? '') !== true;
  }

  #count(document: Document, position: number, limit: number): Part | undefined {
    if (this.#isArticleAt(document, position)) return { end: position + 1, value: 1 };
    return this.belowHundred(document, position, limit);
  }

  /** Index after the joint at `position`; -1 if the joint that must be there is missing. */
  #afterJoint(document: Document, position: number, limit: number, joint: Joint): number {
    const present = joint !== 'never' && position < limit && document.key(position) === this.joiner;
    if (present) return position + 1;
    return joint === 'always' ? -1 : position;
  }
}

type Joint = NumberSpec['joints']['tens'];

/** Adds up the groups of a number; each scale may come once, in falling order. */
class Sum {
  thousands = 0;
  #large = 0n;
  #rest = 0;
  #lowest = Number.POSITIVE_INFINITY;
  #quantity: { coefficient: string; scaleAt: number } | undefined;
  #groups = 0;

  get isEmpty(): boolean {
    return this.#groups === 0;
  }

  get canTakeThousand(): boolean {
    return this.thousands === 0;
  }

  canTakeScale(exponent: number): boolean {
    return exponent < this.#lowest;
  }

  addThousand(count: number): void {
    this.thousands = count;
    this.#groups++;
  }

  addScale(coefficient: number, exponent: number, scaleAt: number): void {
    this.#large += BigInt(coefficient) * 10n ** BigInt(exponent);
    this.#quantity =
      this.#lowest === Number.POSITIVE_INFINITY ? { coefficient: String(coefficient), scaleAt } : undefined;
    this.#lowest = exponent;
    this.thousands = 0;
    this.#groups = 1;
  }

  addRest(value: number): void {
    this.#rest = value;
    this.#groups++;
  }

  result(end: number): WholeNumber {
    const small = this.thousands * 1000 + this.#rest;
    if (this.#large === 0n) return { end, digits: String(small), value: small };
    const total = this.#large + BigInt(small);
    const whole = { end, digits: String(total), value: Number(total) };
    return this.#quantity !== undefined && small === 0 ? { ...whole, quantity: this.#quantity } : whole;
  }
}
