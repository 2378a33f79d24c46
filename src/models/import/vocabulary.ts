import { join } from 'node:path';
import type { WhisperDimensions } from '../whisper/dimensions.ts';
import { ModelImportError } from './errors.ts';
import { parseSourceJson, readSourceText } from './source-text.ts';

/** Tokens of text; those after them are special, and whisper.cpp knows them by their numbers. */
const textTokens = 50_257;
const maxVocabularyBytes = 64 * 2 ** 20;
const maxTokenBytes = 4_096;

type Entry = readonly [id: unknown, token: unknown];

/**
 * Reads the text tokens as bytes from `vocabulary.json`, `vocabulary.txt` (faster-whisper), `tokenizer.json` or
 * `vocab.json` with `added_tokens.json` (Hugging Face), whichever is there first.
 * @throws ModelImportError `vocabulary_missing`, `vocabulary_size` or `vocabulary_broken`
 */
export async function readVocabulary(
  folder: string,
  { vocabulary }: Pick<WhisperDimensions, 'vocabulary'>,
): Promise<readonly Buffer[]> {
  for (const [name, parse, isWhole] of [
    ['vocabulary.json', fromJsonList, true],
    ['vocabulary.txt', fromLines, true],
    ['tokenizer.json', fromTokenizer, false],
    ['vocab.json', fromNumbers, false],
  ] as const) {
    const path = join(folder, name);
    const text = await readSourceText(path, maxVocabularyBytes, 'vocabulary_broken');
    if (text === undefined) continue;
    const tokens = parse(path, text, await readAddedTokens(folder, name));
    // A tokenizer need not name the timestamps.
    if (isWhole ? tokens.length !== vocabulary : tokens.length < textTokens || tokens.length > vocabulary) {
      throw new ModelImportError(
        'vocabulary_size',
        `${path}: ${tokens.length} tokens, but the model has ${vocabulary}: they do not belong together`,
      );
    }
    return decodeTokens(path, tokens.slice(0, textTokens));
  }
  throw new ModelImportError(
    'vocabulary_missing',
    `${folder}: no vocabulary.json, vocabulary.txt, tokenizer.json or vocab.json: copy it from the model's source`,
  );
}

/** Reads text tokens from a file with one a line, in the order of their numbers. @throws ModelImportError `vocabulary_broken` */
export async function readTokenLines(path: string): Promise<readonly Buffer[]> {
  const text = (await readSourceText(path, maxVocabularyBytes, 'vocabulary_broken')) ?? '';
  return decodeTokens(path, fromLines(path, text));
}

function fromLines(_path: string, text: string): readonly unknown[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function fromJsonList(path: string, text: string): readonly unknown[] {
  const tokens = parseSourceJson(path, text, 'vocabulary_broken');
  if (!Array.isArray(tokens)) throw broken(path, 'not a list of tokens');
  return tokens;
}

/** A tokenizer of Hugging Face's: tokens with their numbers, the special ones apart. */
function fromTokenizer(path: string, text: string): readonly unknown[] {
  const tokenizer = parseSourceJson(path, text, 'vocabulary_broken');
  const vocabulary = property(property(tokenizer, 'model'), 'vocab');
  const added = property(tokenizer, 'added_tokens');
  if (vocabulary === null || typeof vocabulary !== 'object') throw broken(path, 'no model.vocab');
  return inOrder(path, [
    ...Object.entries(vocabulary).map(([token, id]): Entry => [id, token]),
    ...(Array.isArray(added)
      ? added.map((each): Entry => [property(each, 'id'), property(each, 'content')])
      : []),
  ]);
}

/** The older form of such a tokenizer: two objects of tokens and numbers. */
function fromNumbers(path: string, text: string, addedTokens: unknown): readonly unknown[] {
  const vocabulary = parseSourceJson(path, text, 'vocabulary_broken');
  if (vocabulary === null || typeof vocabulary !== 'object') throw broken(path, 'not an object of tokens');
  return inOrder(
    path,
    [...Object.entries(vocabulary), ...Object.entries(addedTokens ?? {})].map(
      ([token, id]): Entry => [id, token],
    ),
  );
}

/** What stands beside a `vocab.json`; undefined beside another vocabulary, or where there is nothing. */
async function readAddedTokens(folder: string, name: string): Promise<unknown> {
  if (name !== 'vocab.json') return undefined;
  const path = join(folder, 'added_tokens.json');
  const text = await readSourceText(path, maxVocabularyBytes, 'vocabulary_broken');
  return text === undefined ? undefined : parseSourceJson(path, text, 'vocabulary_broken');
}

/** Every number has to have a token. */
function inOrder(path: string, entries: readonly Entry[]): readonly unknown[] {
  const tokens: unknown[] = new Array(new Set(entries.map(([id]) => id)).size);
  for (const [id, token] of entries) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= tokens.length) {
      throw broken(path, `the token ${JSON.stringify(token)} has the number ${JSON.stringify(id)}`);
    }
    tokens[id] = token;
  }
  return tokens;
}

function decodeTokens(path: string, tokens: readonly unknown[]): readonly Buffer[] {
  const bytes = bytesOfLetters();
  return tokens.map((token, number) => {
    if (typeof token !== 'string') throw broken(path, `token ${number} is no text`);
    if (token.length > maxTokenBytes) throw broken(path, `token ${number} has ${token.length} bytes`);
    return Buffer.from(
      Array.from(token, (letter) => {
        const byte = bytes.get(letter);
        if (byte === undefined) {
          throw broken(
            path,
            `token ${number}, ${JSON.stringify(token)}, has a letter that stands for no byte`,
          );
        }
        return byte;
      }),
    );
  });
}

/**
 * The letters that GPT-2 writes bytes with: printable Latin-1 stands for itself, the other bytes in order for the
 * letters from U+0100 on (`bytes_to_unicode` in github.com/openai/gpt-2).
 */
function bytesOfLetters(): ReadonlyMap<string, number> {
  const letters = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const isPrintable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    letters.set(String.fromCharCode(isPrintable ? byte : next++), byte);
  }
  return letters;
}

function property(value: unknown, key: string): unknown {
  return value !== null && typeof value === 'object' && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function broken(path: string, cause: string): ModelImportError {
  return new ModelImportError('vocabulary_broken', `${path}: ${cause}`);
}
