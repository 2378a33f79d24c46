import { spawn } from 'node:child_process';
import { freePort } from '../../test/support/free-port.ts';
import { startServerProcess } from '../../test/support/server-process.ts';
import { type BenchOptions, percentile, publish } from '../report.ts';
import { type SlowNetworkOptions, slowNetwork } from '../slow-network.ts';
import { modelFlags, reportName } from '../subject.ts';
import { confirmedAfterMs, known, type MeasuredClip, measureClip } from '../utterance.ts';

const networks: readonly (SlowNetworkOptions & { readonly label: string })[] = [
  { label: 'loopback', roundTripMs: 0, lossShare: 0 },
  { label: '50 ms there and back', roundTripMs: 50, lossShare: 0 },
  { label: '50 ms, 1 % lost', roundTripMs: 50, lossShare: 0.01 },
];

/** What a slow network between runtime and worker costs the client. `--rounds N`: utterances for each network. */
export async function run({
  subject,
  rounds = Math.ceil(subject.clips.length / 2),
}: BenchOptions): Promise<void> {
  const port = await freePort();
  const worker = spawn(
    process.execPath,
    ['dist/cli/main.js', 'worker', ...modelFlags(subject, '--model'), '--listen', `127.0.0.1:${port}`],
    { stdio: 'ignore' },
  );
  const rows = [];
  try {
    for (const network of networks) {
      const proxy = await slowNetwork('127.0.0.1', port, network);
      const server = await startServerProcess(['--worker', proxy.address]);
      const measured: MeasuredClip[] = [];
      for (const clip of subject.clips.slice(0, rounds))
        measured.push(await measureClip(server.realtimeUrl, subject, clip));
      await server.stop();
      proxy.close();
      const errors = measured.reduce((sum, result) => sum + result.errors, 0);
      const said = measured.reduce((sum, { saidWords }) => sum + saidWords, 0);
      const utterances = measured.flatMap((result) => result.utterances);
      const ttfbMs = known(utterances.map(({ firstTextMs }) => firstTextMs));
      const finalDelayMs = known(utterances.map((each) => each.finalDelayMs)).map(
        (ms) => ms - confirmedAfterMs,
      );
      rows.push({
        network: network.label,
        utterances: utterances.length,
        ttfbMsMedian: percentile(ttfbMs, 0.5),
        ttfbMsP95: percentile(ttfbMs, 0.95),
        finalDelayMsMedian: percentile(finalDelayMs, 0.5),
        finalDelayMsP95: percentile(finalDelayMs, 0.95),
        wordErrorPercent: (100 * errors) / said,
      });
    }
  } finally {
    worker.kill();
  }
  publish({
    name: reportName('grpc-network', subject),
    title: 'A gRPC worker behind a slow network: what the client of the runtime sees',
    rows,
    notes: [
      'The network is a TCP proxy (bench/slow-network.ts): half the round trip each way; a lost chunk holds up what follows for 200 ms.',
    ],
  });
}
