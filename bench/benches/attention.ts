// Is our attention faster than ggml's, in the shapes that Whisper's layers have?
import { runNativeProgram } from '../native-program.ts';
import { type BenchOptions, publish } from '../report.ts';

interface Row {
  readonly use: string;
  readonly queries: number;
  readonly keys: number;
  readonly simd: string;
  readonly ourUs: number;
  readonly ourGflops: number;
  readonly ggmlUs: number;
  readonly ggmlGflops: number;
  readonly largestDifference: number;
}

export async function run(options: BenchOptions): Promise<void> {
  const rounds = options.rounds ?? 5;
  const rows = runNativeProgram<Row>('attention_bench', [String(rounds)]);
  publish({
    name: 'attention',
    title: 'Attention of one layer of whisper-base (8 heads of 64), one thread',
    rows: rows.map((row) => ({ ...row, oursIsFasterBy: row.ggmlUs / row.ourUs })),
    notes: [
      'Keys and values are halves, all else is 32-bit floats; for few queries ggml rounds them and its sums to halves. Six ' +
        "layers take turns, so that keys and values come from where a model's do. Operations: two products, without " +
        `what a causal mask hides. Best of ${rounds} rounds, more of short ones, ours and ggml's in turn.`,
    ],
  });
}
