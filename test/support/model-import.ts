import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { ModelError, type ModelErrorCode } from '#theo/models/errors.js';
import { ModelImportError, type ModelImportErrorCode } from '#theo/models/import/errors.js';
import { type ImportOptions, importModel } from '#theo/models/import/import-model.js';
import { loadNative } from '#theo/native.js';
import { encodeModel, multilingual, whisperVariables } from './ctranslate2-folder.ts';

/** A model with nothing wrong, and its bytes. */
export const soundVariables = whisperVariables(multilingual);
export const soundFile = encodeModel(soundVariables);

/** Folders of a test, made before each and removed after it. */
export interface ImportFolders {
  readonly root: string;
  readonly modelsDir: string;
  readonly failureOf: (
    folder: string,
    options?: Partial<ImportOptions>,
  ) => Promise<{ code: ModelImportErrorCode | ModelErrorCode; message: string }>;
  /** Nothing of a failed import is left. */
  readonly expectNothingInstalled: () => void;
}

export function useImportFolders(): ImportFolders {
  // Every model has a whole vocabulary: megabytes are written and read.
  vi.setConfig({ testTimeout: 30_000 });
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'theo-import-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  return {
    get root() {
      return root;
    },
    get modelsDir() {
      return join(root, 'models');
    },
    async failureOf(folder, options = {}) {
      try {
        await importModel({ source: folder, modelsDir: this.modelsDir, addon: loadNative(), ...options });
      } catch (error) {
        if (error instanceof ModelImportError || error instanceof ModelError)
          return { code: error.code, message: error.message };
        throw error;
      }
      throw new Error('the import succeeded');
    },
    expectNothingInstalled() {
      expect(existsSync(this.modelsDir) ? readdirSync(this.modelsDir) : []).toEqual([]);
    },
  };
}
