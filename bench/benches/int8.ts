// How fast are the int8 products of Whisper's layers, beside ggml's own and CTranslate2's?
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Cell } from '#theo/report/table.js';
import { runNativeProgram } from '../native-program.ts';
import { type BenchOptions, publish } from '../report.ts';

interface Product {
  readonly layer: string;
  readonly outputs: number;
  readonly inputs: number;
  readonly rows: number;
  /** A variant of ours, or ggml with its type of weights. */
  readonly kernels: string;
  readonly us: number;
  readonly gigaOpsPerSecond: number;
  /** For few rows the measure is how fast weights are read. */
  readonly gigaWeightsPerSecond: number;
}

interface PeerProduct {
  readonly rows: number;
  readonly gigaOpsPerSecond: number;
}

/** The layer that CTranslate2 is measured on, together with the one that leads back. */
const peerLayer = 'base: MLP up';

/** `--rounds N`: the best of so many. `PYTHON=venv/bin/python` where `ctranslate2` is not installed for `python3`. */
export async function run({ rounds = 40 }: BenchOptions): Promise<void> {
  const products = runNativeProgram<Product>('int8_bench', [String(rounds)]);
  const peer = ctranslate2Products(rounds);
  const shapes = products.filter(
    (product, index) => index === products.findIndex((other) => isSameShape(product, other)),
  );
  const rows = shapes.map((shape): Record<string, Cell> => {
    const group = products.filter((product) => isSameShape(product, shape));
    const ours = group.findLast((product) => !product.kernels.startsWith('ggml'));
    const ofPeer = peer?.find(({ rows }) => shape.layer === peerLayer && rows === shape.rows);
    return {
      layer: shape.layer,
      outputs: shape.outputs,
      inputs: shape.inputs,
      rows: shape.rows,
      ...Object.fromEntries(group.map((product) => [product.kernels, product.gigaOpsPerSecond])),
      ctranslate2: ofPeer?.gigaOpsPerSecond ?? null,
      bestUs: ours?.us ?? null,
      bestGigaWeightsPerSecond: ours?.gigaWeightsPerSecond ?? null,
    };
  });
  publish({
    name: 'int8',
    title:
      "Products of Whisper's layers on one thread: billion operations a second (a multiplication and an addition are two)",
    rows,
    notes: [
      `Best of ${rounds} rounds by the time of the core, quantization of the activations included. bestUs and ` +
        'bestGigaWeightsPerSecond are of the last of our variants; with few rows the reading of weights, a byte each, is ' +
        'all that counts. ggml is built as the product builds it.' +
        (peer === null
          ? ' CTranslate2 was not there to be compared with (pip install ctranslate2).'
          : ' CTranslate2 is int8 as well; its figures are of both products of an MLP.'),
    ],
  });
}

function isSameShape(a: Product, b: Product): boolean {
  return a.layer === b.layer && a.rows === b.rows;
}

function ctranslate2Products(rounds: number): PeerProduct[] | null {
  const script = join('bench', 'native', 'ctranslate2_products.py');
  const { status, stdout } = spawnSync(process.env.PYTHON ?? 'python3', [script, String(rounds)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (status !== 0) return null;
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PeerProduct);
}
