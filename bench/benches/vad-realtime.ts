// How many live sessions' front end and voice activity detection does one core carry, and what does the main thread
// feel of it?
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { toPcm16 } from '#theo/audio/pcm16.js';
import { StreamingPreprocessor } from '#theo/audio/preprocessor.js';
import { loadNative } from '#theo/native.js';
import type { SpeechClassifier } from '#theo/vad/classifier.js';
import { SileroClassifier } from '#theo/vad/silero-classifier.js';
import { VadStream } from '#theo/vad/vad-stream.js';
import { type BenchOptions, percentile, publish } from '../report.ts';
import { type Clip, degrade, loadClips } from '../vad-audio.ts';

const hopMs = 32;
const hopBytes = 1024;
const sampleRateHz = 16_000;
const speechShare = 0.4;

/** Sessions in real time, with silence between utterances: CPU, wait for decisions, delay of the event loop. */
export async function run(options: BenchOptions): Promise<void> {
  const seconds = options.seconds ?? 8;
  const conversation = conversationOf(loadClips());
  const classifier = new SileroClassifier();
  await classifier.load();
  const rows = [];
  for (const sessions of [100, 400, 800, 1600]) {
    const waits: number[] = [];
    const counts = { prefiltered: 0, classified: 0 };
    const streams = Array.from({ length: sessions }, (_, index) =>
      playedStream(
        classifier,
        conversation,
        hopBytes * Math.floor((index * conversation.length) / (sessions * hopBytes)),
        waits,
        counts,
      ),
    );
    const loop = monitorEventLoopDelay({ resolution: 1 });
    const ticksASecond = 1000 / hopMs;
    const start = performance.now();
    const cpu = process.cpuUsage();
    loop.enable();
    // Sessions speak in eight groups, 4 ms apart, as sockets do not all deliver in the same instant.
    for (let tick = 0; tick < seconds * ticksASecond * 8; tick++) {
      for (let index = tick % 8; index < sessions; index += 8) streams[index]?.playHop();
      await delay(Math.max(0, start + ((tick + 1) * hopMs) / 8 - performance.now()));
    }
    await Promise.all(streams.map((stream) => stream.vad.drain()));
    loop.disable();
    const used = process.cpuUsage(cpu);
    const wallSeconds = (performance.now() - start) / 1000;
    for (const stream of streams) stream.vad.close();
    const cores = (used.user + used.system) / 1e6 / wallSeconds;
    rows.push({
      sessions,
      cores,
      sessionsPerCore: sessions / cores,
      prefilteredShare: counts.prefiltered / (counts.prefiltered + counts.classified),
      decisionMsP50: percentile(waits, 0.5),
      decisionMsP99: percentile(waits, 0.99),
      loopDelayMsP99: loop.percentile(99) / 1e6 - 1,
    });
  }
  await classifier.close();
  publish({
    name: 'vad-realtime',
    title: `Front end and VAD in real time: sessions at 16 kHz with ${Math.round(100 * (1 - speechShare))} % silence (-65 dBFS room)`,
    rows,
    notes: [
      'CPU of the whole process, timers of the bench included. decisionMs: of classified hops. loopDelayMsP99: beyond the 1 ms sampled.',
    ],
  });
}

/** All clips, each followed by a quiet room for so long that speech keeps its share. */
function conversationOf(clips: readonly Clip[]): Uint8Array {
  const pieces = clips.flatMap((clip) => [
    clip.samples,
    new Float32Array(Math.round(clip.samples.length * (1 / speechShare - 1))),
  ]);
  const samples = new Float32Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  const pcm = toPcm16(degrade(samples, 0, -65));
  return pcm.subarray(0, pcm.length - (pcm.length % hopBytes));
}

interface PlayedStream {
  readonly vad: VadStream;
  playHop(): void;
}

function playedStream(
  classifier: SpeechClassifier,
  audio: Uint8Array,
  from: number,
  waits: number[],
  counts: { prefiltered: number; classified: number },
): PlayedStream {
  const pushedAt: number[] = [];
  let isPushing = false;
  const handlers = {
    onDecision: () => {
      const sinceMs = performance.now() - (pushedAt.shift() ?? 0);
      if (!isPushing) waits.push(sinceMs);
    },
    onForced: () => {},
    onError: (error: unknown) => {
      throw error;
    },
  };
  const vad = new VadStream(classifier, {}, handlers, {
    prefiltered: { increment: () => (counts.prefiltered += 1) },
    classified: { increment: () => (counts.classified += 1) },
  });
  const preprocessor = new StreamingPreprocessor(loadNative(), { inputSampleRate: sampleRateHz });
  let at = from;
  const playHop = (): void => {
    const hops = preprocessor.push(audio.subarray(at, at + hopBytes));
    at = (at + hopBytes) % audio.length;
    isPushing = true;
    for (const hop of hops) {
      pushedAt.push(performance.now());
      vad.push(hop);
    }
    isPushing = false;
  };
  return { vad, playHop };
}
