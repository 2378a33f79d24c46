import type { CatalogueModel, ModelSource } from '../models/catalogue/catalogue.ts';
import { addressOf } from '../models/pull/addresses.ts';
import type { InstalledModel, ModelRegistry } from '../models/registry.ts';

/** Where a file is published; a download may go through a mirror. */
export function publicUrl(source: ModelSource): string {
  return addressOf(source, { hub: new URL('https://huggingface.co'), mirror: null }).href;
}

/** The model of this machine that is this one of the catalogue, by name and precision. */
export function installedAs(
  { name, variant }: CatalogueModel,
  registry: ModelRegistry,
): InstalledModel | undefined {
  return registry.find(`${name}:${variant}`);
}
