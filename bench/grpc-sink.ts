// A worker process without a model, for `bench/benches/grpc.ts`: takes audio, answers flushes with an empty final.
// Prints its address, and the microseconds of CPU it has used whenever its parent sends a message.
import { StreamingPreprocessor } from '#theo/audio/preprocessor.js';
import { systemClock } from '#theo/clock.js';
import { EventQueue } from '#theo/engine/event-queue.js';
import type { EngineEvent, EngineStream, SpeechEngine } from '#theo/engine/types.js';
import { loadNative, sampleRateHz } from '#theo/native.js';
import { SileroClassifier } from '#theo/vad/silero-classifier.js';
import { WorkerServer } from '#theo/worker/worker-server.js';

/** An engine that hears nothing. */
export function sinkEngine(): SpeechEngine {
  return {
    model: 'sink',
    traits: {
      longestUtteranceSamples: 30 * sampleRateHz,
      streamsNatively: false,
      takesPrompts: true,
      timesWords: false,
      translates: false,
    },
    knowsLanguage: () => true,
    openStream: openSink,
    transcribe: () =>
      Promise.resolve({
        text: '',
        language: '',
        languageProbability: 0.9,
        confidence: 0,
        words: null,
        segments: [],
      }),
    close: () => Promise.resolve(),
  };
}

function openSink(): EngineStream {
  const events = new EventQueue<EngineEvent>();
  return {
    events,
    write: () => {},
    anticipateFlush: () => {},
    flush: () => {
      events.push({
        type: 'final',
        speech: null,
        transcript: { text: '', language: '', languageProbability: 0.9, confidence: 0, words: null },
      });
      events.end();
    },
    cancel: () => events.end({ discard: true }),
  };
}

if (process.send) {
  const identity = { model: 'sink', engine: 'none', decodeSlots: 1, languages: [] };
  const server = await WorkerServer.start(identity, {
    listen: '127.0.0.1:0',
    tls: null,
    clock: systemClock,
    recordings: {
      classifier: new SileroClassifier(),
      createPreprocessor: (inputSampleRate) => new StreamingPreprocessor(loadNative(), { inputSampleRate }),
    },
  });
  server.serve(sinkEngine(), '');
  process.send({ address: server.address });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuUs: user + system });
  });
  process.on('disconnect', () => process.exit(0));
}
