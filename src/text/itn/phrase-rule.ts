import { type Document, foldWord, type Slot, type SlotValue } from './document.ts';
import type { Guard, Rewrite, Rule } from './rule.ts';

/** What the slots of a pattern found, by name; a slot in a part that was left out has no entry. */
export type Found = Readonly<Record<string, SlotValue | undefined>>;

/** A rule written as a pattern. */
export interface PhraseRule {
  /**
   * Words, `{slot}` or `{name:slot}`, `[optional part]`, `(one|or|the other)`. Alternatives are tried in order and
   * parts in brackets are taken where possible.
   */
  readonly pattern: string;
  readonly where?: Guard;
  /** The written form; undefined if the values make no sense together. */
  readonly write: (found: Found) => string | undefined;
}

/** Matches from `position` on and returns the index after the last token, or -1. */
type Step = (
  document: Document,
  position: number,
  limit: number,
  found: Record<string, SlotValue | undefined>,
) => number;

type Part =
  | { readonly kind: 'word'; readonly key: string }
  | { readonly kind: 'slot'; readonly name: string; readonly slot: Slot }
  | { readonly kind: 'choice'; readonly branches: readonly (readonly Part[])[]; readonly optional: boolean };

/** Compiles a pattern. @throws Error if the pattern is malformed or names an unknown slot. */
export function phraseRule(name: string, rule: PhraseRule, slots: Readonly<Record<string, Slot>>): Rule {
  const parts = new PatternParser(rule.pattern, slots).parse();
  const step = compile(parts, (_document, position) => position);
  const { first } = firstOf(parts);
  const needs = needsOf(parts, first);
  return {
    name,
    first,
    ...(needs && { needs }),
    match(document: Document, position: number): Rewrite | undefined {
      const found: Record<string, SlotValue | undefined> = {};
      const end = step(document, position, document.runEnd(position), found);
      if (end <= position) return undefined;
      if (rule.where !== undefined && !rule.where(document, position, end)) return undefined;
      const text = rule.write(found);
      return text === undefined ? undefined : { end, text };
    },
  };
}

function compile(parts: readonly Part[], next: Step): Step {
  return parts.reduceRight<Step>((rest, part) => compilePart(part, rest), next);
}

function compilePart(part: Part, next: Step): Step {
  switch (part.kind) {
    case 'word':
      return (document, position, limit, found) =>
        position < limit && document.key(position) === part.key
          ? next(document, position + 1, limit, found)
          : -1;
    case 'slot':
      return (document, position, limit, found) => {
        if (position >= limit) return -1;
        const value = document.find(part.slot, position);
        if (value === undefined) return -1;
        const previous = found[part.name];
        found[part.name] = value;
        const end = next(document, value.end, limit, found);
        if (end < 0) found[part.name] = previous;
        return end;
      };
    case 'choice': {
      const branches = part.branches.map((branch) => compile(branch, next));
      if (part.optional) branches.push(next);
      return (document, position, limit, found) => {
        for (const branch of branches) {
          const end = branch(document, position, limit, found);
          if (end >= 0) return end;
        }
        return -1;
      };
    }
  }
}

function firstOf(parts: readonly Part[]): { readonly first: Set<string>; readonly skippable: boolean } {
  const first = new Set<string>();
  for (const part of parts) {
    let skippable = false;
    if (part.kind === 'word') first.add(part.key);
    else if (part.kind === 'slot') for (const key of part.slot.first) first.add(key);
    else {
      skippable = part.optional;
      for (const branch of part.branches) {
        const inner = firstOf(branch);
        for (const key of inner.first) first.add(key);
        skippable ||= inner.skippable;
      }
    }
    if (!skippable) return { first, skippable: false };
  }
  return { first, skippable: true };
}

/** The smallest set of words of which every match holds one, if they are others than those that a match starts with. */
function needsOf(parts: readonly Part[], first: ReadonlySet<string>): ReadonlySet<string> | undefined {
  const sets = parts.flatMap((part, index) => {
    if (part.kind === 'slot' && part.slot.needs !== undefined) return [part.slot.needs];
    if (index === 0) return [];
    const { first: words, skippable } = firstOf([part]);
    return skippable || [...words].every((word) => first.has(word)) ? [] : [words];
  });
  return sets.toSorted((a, b) => a.size - b.size)[0];
}

const PATTERN_TOKEN = /[()[\]|]|\{[^}]*\}|[^\s()[\]|{}]+/gu;

class PatternParser {
  readonly #pattern: string;
  readonly #slots: Readonly<Record<string, Slot>>;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(pattern: string, slots: Readonly<Record<string, Slot>>) {
    this.#pattern = pattern;
    this.#slots = slots;
    this.#tokens = pattern.match(PATTERN_TOKEN) ?? [];
  }

  parse(): readonly Part[] {
    const [branch, ...others] = this.#branches(undefined);
    if (branch === undefined || others.length > 0)
      throw new Error(`alternatives need parentheses: ${this.#pattern}`);
    return branch;
  }

  #branches(closer: string | undefined): Part[][] {
    const branches: Part[][] = [];
    let branch: Part[] = [];
    for (;;) {
      const token = this.#tokens[this.#at++];
      if (token === closer) {
        branches.push(branch);
        return branches;
      }
      if (token === undefined) throw new Error(`missing ${closer}: ${this.#pattern}`);
      if (token === '|') {
        branches.push(branch);
        branch = [];
      } else branch.push(this.#part(token));
    }
  }

  #part(token: string): Part {
    if (token === '(') return { kind: 'choice', branches: this.#branches(')'), optional: false };
    if (token === '[') return { kind: 'choice', branches: this.#branches(']'), optional: true };
    if (!token.startsWith('{')) return { kind: 'word', key: foldWord(token) };
    const [name = '', slotName = name] = token.slice(1, -1).split(':');
    const slot = this.#slots[slotName];
    if (slot === undefined) throw new Error(`unknown slot ${slotName}: ${this.#pattern}`);
    return { kind: 'slot', name, slot };
  }
}
