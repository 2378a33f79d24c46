import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServerEvent } from '#theo/protocol/events.js';
import { answerAlone, FakeEngine } from '../../support/fake-engine.ts';
import { bytesOf, joined, loud, SessionHarness, settled, silent } from './harness.ts';

const stretches = fc.array(fc.record({ loudMs: fc.nat(900), silentMs: fc.nat(700) }), {
  minLength: 1,
  maxLength: 4,
});

function audioOf(parts: readonly { loudMs: number; silentMs: number }[], sampleRateHz: number): Int16Array {
  return joined(
    silent(300, sampleRateHz),
    ...parts.flatMap((part) => [loud(part.loudMs, sampleRateHz), silent(part.silentMs, sampleRateHz)]),
  );
}

/**
 * What may not depend on how the audio came: all but the moment at which a partial was told, and whether the audio came
 * too fast.
 */
function essence(events: readonly ServerEvent[]): unknown[] {
  return events
    .filter((event) => event.type !== 'session.rate_limit')
    .map((event) => (event.type === 'transcript.partial' ? { ...event, timestamp_ms: 'whenever' } : event));
}

test('any cutting of the same audio into messages, with any jitter, gives the same events', async () => {
  const property = fc.asyncProperty(
    stretches,
    fc.constantFrom(8_000, 16_000, 44_100, 48_000),
    fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 20 }),
    fc.array(fc.nat(999), { minLength: 1, maxLength: 20 }),
    fc.boolean(),
    async (parts, sampleRateHz, cuts, pausesMs, isPatient) => {
      const samples = audioOf(parts, sampleRateHz);
      const hear = async (messages: readonly Int16Array[]): Promise<unknown[]> => {
        const engine = new FakeEngine(answerAlone);
        const harness = new SessionHarness(engine, { input_sample_rate: sampleRateHz });
        for (const [index, message] of messages.entries()) {
          harness.clock.advance(pausesMs[index % pausesMs.length] ?? 0);
          harness.session.pushAudio(bytesOf(message));
          if (isPatient) await settled();
        }
        await harness.session.finish('client_request');
        return essence(harness.events);
      };
      const pieces: Int16Array[] = [];
      for (let start = 0, index = 0; start < samples.length; index++) {
        const length = (cuts[index % cuts.length] ?? 0) + 1;
        pieces.push(samples.subarray(start, start + length));
        start += length;
      }
      expect(await hear(pieces)).toEqual(await hear([samples]));
    },
  );
  await fc.assert(property, { numRuns: 30 });
});

test('what is said after audio had stopped coming is an utterance of its own, and nothing of either is lost', async () => {
  const turn = fc.record({
    leadMs: fc.integer({ min: 96, max: 300 }),
    loudMs: fc.integer({ min: 320, max: 1500 }),
    tailMs: fc.nat(900),
    pauseMs: fc.integer({ min: 0, max: 15_000 }),
  });
  const property = fc.asyncProperty(
    fc.array(turn, { minLength: 1, maxLength: 5 }),
    fc.constantFrom(8_000, 16_000, 48_000),
    fc.integer({ min: 100, max: 3000 }),
    fc.constantFrom('real time', 'half of real time', 'at once' as const),
    fc.nat(4),
    async (turns, sampleRateHz, silenceTimeoutMs, pace, judgedAMessage) => {
      const engine = new FakeEngine((stream) => {
        stream.onProgress = () => {
          const speech = { samples: new Float32Array(8000), text: 'yes', language: 'en', close: () => {} };
          if (stream.isFlushed) stream.final('yes', {}, speech);
        };
      });
      const config = { input_sample_rate: sampleRateHz, silence_timeout_ms: silenceTimeoutMs };
      const harness = new SessionHarness(engine, config, { maxBacklogMs: 60_000 });
      // With 0, everything is still waiting to be classified when the pause begins.
      harness.classifier.isSlow = true;
      const judge = async (windows: number): Promise<void> => {
        for (let window = 0; window < windows; window++) {
          harness.classifier.release();
          await settled();
        }
      };
      let sentMs = 0;
      const spoken: { readonly fromMs: number; readonly toMs: number }[] = [];
      for (const { leadMs, loudMs, tailMs, pauseMs } of turns) {
        spoken.push({ fromMs: sentMs + leadMs, toMs: sentMs + leadMs + loudMs });
        const samples = joined(
          silent(leadMs, sampleRateHz),
          loud(loudMs, sampleRateHz),
          silent(tailMs, sampleRateHz),
        );
        const perMessage = sampleRateHz / 10;
        for (let start = 0; start < samples.length; start += perMessage) {
          harness.session.pushAudio(bytesOf(samples.subarray(start, start + perMessage)));
          if (pace !== 'at once') harness.clock.advance(pace === 'real time' ? 100 : 200);
          await judge(judgedAMessage);
        }
        sentMs += leadMs + loudMs + tailMs;
        // What is sent at once and soon after each other may be a stream in large pieces.
        const pieceMs = pace === 'at once' ? 1500 : 0;
        harness.clock.advance(Math.max(1000, silenceTimeoutMs) + 200 + pieceMs + pauseMs);
        await judge(judgedAMessage);
      }
      await judge(Math.ceil(sentMs / 32) + 10);
      const finals = harness.of('transcript.final');
      for (const [index, { fromMs, toMs }] of spoken.entries()) {
        const { start_ms: startMs = 0, end_ms: endMs = 0 } = finals[index] ?? {};
        expect(Math.abs(startMs - fromMs)).toBeLessThanOrEqual(33);
        expect(Math.abs(endMs - toMs)).toBeLessThanOrEqual(65);
      }
      for (const { options, sampleCount, isCancelled } of engine.streams) {
        if (isCancelled) continue;
        expect(options.earlier).toBe(null);
        expect(sampleCount).toBeLessThan(16 * (400 + 1500 + 128));
      }
      harness.session.abort('error');
      expect(1000 * (harness.metrics.processedSeconds + harness.metrics.droppedSeconds)).toBeCloseTo(
        sentMs,
        3,
      );
    },
  );
  await fc.assert(property, { numRuns: 50 });
});

const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('loud' as const), ms: fc.nat(500) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('silent' as const), ms: fc.nat(500) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('commit' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('odd' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(2000) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('configure' as const),
      change: fc.record(
        {
          silence_timeout_ms: fc.integer({ min: 50, max: 800 }),
          max_segment_duration_ms: fc.integer({ min: 500, max: 2000 }),
          enable_partial_transcripts: fc.boolean(),
          vad_sensitivity: fc.constantFrom('high' as const, 'normal' as const, 'low' as const),
          input_sample_rate: fc.constantFrom(8_000, 16_000, 48_000),
        },
        { requiredKeys: [] },
      ),
    }),
  },
);
const ending = fc.constantFrom('close', 'cancel', 'die', 'time out', 'close and cancel' as const);
const behaviour = fc.constantFrom('answer', 'crash', 'fail', 'vanish', 'late', 'break' as const);

/** How an engine's stream takes its flush; one that is to break has done so before, unless it heard too little. */
function behave(engine: FakeEngine, index: number, behaviours: readonly string[]): void {
  const stream = engine.streams[index];
  if (!stream?.isFlushed) return;
  switch (behaviours[index % behaviours.length]) {
    case 'crash':
      stream.fail('worker_crash', true);
      break;
    case 'fail':
      stream.fail('internal_error', false);
      break;
    case 'vanish':
      stream.queue.end();
      break;
    default:
      stream.final('yes');
  }
}

/** The order that the contract promises, over the whole session. */
function expectGoodOrder(events: readonly ServerEvent[]): void {
  expect(events[0]?.type).toBe('session.created');
  expect(events.filter((event) => event.type === 'session.closed')).toHaveLength(1);
  expect(events.at(-1)?.type).toBe('session.closed');
  let finals = 0;
  let isSpeaking = false;
  let hasFinal = false;
  let position = 0;
  for (const event of events) {
    switch (event.type) {
      case 'vad.speech_start':
        expect(isSpeaking).toBe(false);
        isSpeaking = true;
        hasFinal = false;
        expect(event.timestamp_ms).toBeGreaterThanOrEqual(position);
        position = event.timestamp_ms;
        break;
      case 'transcript.partial':
        expect(isSpeaking).toBe(true);
        expect(hasFinal).toBe(false);
        expect(event.segment_id).toBe(finals);
        break;
      case 'transcript.final':
        expect(isSpeaking).toBe(true);
        expect(hasFinal).toBe(false);
        hasFinal = true;
        expect(event.segment_id).toBe(finals++);
        expect(event.end_ms).toBeGreaterThan(event.start_ms);
        break;
      case 'vad.speech_end':
        expect(isSpeaking).toBe(true);
        isSpeaking = false;
        expect(event.timestamp_ms).toBeGreaterThanOrEqual(position);
        position = event.timestamp_ms;
        break;
      default:
    }
  }
}

test('whatever comes in, in whatever order: no throw, a good order, one end and nothing after it', async () => {
  const property = fc.asyncProperty(
    fc.array(action, { maxLength: 25 }),
    ending,
    fc.array(behaviour, { minLength: 1, maxLength: 4 }),
    fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }),
    async (actions, end, behaviours, patience) => {
      const engine: FakeEngine = new FakeEngine((stream, index) => {
        stream.onProgress = () => {
          const does = behaviours[index % behaviours.length];
          if (stream.isFlushed && does !== 'late') {
            behave(engine, index, behaviours);
          } else if (does === 'break' && stream.sampleCount > 20_000) {
            stream.fail('internal_error', false);
          } else if (!stream.isFlushed) stream.partial(`${stream.sampleCount}`);
        };
      });
      const harness = new SessionHarness(engine);
      for (const [index, each] of actions.entries()) {
        const rate = harness.session.config.input_sample_rate;
        if (each.do === 'loud') harness.session.pushAudio(bytesOf(loud(each.ms, rate)));
        else if (each.do === 'silent') harness.session.pushAudio(bytesOf(silent(each.ms, rate)));
        else if (each.do === 'odd') harness.session.pushAudio(new Uint8Array(7));
        else if (each.do === 'commit') harness.session.handle({ type: 'input_audio_buffer.commit' });
        else if (each.do === 'wait') harness.clock.advance(each.ms);
        else harness.session.handle({ type: 'session.configure', ...each.change });
        for (let turn = patience[index % patience.length] ?? 0; turn > 0; turn--) await settled();
      }
      if (end === 'close' || end === 'close and cancel') harness.session.handle({ type: 'session.close' });
      if (end === 'cancel' || end === 'close and cancel') harness.session.handle({ type: 'session.cancel' });
      if (end === 'die') harness.session.abort('error');
      if (end === 'time out') void harness.session.finish('timeout');
      for (let turn = 0; turn < 20; turn++) {
        await settled();
        // Engines that failed are asked again after a while.
        harness.clock.advance(500);
        for (const [index, stream] of engine.streams.entries()) {
          const isLate = behaviours[index % behaviours.length] === 'late';
          if (isLate && stream.isFlushed && !stream.isCancelled) stream.final('at last');
        }
      }
      expectGoodOrder(harness.events);
      expect(harness.closes).toHaveLength(1);
      expect(harness.late).toEqual([]);
      expect(harness.metrics.active).toBe(0);
    },
  );
  // The engine fails on the last hop, and the session ends before there is another.
  const speech = [159, 393, 310, 418].map((ms) => ({ do: 'loud' as const, ms }));
  await fc.assert(property, { numRuns: 150, examples: [[speech, 'close', ['break', 'answer'], [1]]] });
});

test('received audio is processed or dropped, whatever comes, however slow the classifier is, however it ends', async () => {
  const step = fc.record({ samples: fc.nat(60_000), judged: fc.nat(20), isLoud: fc.boolean() });
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 1, maxLength: 20 }),
    fc.constantFrom(8_000, 16_000, 44_100),
    fc.constantFrom('close', 'cancel', 'die' as const),
    async (steps, sampleRateHz, end) => {
      const config = { input_sample_rate: sampleRateHz };
      const harness = new SessionHarness(new FakeEngine(answerAlone), config, { maxBacklogMs: 1024 });
      harness.classifier.isSlow = true;
      let receivedMs = 0;
      for (const { samples, judged, isLoud } of steps) {
        const audioMs = (samples * 1000) / sampleRateHz;
        receivedMs += audioMs;
        harness.clock.advance(audioMs);
        const audio = new Int16Array(samples);
        if (isLoud) audio.set(loud(audioMs, sampleRateHz));
        harness.session.pushAudio(bytesOf(audio));
        for (let index = 0; index < judged; index++) {
          harness.classifier.release();
          await settled();
        }
      }
      if (end === 'close') harness.session.handle({ type: 'session.close' });
      if (end === 'cancel') harness.session.handle({ type: 'session.cancel' });
      if (end === 'die') harness.session.abort('error');
      for (let index = 0; index < 40; index++) {
        harness.classifier.release();
        await settled();
      }
      const { processedSeconds, droppedSeconds } = harness.metrics;
      expect(1000 * (processedSeconds + droppedSeconds)).toBeCloseTo(receivedMs, 3);
      expect(harness.of('session.closed')[0]?.total_duration_ms).toBe(Math.round(receivedMs));
      const toldMs = harness.of('session.frames_dropped').reduce((sum, event) => sum + event.dropped_ms, 0);
      if (end === 'close') expect(Math.abs(toldMs - 1000 * droppedSeconds)).toBeLessThanOrEqual(0.501);
      else expect(toldMs).toBeLessThanOrEqual(Math.ceil(1000 * droppedSeconds));
    },
  );
  await fc.assert(property, { numRuns: 100 });
});
