// What does the front end cost: bytes in; 16 kHz hops with level and flatness out?
import { StreamingPreprocessor } from '#theo/audio/preprocessor.js';
import { frameSamples, loadNative, sampleRateHz } from '#theo/native.js';
import type { Cell } from '#theo/report/table.js';
import { runNativeProgram } from '../native-program.ts';
import { type BenchOptions, publish } from '../report.ts';

interface Row {
  readonly simd: string;
  readonly usPer64MsAt48kHz: number;
  readonly usPer64MsAt44100Hz: number;
  readonly usPer64MsAt16kHz: number;
  readonly usPer64MsAt8kHz: number;
  readonly usRmsAndFlatnessPerFrame: number | null;
}

export async function run(options: BenchOptions): Promise<void> {
  const rounds = options.rounds ?? 60;
  const variants = runNativeProgram<Row>('front_end_bench', [String(rounds)]);
  const native = loadNative();
  const scalar = variants[0]?.usPer64MsAt48kHz ?? Number.NaN;
  const rows: Record<string, Cell>[] = variants.map((row) => ({
    ...row,
    speedupAt48kHz: scalar / row.usPer64MsAt48kHz,
  }));
  const inNode = {
    simd: `${native.simd}, from Node.js`,
    usPer64MsAt48kHz: preprocessorUs(48_000, rounds),
    usPer64MsAt44100Hz: preprocessorUs(44_100, rounds),
    usPer64MsAt16kHz: preprocessorUs(16_000, rounds),
    usPer64MsAt8kHz: preprocessorUs(8000, rounds),
    usRmsAndFlatnessPerFrame: null,
  };
  rows.push({ ...inNode, speedupAt48kHz: scalar / inNode.usPer64MsAt48kHz });
  publish({
    name: 'frontend',
    title: 'Front end: microseconds for 64 ms of audio in messages of 20 ms (two hops, two analyses)',
    rows,
    notes: [
      'usRmsAndFlatnessPerFrame: DC blocker, level, FFT and flatness of one frame of 1024 samples. "From Node.js" is ' +
        'StreamingPreprocessor.push through the addon, with the buffers and objects that it hands out. ' +
        `Best of ${rounds} rounds of two seconds of audio.`,
    ],
  });
}

function preprocessorUs(inputSampleRate: number, rounds: number): number {
  const seconds = 2;
  const preprocessor = new StreamingPreprocessor(loadNative(), { inputSampleRate });
  const pcm = new Uint8Array(
    Int16Array.from({ length: seconds * inputSampleRate }, () => (Math.random() - 0.5) * 10_000).buffer,
  );
  const messageBytes = (inputSampleRate / 50) * 2;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let at = 0; at < pcm.length; at += messageBytes) {
      preprocessor.push(pcm.subarray(at, at + messageBytes));
    }
    best = Math.min(best, performance.now() - start);
  }
  return (1000 * best) / ((seconds * sampleRateHz) / frameSamples);
}
