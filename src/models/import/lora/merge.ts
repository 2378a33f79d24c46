import { basename } from 'node:path';
import type { SourceModel } from '../source-model.ts';
import { closeAll } from '../stored-tensors.ts';
import { requireFinite } from '../weights-reader.ts';
import { type Adapter, mergeRows } from './adapter.ts';

/** A model with an adapter's changes in its weights; closing it closes both. @param folder - the adapter's. */
export function mergedModel(base: SourceModel, adapter: Adapter, folder: string): SourceModel {
  const { weights } = base;
  const { config, factors, files } = adapter;
  return {
    ...base,
    origin: `LoRA adapter ${basename(folder)} on the ${base.origin}`,
    folder,
    files: [...base.files, ...files],
    weights: {
      ...weights,
      read: async function* (tensor, largest) {
        const change = factors.get(tensor.name);
        const own = weights.read(tensor, largest);
        if (!change) return yield* own;
        for await (const merged of mergeRows(own, change, config.scale)) {
          requireFinite(merged, largest, `${folder}: ${tensor.name}, merged,`);
          yield merged;
        }
      },
    },
    close: async () => {
      await Promise.all([base.close(), closeAll(files)]);
    },
  };
}
