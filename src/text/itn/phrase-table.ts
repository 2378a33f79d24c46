import { type Document, foldWord, type Slot, type SlotValue } from './document.ts';

interface Node {
  readonly next: Map<string, Node>;
  text: string | undefined;
  value: number;
}

/** Phrases (words separated by spaces) and what they are written as, or their numeric values. */
export type Phrases = Readonly<Record<string, string | number>>;

/**
 * A slot that finds the longest phrase of a table. A numeric entry becomes the slot's value and its text is the
 * phrase as it was spoken. `keepCase` writes words with the capital letters that they were given.
 */
export function phraseTable(name: string, phrases: Phrases, keepCase: boolean = false): Slot {
  const root: Node = { next: new Map(), text: undefined, value: Number.NaN };
  for (const [phrase, written] of Object.entries(phrases)) {
    let node = root;
    for (const word of phrase.split(' ')) {
      const key = foldWord(word);
      let next = node.next.get(key);
      if (next === undefined) {
        next = { next: new Map(), text: undefined, value: Number.NaN };
        node.next.set(key, next);
      }
      node = next;
    }
    node.text = typeof written === 'string' ? written : '';
    if (typeof written === 'number') node.value = written;
  }
  return {
    name,
    first: new Set(root.next.keys()),
    match: (document, position) => longest(root, document, position, keepCase),
  };
}

function longest(root: Node, document: Document, position: number, keepCase: boolean): SlotValue | undefined {
  const limit = document.runEnd(position);
  let node: Node | undefined = root;
  let best: Node | undefined;
  let end = position;
  for (let index = position; index < limit; index++) {
    node = node?.next.get(document.key(index) ?? '');
    if (node === undefined) break;
    if (node.text !== undefined) {
      best = node;
      end = index + 1;
    }
  }
  if (best?.text === undefined) return undefined;
  const spoken = document.slice(position, end);
  if (!Number.isNaN(best.value)) return { end, text: spoken, value: best.value };
  return { end, text: keepCase ? inCaseOf(spoken, best.text) : best.text, value: best.value };
}

const SPELLED_IN_CAPITALS = /^\p{Lu} .*\p{Lu}/u;
const CAPITALIZED = /^\p{Lu}\p{Ll}/u;

function inCaseOf(spoken: string, written: string): string {
  if (spoken.toLowerCase() === written) return spoken;
  if (SPELLED_IN_CAPITALS.test(spoken) && !written.includes('.')) return written.toUpperCase();
  return CAPITALIZED.test(spoken) ? written.charAt(0).toUpperCase() + written.slice(1) : written;
}
