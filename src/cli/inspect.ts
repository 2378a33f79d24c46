import type { Command } from 'commander';
import { Document, visit } from 'yaml';
import { type CatalogueModel, catalogue, resolveModel } from '../models/catalogue/catalogue.ts';
import { ModelError } from '../models/errors.ts';
import { parseManifest } from '../models/manifest.ts';
import type { ModelRegistry } from '../models/registry.ts';
import { manifestYaml } from '../models/whisper/manifest-yaml.ts';
import { publicUrl } from './catalogue-places.ts';
import { openModels } from './open-models.ts';
import { addSettings } from './settings.ts';

/** `theo inspect NAME`. */
export function registerInspect(program: Command): void {
  const inspect = program
    .command('inspect')
    .argument('<name>', 'a model of this machine, or one that "theo pull" fetches')
    .description('show what a model says of itself, and where one comes from that is not installed');
  const settingsOf = addSettings(inspect, ['modelsDir']);
  inspect.action(async (name: string, options: Record<string, unknown>) => {
    const registry = await openModels(settingsOf(options).modelsDir);
    console.log(toYaml(factsOf(name, registry)));
  });
}

/** @throws ModelError for a model that is broken, or neither here nor in the catalogue */
function factsOf(name: string, registry: ModelRegistry): object {
  try {
    const { manifest, weightsPath, weightsBytes, origin } = registry.choose(name);
    return { ...manifest, origin, weightsPath, weightsBytes };
  } catch (error) {
    const listed = resolveModel(name);
    if (listed && error instanceof ModelError && error.code === 'model_not_found')
      return notInstalled(listed);
    throw error;
  }
}

function notInstalled(model: CatalogueModel): object {
  const variants = catalogue.filter(({ name }) => name === model.name);
  return {
    ...parseManifest(manifestYaml(model.manifest), model.installName),
    origin: 'catalogue, not installed',
    pull: `theo pull ${model.installName}`,
    url: publicUrl(model.source),
    weightsBytes: model.bytes,
    sha256: model.sha256,
    author: model.author,
    licence: model.licence,
    variants: variants.map(({ name, variant }) => `${name}:${variant}`),
  };
}

/** As `theo.yaml` spells it: keys with underscores, and a list on one line, because there are a hundred languages. */
function toYaml(value: object): string {
  const document = new Document(asWritten(value));
  visit(document, {
    Seq: (_, list) => {
      list.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}

function asWritten(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      entry !== null && typeof entry === 'object' && !Array.isArray(entry) ? asWritten(entry) : entry,
    ]),
  );
}
