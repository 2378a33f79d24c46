import type { Command } from 'commander';
import { byteSize, megabytes } from '../byte-size.ts';
import { type CatalogueModel, catalogue } from '../models/catalogue/catalogue.ts';
import type { InstalledModel, ModelRegistry } from '../models/registry.ts';
import { formatTable } from '../report/table.ts';
import { installedAs, publicUrl } from './catalogue-places.ts';
import { openModels } from './open-models.ts';
import { addSettings } from './settings.ts';

interface ListFlags {
  readonly remote?: boolean;
  readonly json?: boolean;
}

/** More languages than these are only counted. */
const maxListedLanguages = 8;

/** `theo list`. */
export function registerList(program: Command): void {
  const list = program
    .command('list')
    .description('list the models on this machine, or those that "theo pull" fetches')
    .option('--remote', 'those of the catalogue')
    .option('--json', 'as JSON');
  const settingsOf = addSettings(list, ['modelsDir']);
  list.action(async (options: ListFlags & Record<string, unknown>) => {
    const { modelsDir, defaultModel } = settingsOf(options);
    const registry = await openModels(modelsDir);
    console.log(options.remote ? remoteList(registry, options) : localList(registry, defaultModel, options));
  });
}

function localList(registry: ModelRegistry, defaultModel: string | null, { json }: ListFlags): string {
  const chosen = nameOfChosen(registry, defaultModel);
  const models = registry.list();
  if (json)
    return JSON.stringify(
      models.map((model) => installedAsJson(model, chosen)),
      null,
      2,
    );
  return formatTable(
    models.map(({ manifest, weightsBytes, origin }) => ({
      name: manifest.name,
      version: manifest.version,
      size: megabytes(weightsBytes),
      languages: languagesText(manifest.capabilities.languages),
      origin: manifest.name === chosen ? `${origin}, default` : origin,
    })),
  );
}

function installedAsJson(
  { manifest, folder, weightsPath, weightsBytes, weightType, origin }: InstalledModel,
  chosen: string | undefined,
): object {
  return {
    name: manifest.name,
    version: manifest.version,
    origin,
    is_default: manifest.name === chosen,
    folder,
    weights: { path: weightsPath, bytes: weightsBytes, type: weightType ?? null },
    languages: manifest.capabilities.languages,
    memory_mb: manifest.resources.memoryMb,
  };
}

function remoteList(registry: ModelRegistry, { json }: ListFlags): string {
  if (json)
    return JSON.stringify(
      catalogue.map((model) => remoteAsJson(model, registry)),
      null,
      2,
    );
  const rows = catalogue
    .filter(({ isDefault }) => isDefault)
    .map((model) => {
      const variants = catalogue.filter(({ name }) => name === model.name);
      return {
        name: model.name,
        variants: variants.map(({ variant }) => variant).join(', '),
        size: byteSize(model.bytes),
        memory: byteSize(model.memoryMb * 1e6),
        languages: model.languages.length === 1 ? 'English' : `${model.languages.length}`,
        licence: model.licence,
        installed: variants.flatMap((variant) => installedText(variant, registry) ?? []).join(', ') || null,
      };
    });
  return `${formatTable(rows)}

A name alone means the first of the variants: size and memory are its.
  theo pull whisper-small          fetches it
  theo pull whisper-small:q5_1     another variant of it
  theo inspect whisper-small       where it comes from, and its SHA-256
Memory is at most what one decode at a time needs, beside the program's own. From medium on it takes a GPU to keep up with
speech.`;
}

function remoteAsJson(model: CatalogueModel, registry: ModelRegistry): object {
  return {
    name: model.name,
    variant: model.variant,
    is_default_variant: model.isDefault,
    installs_as: model.installName,
    installed: installedAs(model, registry)?.origin ?? null,
    bytes: model.bytes,
    sha256: model.sha256,
    url: publicUrl(model.source),
    author: model.author,
    licence: model.licence,
    languages: model.languages,
    memory_mb: model.memoryMb,
  };
}

function installedText(model: CatalogueModel, registry: ModelRegistry): string | undefined {
  const installed = installedAs(model, registry);
  if (!installed) return undefined;
  return installed.origin === 'embedded' ? `${model.variant} (comes along)` : model.variant;
}

/** undefined when it cannot be used. */
function nameOfChosen(registry: ModelRegistry, defaultModel: string | null): string | undefined {
  try {
    return registry.choose(defaultModel).manifest.name;
  } catch {
    return undefined;
  }
}

function languagesText(languages: readonly string[]): string {
  if (languages.length > maxListedLanguages) return `${languages.length} languages`;
  return languages.join(',') || '-';
}
