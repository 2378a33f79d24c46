import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseManifest } from '#theo/models/manifest.js';
import { changedManifest, changeManifest } from '#theo/models/manifest-edit.js';

const written = `# The model of the second floor
name: own   # as the folder
version: "1.0"
engine: whisper.cpp
description: >-
  A long text that goes over
  two lines.

engine_config:
    file: own.bin
    threads: 4 # half of them
    # Heads that follow the audio
    alignment_heads: [[1, 2],
      [3, 4]] # measured

capabilities: {languages: [en, pt]}   # no more
`;

describe('changedManifest', () => {
  it('changes values where they stand and adds the others behind, and nothing else', () => {
    const changed = changedManifest(written, { decode_slots: 1, threads: 2, int8: false }, 'theo.yaml');
    expect(changed).toBe(
      written
        .replace('threads: 4 #', 'threads: 2 #')
        .replace('# measured\n', '# measured\n    decode_slots: 1\n    int8: false\n'),
    );
    expect(parseManifest(changed, 'theo.yaml').engineConfig).toMatchObject({
      decodeSlots: 1,
      threads: 2,
      int8: false,
    });
  });

  it('adds them behind a list with a line for each entry', () => {
    const lines = `alignment_heads:\n      - [1, 2]\n      - [3, 4] # measured`;
    const listed = written.replace(/alignment_heads: [^#]*# measured/, lines);
    expect(changedManifest(listed, { int8: false }, 'theo.yaml')).toBe(
      listed.replace('# measured\n', '# measured\n    int8: false\n'),
    );
  });

  it('gives the same once more for the same changes', () => {
    const changes = { decode_slots: 2, threads: 1, decode_batch: 1, int8: true, partial_interval_ms: 160 };
    const once = changedManifest(written, changes, 'theo.yaml');
    expect(changedManifest(once, changes, 'theo.yaml')).toBe(once);
  });

  it('changes a section in one line, and a file without a last line break', () => {
    const short =
      'name: own\nversion: "1"\nengine: whisper.cpp\nengine_config: {file: own.bin, threads: 4} # all';
    const changed = changedManifest(short, { threads: 1, decode_slots: 3 }, 'theo.yaml');
    expect(changed).toContain('# all');
    expect(parseManifest(changed, 'theo.yaml').engineConfig).toMatchObject({ threads: 1, decodeSlots: 3 });
    const open = 'name: own\nversion: "1"\nengine: whisper.cpp\nengine_config:\n  file: own.bin';
    expect(changedManifest(open, { threads: 1 }, 'theo.yaml')).toBe(`${open}\n  threads: 1`);
  });

  it('refuses a manifest that is none, and values that make it none', () => {
    expect(() => changedManifest('name: own', { threads: 1 }, 'a/theo.yaml')).toThrow(/^a\/theo\.yaml: /);
    expect(() => changedManifest(written, { threads: -1 }, 'a/theo.yaml')).toThrow(/engine_config\.threads/);
  });
});

describe('changeManifest', () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'theo-models-')), 'theo-demo');
    cpSync('test/fixtures/models/theo-demo', folder, { recursive: true });
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

  it('writes the file, through a link too, and leaves nothing beside it', async () => {
    const before = readdirSync(folder).sort();
    const path = await changeManifest(folder, { decode_slots: 5 });
    expect(parseManifest(readFileSync(path, 'utf8'), path).engineConfig.decodeSlots).toBe(5);
    expect(readdirSync(folder).sort()).toEqual(before);
    const linked = mkdtempSync(join(tmpdir(), 'theo-linked-'));
    symlinkSync(path, join(linked, 'theo.yaml'));
    await changeManifest(linked, { decode_slots: 6 });
    expect(readFileSync(path, 'utf8')).toContain('decode_slots: 6');
    rmSync(linked, { recursive: true });
  });

  it('leaves the file as it was where the change makes no manifest', async () => {
    const path = join(folder, 'theo.yaml');
    writeFileSync(path, 'name: [');
    await expect(changeManifest(folder, { threads: 1 })).rejects.toMatchObject({ code: 'manifest_invalid' });
    expect(readFileSync(path, 'utf8')).toBe('name: [');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
