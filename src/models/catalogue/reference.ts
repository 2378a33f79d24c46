import { byteSize } from '../../byte-size.ts';
import { markdownTable } from '../../report/markdown-table.ts';
import { type CatalogueModel, catalogue } from './catalogue.ts';

/** `docs/catalogue.md`, from the data. */
export function renderCatalogueReference(): string {
  return `# The catalogue

The models that \`theo pull NAME\` installs and \`theo list --remote\` lists: OpenAI's Whisper as whisper.cpp publishes it, its
distillations, and FUTO's ACFT of it, for short windows. Files are pinned: by a commit of the hub, their size and their
SHA-256, which \`theo inspect NAME\` shows.

${overview()}

**Variants** are precisions of the weights. A name alone means the one that is listed first, q8_0 where there is one: it hears as
f16 does in half the size ([models.md](models.md#quantization)). \`whisper-small:q5_1\` is another variant; it is installed as
\`whisper-small-q5_1\`, and both names find it wherever a model is named: in \`--model\`, in a client's \`model=\`, in \`theo eval\`.

**Other names** that are understood: \`small\`, \`faster-whisper-small\`, \`openai/whisper-small\`,
\`Systran/faster-whisper-small\`, \`distil-whisper/distil-small.en\`; \`large\` and \`turbo\`, which are large-v3 and
large-v3-turbo, as in OpenAI's own program.

**Languages.** Names in .en hear English alone, and so do the distillations. Turbo was not
trained to translate, and ACFT is for hearing: who asks them for translations is refused.

**Memory** is an upper estimate for one decode at a time with the whole window of 30 s, beside the program's own share: the
weights, keys and values twice, for the silence behind all audio and for an utterance, and what is computed meanwhile
(\`src/models/whisper/memory.ts\`). On x86 CPUs matrices become 8-bit integers: there f16 takes little more than q8_0, and q5
no less. Processes with two decode slots that had decoded 29 s, of which the program alone takes 66 MB, took 281 MB with tiny.en, 284
with its f16, 351 with base in q5_1, 387 in f16, 794 with random weights of small's shape in q8_0
(\`scripts/measure-loading.mjs\`, two cores of an AMD EPYC, 27 November 2026).

**From medium on** a GPU is needed to keep up with speech; recordings are done on a CPU, too.

**ACFT** models are given 64 positions beyond the audio, which they were trained to have; behind those stands the model's own
silence, as with all others.

## Files

${files()}

Parakeet, Silero and other models in whisper.cpp's collection are no Whisper: this runtime does not run them. Any other Whisper
in whisper.cpp's format is installed by its address: \`theo pull URL\`.

This page is generated from \`src/models/catalogue\` by \`node scripts/generate-docs.mjs\`.
`;
}

function overview(): string {
  const rows = catalogue
    .filter(({ isDefault }) => isDefault)
    .map((model) => [
      model.name,
      variantsOf(model)
        .map(({ variant }) => variant)
        .join(', '),
      byteSize(model.bytes),
      byteSize(model.memoryMb * 1e6),
      model.languages.length === 1 ? 'English' : String(model.languages.length),
      `${model.licence}, ${model.author}`,
    ]);
  return markdownTable([['name', 'variants', 'size', 'memory', 'languages', 'licence'], ...rows]);
}

function files(): string {
  const rows = catalogue.map(({ installName, bytes, sha256, source }) => [
    installName,
    source.kind === 'hub' ? `${source.repo} ${source.file}` : source.url,
    bytes.toLocaleString('en-US'),
    `\`${sha256.slice(0, 16)}…\``,
  ]);
  return markdownTable([['installed as', 'file', 'bytes', 'SHA-256'], ...rows]);
}

function variantsOf({ name }: CatalogueModel): readonly CatalogueModel[] {
  return catalogue.filter((model) => model.name === name);
}
