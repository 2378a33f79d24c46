import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { clips } from '../../test/support/clips.ts';
import { startServerProcess } from '../../test/support/server-process.ts';
import { words } from '../../test/support/word-errors.ts';
import { type BenchOptions, percentile, publish } from '../report.ts';
import { type SlowNetworkOptions, slowNetwork } from '../slow-network.ts';
import { type MeasuredUtterance, measureUtterance } from '../utterance.ts';

const networks: readonly (SlowNetworkOptions & { readonly label: string })[] = [
  { label: 'loopback', roundTripMs: 0, lossShare: 0 },
  { label: '50 ms there and back', roundTripMs: 50, lossShare: 0 },
  { label: '50 ms, 1 % lost', roundTripMs: 50, lossShare: 0.01 },
];

/** What a slow network between runtime and worker costs the client. `--rounds N`: utterances for each network. */
export async function run({ rounds = clips.length / 2 }: BenchOptions): Promise<void> {
  const port = await freePort();
  const worker = spawn(
    process.execPath,
    ['dist/cli/main.js', 'worker', '--model', 'theo-demo', '--listen', `127.0.0.1:${port}`],
    { stdio: 'ignore' },
  );
  const rows = [];
  try {
    for (const network of networks) {
      const proxy = await slowNetwork('127.0.0.1', port, network);
      const server = await startServerProcess(['--worker', proxy.address]);
      const measured: MeasuredUtterance[] = [];
      for (const clip of clips.slice(0, rounds))
        measured.push(await measureUtterance(server.realtimeUrl, clip));
      await server.stop();
      proxy.close();
      const errors = measured.reduce((sum, result) => sum + result.errors, 0);
      const said = measured.reduce((sum, { clip }) => sum + words(clip.text).length, 0);
      const ttfbMs = measured.map((result) => result.ttfbMs);
      const finalDelayMs = measured.map((result) => result.finalDelayMs);
      rows.push({
        network: network.label,
        utterances: measured.length,
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
    name: 'grpc-network',
    title: 'A gRPC worker behind a slow network: what the client of the runtime sees',
    rows,
    chart: {
      title: 'First speech sample to first partial, median',
      unit: 'ms',
      bars: rows.map((row) => ({ label: row.network, value: row.ttfbMsMedian })),
    },
    notes: [
      'The network is a TCP proxy (bench/slow-network.ts): half the round trip each way; a lost chunk holds up what follows for 200 ms.',
    ],
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
