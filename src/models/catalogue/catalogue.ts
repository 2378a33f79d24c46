import { nearest } from '../../nearest.ts';
import { ModelError } from '../errors.ts';
import { modelKey, sameModelNames, splitVariant } from '../names.ts';
import type { ManifestFacts } from '../whisper/manifest-yaml.ts';
import { memoryMbOf } from '../whisper/memory.ts';
import type { StoredType } from '../whisper/weight-types.ts';
import { acftFamilies } from './acft.ts';
import { distilFamilies } from './distil.ts';
import { headsOf, type ModelFamily, type PublishedFile } from './family.ts';
import { openAiFamilies } from './openai.ts';

/** Where a model's weights are fetched from. */
export type ModelSource =
  | { readonly kind: 'hub'; readonly repo: string; readonly revision: string; readonly file: string }
  | { readonly kind: 'url'; readonly url: string };

/** A model that can be fetched, in one precision. */
export interface CatalogueModel {
  /** Such as `whisper-small`. */
  readonly name: string;
  /** How its weights are stored. */
  readonly variant: StoredType;
  /** True for the variant that the bare name stands for. */
  readonly isDefault: boolean;
  /** Its name once it is installed: `whisper-small`, of other variants than the default `whisper-small-q5_1`. */
  readonly installName: string;
  readonly title: string;
  readonly author: string;
  readonly licence: ModelFamily['licence'];
  readonly source: ModelSource;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** ISO 639-1 or 639-3 codes. */
  readonly languages: readonly string[];
  /** Once it is loaded and has decoded. */
  readonly memoryMb: number;
  /** Of its `theo.yaml`, which `manifestYaml` writes; the weights' name in its folder is `weightsFile`. */
  readonly manifest: ManifestFacts;
}

const families: readonly ModelFamily[] = [...openAiFamilies, ...distilFamilies, ...acftFamilies];

/** Everything that there is to fetch: the variants of a model behind each other, the default first. */
export const catalogue: readonly CatalogueModel[] = families.flatMap((family) =>
  family.files.map((file) => modelOf(family, file)).sort((a, b) => Number(b.isDefault) - Number(a.isDefault)),
);

const byKey = new Map(catalogue.map((model) => [modelKey(`${model.name}:${model.variant}`), model]));
for (const model of catalogue) if (model.isDefault) byKey.set(modelKey(model.name), model);

/**
 * What a name stands for: `whisper-small`, `whisper-small:q5_1`, `small`, `faster-whisper-small`, `openai/whisper-small`,
 * `turbo`, or the name that a variant is installed as. undefined where the catalogue has no such model or variant.
 */
export function resolveModel(name: string): CatalogueModel | undefined {
  const key = sameModelNames(name)
    .map(modelKey)
    .find((each) => byKey.has(each));
  return key === undefined ? undefined : byKey.get(key);
}

/**
 * As `resolveModel`.
 * @throws ModelError `not_in_catalogue`, which says what may have been meant.
 */
export function requireModel(name: string): CatalogueModel {
  const model = resolveModel(name);
  if (model) return model;
  throw new ModelError('not_in_catalogue', `${JSON.stringify(name)}: ${whyUnknown(name)}`);
}

/** Names of models that are no Whisper. */
const foreignModels = /parakeet|canary|silero|wav2vec|hubert|moonshine|voxtral|vosk|conformer|qwen/i;

export const notWhisper = 'is not a Whisper model; this runtime runs Whisper';

/** Whether a name is known to be that of a model of another kind. */
export function isForeign(name: string): boolean {
  return foreignModels.test(name);
}

function whyUnknown(name: string): string {
  if (isForeign(name)) return notWhisper;
  const { base, variant } = splitVariant(name);
  const family = resolveModel(base);
  if (family && variant !== undefined) {
    const variants = catalogue.filter((model) => model.name === family.name).map((model) => model.variant);
    return `${family.name} is there in ${listed(variants)}, not in ${variant}`;
  }
  const meant = nameLike(base);
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  return `no such model in the catalogue${hint} ("theo list --remote" shows all; "theo pull URL" fetches any other)`;
}

/** The name that is most like `name`, of the catalogue's and those of `installed`; undefined where none is. */
export function nameLike(name: string, installed: readonly string[] = []): string | undefined {
  const key = nearest(modelKey(name), [...installed.map(modelKey), ...byKey.keys()]);
  if (key === undefined) return undefined;
  return installed.find((each) => modelKey(each) === key) ?? byKey.get(key)?.installName;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** q8_0 hears as f16 does in half the memory; the smaller ones do not (docs/models.md). */
function defaultFile({ files }: ModelFamily): PublishedFile | undefined {
  return files.find(({ type }) => type === 'q8_0') ?? files.find(({ type }) => type === 'f16');
}

function modelOf(family: ModelFamily, file: PublishedFile): CatalogueModel {
  const { name, title, author, licence, languages, dimensions } = family;
  const { type: variant, bytes, sha256 } = file;
  const isDefault = file === defaultFile(family);
  const installName = isDefault ? name : `${name}-${variant}`;
  const source = sourceOf(family, file);
  return {
    name,
    variant,
    isDefault,
    installName,
    title,
    author,
    licence,
    source,
    bytes,
    sha256,
    languages,
    memoryMb: memoryMbOf(dimensions, bytes),
    manifest: {
      name: installName,
      description: describe(family, file),
      weightsFile: `${name}-${variant}.bin`,
      weightsBytes: bytes,
      dimensions,
      languages,
      translates: family.translates,
      alignmentHeads: headsOf(family),
      audioContextMargin: family.audioContextMargin,
    },
  };
}

function sourceOf({ source }: ModelFamily, { file }: PublishedFile): ModelSource {
  if (source.kind === 'web') return { kind: 'url', url: `${source.folder}${file}` };
  return { kind: 'hub', repo: source.repo, revision: source.revision, file };
}

function describe(
  { title, languages, translates, source, licence }: ModelFamily,
  file: PublishedFile,
): string {
  const spoken =
    languages.length === 1
      ? 'English'
      : `${languages.length} languages${translates ? ', and their translation into English' : ''}`;
  const where =
    source.kind === 'hub'
      ? `huggingface.co/${source.repo} at ${source.revision.slice(0, 12)}, ${file.file}`
      : `${source.folder}${file.file}`;
  return `${title}: ${spoken}. Weights in ${file.type} from ${where} (SHA-256 ${file.sha256}). Licence: ${licence}.`;
}
