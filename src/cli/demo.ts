import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { streamInRealTime, type TimedEvent } from '../client/node/stream-audio.ts';
import { registerFlags } from '../config/flags.ts';
import { createLogger } from '../observability/logger.ts';
import type { ServerEvent } from '../protocol/events.ts';
import { startServer } from '../server/app.ts';
import { readAudioFile } from './audio-input.ts';
import { settingsOf } from './settings.ts';

const clip = fileURLToPath(new URL('../../models/theo-demo/demo.wav', import.meta.url));
/** "two hundred and sixty three dollars and eighty seven cents", after inverse text normalization. */
const expectedText = '$263.87';
/** Where the first word begins in the clip, by its level. */
const speechOnsetMs = 650;

/** `theo demo`: hears a bundled clip over a real WebSocket and shows every event; exit code 0 only if it heard right. */
export function registerDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('hear a bundled clip in real time and show every event');
  registerFlags(command, ['modelsDir', 'decodeSlots']);
  command.action(async (options: Record<string, unknown>) => {
    const config = {
      ...settingsOf(options),
      host: '127.0.0.1',
      port: 0,
      apiKeys: [],
      defaultModel: 'theo-demo',
    };
    const server = await startServer(config, createLogger({ format: 'pretty', level: 'warn' }));
    try {
      const audio = await readAudioFile(clip);
      const durationMs = (audio.samples.length * 1000) / audio.sampleRateHz;
      console.log(
        `server ${server.url}, model theo-demo, ${(durationMs / 1000).toFixed(1)} s of speech in 20 ms messages\n`,
      );
      console.log('   time  event');
      const events: TimedEvent[] = [];
      await streamInRealTime(audio, {
        url: server.url,
        model: 'theo-demo',
        language: 'auto',
        onEvent: (timed) => {
          events.push(timed);
          console.log(`${timed.atMs.toFixed(0).padStart(7)}  ${describe(timed.event)}`);
        },
      });
      summarize(events, await realTimeFactor(server.url, durationMs));
    } finally {
      await server.close();
    }
  });
}

function describe(event: ServerEvent): string {
  switch (event.type) {
    case 'transcript.partial':
      return `transcript.partial   ${event.text}`;
    case 'transcript.final':
      return `transcript.final     ${event.text}   [${event.language}, confidence ${event.confidence.toFixed(2)}]`;
    case 'vad.speech_start':
    case 'vad.speech_end':
      return `${event.type.padEnd(19)}  at ${event.timestamp_ms} ms of audio`;
    case 'error':
      return `error                ${event.code}: ${event.message}`;
    case 'session.closed':
      return `session.closed       ${event.reason}, ${event.segments_transcribed} segment(s)`;
    default:
      return event.type;
  }
}

function summarize(events: readonly TimedEvent[], factor: number): void {
  const firstPartial = events.find(({ event }) => event.type === 'transcript.partial');
  const finals = events.flatMap((timed) =>
    timed.event.type === 'transcript.final' ? [{ final: timed.event, atMs: timed.atMs }] : [],
  );
  const text = finals.map(({ final }) => final.text).join(' ');
  const last = finals.at(-1);
  const row = (label: string, value: string): void => console.log(`  ${label.padEnd(24)}${value}`);
  console.log('\nsummary');
  row('text', text);
  row(
    'time to first text',
    firstPartial
      ? `${(firstPartial.atMs - speechOnsetMs).toFixed(0)} ms after the first speech sample`
      : 'none',
  );
  row(
    'final',
    last
      ? `${(last.atMs - last.final.end_ms).toFixed(0)} ms after the end of speech (300 ms of silence are waited for)`
      : 'none',
  );
  row('real-time factor', `${factor.toFixed(3)} (decoding time / audio time)`);
  const isRight = text === expectedText;
  console.log(isRight ? '\nheard right' : `\nheard wrong: expected "${expectedText}"`);
  if (!isRight) process.exitCode = 1;
}

/** Time spent decoding, by the server's own metrics, over the audio's length. */
async function realTimeFactor(url: string, durationMs: number): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const sums = [...metrics.matchAll(/^theo_engine_decode_seconds_sum\{[^}]*\} (\S+)$/gm)];
  return sums.reduce((sum, match) => sum + Number(match[1]), 0) / (durationMs / 1000);
}
