import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { manifestFileName } from '../models/manifest.ts';
import type { InstalledModel } from '../models/registry.ts';

/** What a run changes in a model's `engine_config`; left out: as the model has it. */
export interface EngineOverrides {
  readonly audioContext?: 'auto' | 'full' | number;
  /** Texts that the search of a recording's text keeps. */
  readonly beamSize?: number;
  /** Threads of one decode. */
  readonly threads?: number;
}

/** A models folder that holds one model, set up for a run. */
export interface ModelSetup {
  readonly modelsDir: string;
  /** Removes the folder. Idempotent. */
  close(): Promise<void>;
}

/**
 * Puts a model into a models folder of its own with a changed manifest; its files are links. So whatever runs models,
 * in this process or another, takes the changes without knowing of them.
 */
export async function setUpModel(model: InstalledModel, overrides: EngineOverrides): Promise<ModelSetup> {
  const modelsDir = await mkdtemp(join(tmpdir(), 'theo-eval-'));
  const close = (): Promise<void> => rm(modelsDir, { recursive: true, force: true });
  try {
    const folder = join(modelsDir, model.manifest.name);
    await mkdir(folder);
    for (const entry of await readdir(model.folder)) {
      if (entry !== manifestFileName) await symlink(join(model.folder, entry), join(folder, entry));
    }
    const manifest = parseDocument(await readFile(join(model.folder, manifestFileName), 'utf8'));
    const { audioContext, beamSize, threads } = overrides;
    if (audioContext !== undefined) manifest.setIn(['engine_config', 'audio_ctx'], audioContext);
    if (beamSize !== undefined) manifest.setIn(['engine_config', 'beam_size'], beamSize);
    if (threads !== undefined) manifest.setIn(['engine_config', 'threads'], threads);
    await writeFile(join(folder, manifestFileName), manifest.toString());
    return { modelsDir, close };
  } catch (error) {
    await close();
    throw error;
  }
}
