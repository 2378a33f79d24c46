import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFloats, multilingual, type Variables, vocabularyTokens } from './ctranslate2-folder.ts';
import { pytorchFile } from './pytorch-file.ts';

/** As safetensors call them. */
export type CheckpointType = 'F32' | 'F16' | 'BF16';

const storedTypes = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' } as const;

/** A tensor's entry in the header of a safetensors file. */
export interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/** The variables of `whisperVariables` as transformers name them, each projection by itself. */
export function checkpointTensors(variables: Variables, prefix = 'model.'): Variables {
  const tensors: Variables = new Map();
  for (const [name, { shape, data }] of variables) {
    const parts = partsOf(name);
    const rows = (shape[0] ?? 0) / parts.length;
    const length = data.length / parts.length;
    for (const [index, part] of parts.entries()) {
      // Keys have no bias there.
      if (part.endsWith('k_proj.bias')) continue;
      const own = data.slice(index * length, (index + 1) * length);
      tensors.set(`${prefix}${part}`, { shape: [rows, ...shape.slice(1)], data: own });
    }
  }
  return tensors;
}

/** Names of what is stacked in a variable of CTranslate2's. */
function partsOf(variable: string): readonly string[] {
  const [half = '', ...path] = variable.replace(/layer_(\d+)/, 'layers.$1').split('/');
  const ending = { gamma: 'weight', beta: 'bias', encodings: 'weight' }[path.at(-1) ?? ''] ?? path.at(-1);
  const module = path.slice(0, -1).join('.');
  const names: Readonly<Record<string, readonly string[]>> = {
    embeddings: ['embed_tokens'],
    position_encodings: ['embed_positions'],
    'self_attention.layer_norm': ['self_attn_layer_norm'],
    'self_attention.linear_0': ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'],
    'self_attention.linear_1': ['self_attn.out_proj'],
    'attention.layer_norm': ['encoder_attn_layer_norm'],
    'attention.linear_0': ['encoder_attn.q_proj'],
    'attention.linear_1': ['encoder_attn.k_proj', 'encoder_attn.v_proj'],
    'attention.linear_2': ['encoder_attn.out_proj'],
    'ffn.layer_norm': ['final_layer_norm'],
    'ffn.linear_0': ['fc1'],
    'ffn.linear_1': ['fc2'],
  };
  const [, layer = '', inLayer = module] = /^(layers\.\d+\.)(.+)$/.exec(module) ?? [];
  return (names[inLayer] ?? [inLayer]).map((part) => `${half}.${layer}${part}.${ending}`);
}

/** A safetensors file. @param change - of its header, before it is written. */
export function encodeSafetensors(
  tensors: Variables,
  type: CheckpointType = 'F32',
  change: (header: Record<string, HeaderEntry>) => Readonly<Record<string, unknown>> = (header) => header,
): Buffer {
  const header: Record<string, HeaderEntry> = {};
  const parts: Buffer[] = [];
  let position = 0;
  for (const [name, { shape, data }] of tensors) {
    const bytes = encodeFloats(data, storedTypes[type]);
    header[name] = { dtype: type, shape, data_offsets: [position, position + bytes.length] };
    parts.push(bytes);
    position += bytes.length;
  }
  return withHeader(JSON.stringify({ __metadata__: { format: 'pt' }, ...change(header) }), ...parts);
}

/** The same as PyTorch pickles them. */
export function encodePyTorch(tensors: Variables): Buffer {
  return pytorchFile(
    new Map(
      Array.from(tensors, ([name, { shape, data }]) => [
        name,
        { shape, bytes: encodeFloats(data, 'float32') },
      ]),
    ),
  );
}

/** A text where a safetensors file has its header, and what follows it. */
export function withHeader(header: string, ...data: readonly Buffer[]): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), ...data]);
}

/** What Hugging Face writes beside the weights of `multilingual`. */
export function checkpointFiles(
  sizes = multilingual,
  config: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, string>> {
  return {
    'config.json': JSON.stringify({
      model_type: 'whisper',
      d_model: sizes.state,
      vocab_size: sizes.vocabulary,
      num_mel_bins: sizes.mels,
      encoder_layers: sizes.layers,
      decoder_layers: sizes.layers,
      encoder_attention_heads: 1,
      decoder_attention_heads: 1,
      max_source_positions: sizes.audioContext,
      activation_function: 'gelu',
      ...config,
    }),
    'tokenizer.json': tokenizer(sizes.vocabulary),
  };
}

const tokenizers = new Map<number, string>();

/** A megabyte that many tests need: it is made once. */
function tokenizer(vocabulary: number): string {
  const known = tokenizers.get(vocabulary);
  if (known !== undefined) return known;
  const tokens = vocabularyTokens(vocabulary).map((token, id) => [token, id] as const);
  const made = JSON.stringify({
    model: { vocab: Object.fromEntries(tokens.slice(0, 50_257)) },
    added_tokens: tokens.slice(50_257).map(([content, id]) => ({ id, content })),
  });
  tokenizers.set(vocabulary, made);
  return made;
}

/** Writes a checkpoint and gives the folder's path. */
export function writeCheckpoint(
  folder: string,
  weights: Buffer | Readonly<Record<string, Buffer | string>>,
  files: Readonly<Record<string, string>> = checkpointFiles(),
): string {
  mkdirSync(folder, { recursive: true });
  const all = Buffer.isBuffer(weights) ? { 'model.safetensors': weights } : weights;
  for (const [name, contents] of Object.entries({ ...files, ...all })) {
    writeFileSync(join(folder, name), contents);
  }
  return folder;
}

/** A checkpoint in several files, with their index. */
export function inParts(
  tensors: Variables,
  count: number,
  type: CheckpointType = 'F32',
): Record<string, Buffer | string> {
  const places: Record<string, string> = {};
  const files: Record<string, Buffer | string> = {};
  for (let part = 0; part < count; part++) {
    const name = `model-0000${part + 1}-of-0000${count}.safetensors`;
    const own = new Map([...tensors].filter((_, index) => index % count === part));
    files[name] = encodeSafetensors(own, type);
    for (const tensor of own.keys()) places[tensor] = name;
  }
  return { ...files, 'model.safetensors.index.json': JSON.stringify({ metadata: {}, weight_map: places }) };
}
