// Is our resampler faster than the libraries that people use, at the same or a better quality?
import { runNativeProgram } from '../native-program.ts';
import { type BenchOptions, publish } from '../report.ts';

interface Row {
  readonly library: string;
  readonly inputRateHz: number;
  readonly inputSamplesPerSecond: number;
  /** Of tones of 100 Hz to 7 kHz: the worst. */
  readonly snrDb: number;
  /** Of tones from 9 kHz up that would fold into 0..7 kHz: the loudest that is left. */
  readonly stopBandDb: number;
  /** Largest error of level of tones up to 7 kHz. */
  readonly passBandErrorDb: number;
  /** From the arrival of a sample to the arrival of its image. */
  readonly latencyMs: number;
}

export async function run(options: BenchOptions): Promise<void> {
  const rounds = String(options.rounds ?? 60);
  const rows = runNativeProgram<Row>(
    'resampler_bench',
    [rounds],
    'cmake g++ make pkg-config libsoxr-dev libspeexdsp-dev libsamplerate0-dev',
  );
  const ours = new Map(rows.filter(isOurs).map((row) => [row.inputRateHz, row.inputSamplesPerSecond]));
  const compared = rows.map(({ library, inputRateHz, inputSamplesPerSecond, ...quality }) => ({
    library,
    inputRateHz,
    millionSamplesPerSecond: inputSamplesPerSecond / 1e6,
    oursIsFasterBy: (ours.get(inputRateHz) ?? Number.NaN) / inputSamplesPerSecond,
    ...quality,
  }));
  publish({
    name: 'resampler',
    title: 'Resampling s16 to 16 kHz floats, messages of 20 ms, one thread',
    rows: compared,
    notes: [
      `Best of ${rounds} rounds, all libraries taking turns in every round; conversion of the 16-bit samples included. ` +
        'Quality is measured on floats: 16-bit input itself has an SNR of 98 dB at best.',
    ],
  });
}

function isOurs(row: Row): boolean {
  return row.library === 'ours';
}
