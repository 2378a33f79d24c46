import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { RealtimeClient } from './realtime-client.ts';

const everyMs = 100;
/** Long enough to be told of as speech. */
const utteranceSamples = 0.4 * 16_000;

/** A client that does as it likes. */
export interface Flood {
  readonly client: RealtimeClient;
  stop(): Promise<void>;
}

/**
 * Sends speech, over and over, so many times faster than real time, ends an utterance after every 0.4 s of it, and cares
 * about no `session.rate_limit`.
 */
export async function startFlood(
  realtimeUrl: string,
  speech: Int16Array,
  { speed, query }: { readonly speed: number; readonly query?: string },
): Promise<Flood> {
  const client = await RealtimeClient.open(realtimeUrl, query);
  const utterance = speech.subarray(speech.length / 2, speech.length / 2 + utteranceSamples);
  const atATime = Math.round((speed * everyMs * 16) / utteranceSamples);
  let isOver = false;
  const flooding = (async () => {
    while (!isOver && client.socket.readyState === WebSocket.OPEN) {
      for (let count = 0; count < atATime; count++) {
        client.sendAtOnce(utterance);
        client.command({ type: 'input_audio_buffer.commit' });
      }
      await sleep(everyMs);
    }
  })();
  return {
    client,
    stop: async () => {
      isOver = true;
      await flooding;
      client.socket.terminate();
      await client.closed;
    },
  };
}
