/** A tensor's name as OpenAI spells it, in its parts. */
export interface TensorName {
  readonly half: 'encoder' | 'decoder';
  /** Of what lies in a layer. */
  readonly layer: number | undefined;
  /** Such as "attn.query", "mlp.0", "conv1", "positional_embedding". */
  readonly module: string;
  /** "weight" or "bias"; undefined for a table of positions. */
  readonly parameter: 'weight' | 'bias' | undefined;
}

/** Takes apart a name such as "encoder.blocks.3.attn.query.weight". */
export function parseTensorName(name: string): TensorName {
  const [, half, layer, module = name, parameter] =
    /^(encoder|decoder)\.(?:blocks\.(\d+)\.)?(.+?)(?:\.(weight|bias))?$/.exec(name) ?? [];
  return {
    half: half === 'encoder' ? 'encoder' : 'decoder',
    layer: layer === undefined ? undefined : Number(layer),
    module,
    parameter: parameter === 'weight' || parameter === 'bias' ? parameter : undefined,
  };
}
