import { type Document, foldWord, type Slot } from '../document.ts';
import type { GrammarSpec } from '../grammar-spec.ts';
import type { NumberReader } from '../numbers.ts';
import { phraseTable } from '../phrase-table.ts';
import type { Rewrite, Rule } from '../rule.ts';
import { DigitReader } from './digit-reader.ts';
import { DOMAINS, GENERIC, PROTOCOLS, STARTS_PROTOCOL } from './domains.ts';

/** No part of an address has more words. */
const LONGEST = 48;
const LETTER = /^[\p{L}]$/u;
const PLAIN_WORD = /^[\p{L}\p{N}]+$/u;

type PieceKind = 'letter' | 'digit' | 'word' | 'sign';

interface Piece {
  readonly end: number;
  readonly text: string;
  readonly kind: PieceKind;
}

/** E-mail addresses and addresses of pages that are spelled out or said. */
export function electronicRules(language: GrammarSpec, numbers: NumberReader): Rule[] {
  const reader = new AddressReader(language, numbers);
  const triggers = new Set(language.electronic.dot.map(foldWord));
  return [
    {
      name: 'e-mail',
      first: new Set(),
      needs: triggers,
      any: true,
      match: (document, position) => reader.mail(document, position),
    },
    {
      name: 'address',
      first: new Set(),
      needs: triggers,
      any: true,
      match: (document, position) => reader.page(document, position),
    },
  ];
}

class AddressReader {
  readonly #at: ReadonlySet<string>;
  readonly #dots: ReadonlySet<string>;
  readonly #www: ReadonlySet<string>;
  readonly #stopWords: ReadonlySet<string>;
  readonly #signs: Slot;
  readonly #letters: Slot;
  readonly #names: Slot;
  readonly #digits: DigitReader;
  readonly #numbers: NumberReader;
  readonly #ambiguousNames: ReadonlySet<string> | undefined;

  constructor(language: GrammarSpec, numbers: NumberReader) {
    const spec = language.electronic;
    this.#at = new Set(spec.at.map(foldWord));
    this.#dots = new Set(spec.dot.map(foldWord));
    this.#www = new Set(spec.www.map((phrase) => phrase.split(' ').map(foldWord).join(' ')));
    this.#stopWords = new Set(spec.stopWords.map(foldWord));
    this.#signs = phraseTable('sign', {
      ...spec.signs,
      ...Object.fromEntries(spec.dot.map((word) => [word, '.'])),
    });
    this.#letters = phraseTable('letter', spec.letters ?? {});
    this.#names = phraseTable('name', spec.names);
    this.#digits = new DigitReader(language, numbers);
    this.#numbers = numbers;
    this.#ambiguousNames = spec.ambiguousNames;
  }

  /** "a b c at gmail dot com" */
  mail(document: Document, position: number): Rewrite | undefined {
    const limit = Math.min(document.runEnd(position), position + LONGEST);
    let user = '';
    let previous: PieceKind | undefined;
    let end = position;
    let isParticle = false;
    while (end < limit && !this.#at.has(document.key(end) ?? '')) {
      const piece = this.#piece(document, end, limit, previous);
      if (piece === undefined || !(isParticle || mayFollow(previous, piece.kind))) return undefined;
      // "maria ponto da silva": after a sign a short word is a part of the name.
      isParticle =
        (isParticle || previous === 'sign') && piece.kind === 'word' && this.#isStop(document, end);
      if (piece.kind === 'word' && !isParticle && this.#isStop(document, end)) return undefined;
      if (previous !== 'sign' && this.#isArticle(document, end, piece, limit)) return undefined;
      user += piece.text;
      previous = piece.kind;
      end = piece.end;
    }
    if (user === '' || end >= limit || previous === 'sign') return undefined;
    const host = this.#host(document, end + 1, true);
    return host && { end: host.end, text: `${user}@${host.text}`.toLowerCase() };
  }

  /** "w w w dot ...", "h t t p s colon slash slash ...", "nvidia dot com" */
  page(document: Document, position: number): Rewrite | undefined {
    const protocol = this.#protocol(document, position);
    const start = protocol?.end ?? position;
    if (start >= document.runEnd(position)) return undefined;
    const host = this.#host(document, start, protocol !== undefined);
    if (host === undefined) return undefined;
    if (protocol === undefined) {
      const [first = '', ...labels] = host.text.toLowerCase().split('.');
      const isSure = first === 'www' || labels.some((label) => GENERIC.has(label)) || labels.length > 1;
      if (!isSure || this.#stopWords.has(first) || this.#isProse(document, start, host.end)) return undefined;
      if (this.#isStop(document, start) && (document.key(start) ?? '').length > 1) return undefined;
    }
    const path = this.#path(document, host.end);
    return { end: path.end, text: `${protocol?.text ?? ''}${host.text}${path.text}`.toLowerCase() };
  }

  /** "h t t p s colon slash slash", "https colon slash slash" */
  #protocol(document: Document, position: number): Rewrite | undefined {
    const limit = Math.min(document.runEnd(position), position + LONGEST);
    let name = '';
    let end = position;
    for (let previous: PieceKind | undefined; end < limit && !PROTOCOLS.has(name); ) {
      const piece = this.#piece(document, end, limit, previous);
      if (piece === undefined || (piece.kind !== 'letter' && name !== '')) return undefined;
      name += piece.text.toLowerCase();
      if (!STARTS_PROTOCOL.test(name)) return undefined;
      previous = piece.kind;
      end = piece.end;
    }
    // "h t t p" may go on with an "s".
    const last = name === 'http' && end < limit ? this.#piece(document, end, limit, 'letter') : undefined;
    if (last?.kind === 'letter' && last.text.toLowerCase() === 's') {
      name = 'https';
      end = last.end;
    }
    for (let signs = ''; PROTOCOLS.has(name) && end < limit; ) {
      const sign = document.find(this.#signs, end);
      if (sign === undefined) return undefined;
      signs += sign.text;
      end = sign.end;
      if (signs === '://') return { end, text: `${name}://` };
    }
    return undefined;
  }

  /** Labels joined by dots, the last of which is a known top-level domain or, if this surely is a host, spelled out. */
  #host(document: Document, position: number, isSure: boolean): Rewrite | undefined {
    const limit = Math.min(document.runEnd(position), position + LONGEST);
    let text = '';
    let end = position;
    let best: Rewrite | undefined;
    for (let labels = 0; ; labels++) {
      const isWeb = text.startsWith('www.');
      const label = this.#label(document, end, limit, isWeb);
      if (label === undefined) return best;
      const isSpelled = (isSure || isWeb) && label.isSpelled && label.text.length > 1;
      text += label.text;
      end = label.end;
      if (labels > 0 && (isSpelled || DOMAINS.has(label.text.toLowerCase()))) best = { end, text };
      if (end >= limit || !this.#dots.has(document.key(end) ?? '')) return best;
      text += '.';
      end++;
    }
  }

  /**
   * One name between dots: "n vidia", "g mail", "a b c", "nvidia", "my dash site"; with `joinsWords` also "stack
   * overflow", if a dot follows.
   */
  #label(
    document: Document,
    position: number,
    limit: number,
    joinsWords: boolean,
  ): (Rewrite & { readonly isSpelled: boolean }) | undefined {
    const www = this.#wwwAt(document, position, limit);
    if (www > position) return { end: www, text: 'www', isSpelled: false };
    let text = '';
    let isSpelled = true;
    let previous: PieceKind | undefined;
    let end = position;
    while (end < limit && !this.#dots.has(document.key(end) ?? '')) {
      const piece = this.#piece(document, end, limit, previous);
      if (piece === undefined) break;
      const isLast = this.#dots.has(document.key(piece.end) ?? '');
      const isJoined = joinsWords && piece.kind === 'word' && isLast;
      if (!isJoined && !mayFollow(previous, piece.kind)) break;
      // "dot c o m tomorrow"
      if (previous === 'letter' && piece.kind === 'word' && text.length > 1 && !isLast) break;
      // In "dot a i" the second letter is no pronoun.
      const isSecondLetter = previous === 'letter' && text.length === 1;
      if (previous !== 'sign' && !isSecondLetter && this.#isArticle(document, end, piece, limit)) break;
      if (piece.kind === 'sign' && piece.text !== '-' && piece.text !== '_') break;
      text += piece.text;
      isSpelled &&= piece.kind === 'letter';
      previous = piece.kind;
      end = piece.end;
      if (DOMAINS.has(text.toLowerCase()) && previous === 'word') break;
    }
    return text === '' || previous === 'sign' ? undefined : { end, text, isSpelled };
  }

  #wwwAt(document: Document, position: number, limit: number): number {
    for (const length of [1, 2, 3, 4, 6]) {
      if (position + length > limit) break;
      let phrase = '';
      for (let at = position; at < position + length; at++)
        phrase += `${at === position ? '' : ' '}${document.key(at)}`;
      if (this.#www.has(phrase)) return position + length;
    }
    return position;
  }

  #path(document: Document, position: number): Rewrite {
    const limit = Math.min(document.runEnd(position - 1), position + LONGEST);
    let text = '';
    let end = position;
    let at = position;
    let pending = '';
    let previous: PieceKind = 'word';
    while (at < limit) {
      const piece = this.#piece(document, at, limit, previous);
      if (piece === undefined || (pending + text === '' && piece.text !== '/')) break;
      if (!mayFollow(previous, piece.kind) || (previous !== 'sign' && piece.kind === 'word')) break;
      previous = piece.kind;
      pending += piece.text;
      at = piece.end;
      if (piece.kind !== 'sign') {
        text += pending;
        pending = '';
        end = at;
      }
    }
    return { end, text };
  }

  /** "o principal ponto com que concordo": a frequent word, and the sentence goes on. */
  #isProse(document: Document, start: number, end: number): boolean {
    const next = document.keyAfter(end);
    if (end !== start + 3 || next === undefined) return false;
    return this.#ambiguousNames?.has(document.slice(start, start + 1).toLowerCase()) === true;
  }

  #isStop(document: Document, position: number): boolean {
    return this.#stopWords.has(document.key(position) ?? '');
  }

  /** "a" before a whole word is an article, not a letter of the address. */
  #isArticle(document: Document, position: number, piece: Piece, limit: number): boolean {
    if (piece.kind !== 'letter' || !this.#isStop(document, position) || piece.end >= limit) return false;
    const next = this.#at.has(document.key(piece.end) ?? '')
      ? undefined
      : this.#piece(document, piece.end, limit, 'letter');
    return next?.kind === 'word';
  }

  /** A letter said by its name; a name that is a usual word too must stand beside another letter. */
  #letterName(
    document: Document,
    position: number,
    limit: number,
    isAfterLetter: boolean,
  ): Piece | undefined {
    const found = document.find(this.#letters, position);
    if (found === undefined || found.end > limit) return undefined;
    const piece: Piece = { end: found.end, text: found.text, kind: 'letter' };
    const key = document.key(position) ?? '';
    const isOneWord = found.end === position + 1;
    if (isAfterLetter || !isOneWord || !this.#isStop(document, position)) return piece;
    const isBeforeLetter = found.end < limit && document.find(this.#letters, found.end) !== undefined;
    return key.length > 2 && isBeforeLetter ? piece : undefined;
  }

  #piece(
    document: Document,
    position: number,
    limit: number,
    previous: PieceKind | undefined,
  ): Piece | undefined {
    const sign = document.find(this.#signs, position);
    if (sign !== undefined && sign.end <= limit) return { end: sign.end, text: sign.text, kind: 'sign' };
    const name = document.find(this.#names, position);
    if (name !== undefined && name.end <= limit) return { end: name.end, text: name.text, kind: 'word' };
    const key = document.key(position) ?? '';
    const word = document.slice(position, position + 1);
    const letter = this.#letterName(document, position, limit, previous === 'letter');
    if (letter !== undefined) return letter;
    // "é a b c arroba": the verb begins no address.
    const isVerb = previous !== 'letter' && !/[a-z]/.test(key) && this.#isStop(document, position);
    if (LETTER.test(key) && !isVerb) return { end: position + 1, text: word, kind: 'letter' };
    const digit = this.#digits.item(document, position, limit, false);
    const number = this.#numbers.whole(document, position, limit);
    if (number !== undefined && number.end > (digit?.end ?? position))
      return { end: number.end, text: number.digits, kind: 'digit' };
    if (digit !== undefined) return { end: digit.end, text: digit.digits, kind: 'digit' };
    return PLAIN_WORD.test(word) ? { end: position + 1, text: word, kind: 'word' } : undefined;
  }
}

/** Two whole words never touch in an address, since they would be ordinary text. */
function mayFollow(previous: PieceKind | undefined, next: PieceKind): boolean {
  if (previous === undefined) return next !== 'sign';
  return !(previous === 'word' && next === 'word') && !(previous === 'sign' && next === 'sign');
}
