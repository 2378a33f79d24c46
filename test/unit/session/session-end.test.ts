import { describe, expect, it } from 'vitest';
import { answerAlone, FakeEngine } from '../../support/fake-engine.ts';
import { bytesOf, joined, loud, SessionHarness, settled, silent } from './harness.ts';

describe('session.close', () => {
  it('sends the final of speech that goes on, then closes with 1000', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    await harness.speak(joined(silent(500), loud(1000)));
    harness.session.handle({ type: 'session.close' });
    await settled();
    expect(harness.types.slice(-3)).toEqual(['transcript.final', 'vad.speech_end', 'session.closed']);
    expect(harness.of('session.closed')).toMatchObject([
      { reason: 'client_request', total_duration_ms: 1500, segments_transcribed: 1 },
    ]);
    expect(harness.closes).toEqual([{ code: 1000, reason: 'client_request' }]);
  });

  it('processes audio that still waits for the classifier', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    harness.classifier.isSlow = true;
    harness.session.pushAudio(bytesOf(joined(silent(512), loud(1024))));
    harness.session.handle({ type: 'session.close' });
    await settled();
    expect(harness.closes).toEqual([]);
    for (let hops = 0; hops < 48; hops++) {
      harness.classifier.release();
      await settled();
    }
    expect(harness.of('transcript.final')).toHaveLength(1);
    expect(harness.closes).toHaveLength(1);
  });

  it('waits for finals that the engine is slow with', async () => {
    const harness = new SessionHarness();
    await harness.speak(joined(silent(500), loud(600), silent(600), loud(600)));
    harness.session.handle({ type: 'session.close' });
    await settled();
    const [first, second] = harness.engine.streams;
    second?.final('second');
    await settled();
    expect(harness.closes).toEqual([]);
    first?.final('first');
    await settled();
    expect(harness.of('transcript.final').map((final) => final.text)).toEqual(['first', 'second']);
    expect(harness.closes).toHaveLength(1);
  });

  it('takes no audio and no command any more, but for a cancel', async () => {
    const harness = new SessionHarness();
    await harness.speak(joined(silent(500), loud(600)));
    harness.session.handle({ type: 'session.close' });
    harness.session.pushAudio(new Uint8Array(3));
    harness.session.handle({ type: 'session.configure', language: 'pt' });
    harness.session.handle({ type: 'session.close' });
    await settled();
    expect(harness.types).toEqual(['vad.speech_start']);
    harness.session.handle({ type: 'session.cancel' });
    expect(harness.of('session.closed')).toMatchObject([{ reason: 'cancelled' }]);
    expect(harness.engine.stream.isCancelled).toBe(true);
    await settled();
    expect(harness.closes).toHaveLength(1);
    expect(harness.late).toEqual([]);
  });
});

describe('session.cancel', () => {
  it('ends at once, and what the engine still says is not told', async () => {
    const harness = new SessionHarness();
    await harness.speak(joined(silent(500), loud(600), silent(600)));
    harness.session.handle({ type: 'session.cancel' });
    expect(harness.types.at(-1)).toBe('session.closed');
    expect(harness.of('session.closed')).toMatchObject([{ reason: 'cancelled', segments_transcribed: 0 }]);
    harness.engine.stream.final('late');
    await settled();
    expect(harness.late).toEqual([]);
    expect(harness.closes).toEqual([{ code: 1000, reason: 'cancelled' }]);
  });
});

describe('the end', () => {
  it('comes once, also where the goodbye itself fails and ends the session again', () => {
    const harness = new SessionHarness();
    harness.onSend = (event) => {
      if (event.type === 'session.closed') harness.session.abort('error');
    };
    harness.session.abort('heartbeat_timeout');
    expect(harness.of('session.closed')).toHaveLength(1);
    expect(harness.closes).toHaveLength(1);
    expect(harness.metrics.active).toBe(0);
  });

  it('may come while any event is sent', async () => {
    for (const type of ['vad.speech_start', 'transcript.partial', 'transcript.final'] as const) {
      const harness = new SessionHarness(new FakeEngine(answerAlone));
      harness.onSend = (event) => {
        if (event.type === type) harness.session.abort('error');
      };
      await harness.speak(joined(silent(500), loud(1000), silent(600)));
      expect(harness.types.slice(-2)).toEqual([type, 'session.closed']);
      expect(harness.late).toEqual([]);
      expect(harness.closes).toHaveLength(1);
      expect(harness.metrics.active).toBe(0);
    }
  });

  it('by a classifier that cannot go on is an error that says so', async () => {
    const harness = new SessionHarness(
      new FakeEngine(),
      {},
      {
        classifier: {
          openStream: () => ({
            classify: () => Promise.reject(new Error('no voice activity')),
            skip: () => {},
            reset: () => {},
            close: () => {},
          }),
          close: async () => {},
        },
      },
    );
    await harness.speak(loud(100));
    expect(harness.of('error')).toMatchObject([
      { code: 'internal_error', message: 'no voice activity', recoverable: false },
    ]);
    expect(harness.of('session.closed')).toMatchObject([{ reason: 'error' }]);
    expect(harness.closes).toHaveLength(1);
  });

  it('resolves a finish that is under way', async () => {
    const harness = new SessionHarness();
    await harness.speak(joined(silent(500), loud(600)));
    const finished = harness.session.finish('server_shutdown');
    harness.session.abort('server_shutdown');
    await finished;
    expect(harness.closes).toHaveLength(1);
  });
});

describe('an engine that fails', () => {
  it('is given all of the audio again, and the client gets one final', async () => {
    const harness = new SessionHarness();
    await harness.speak(joined(silent(500), loud(600)));
    const first = harness.engine.stream;
    first.partial('so far');
    await settled();
    first.fail('worker_crash', true);
    await settled();
    expect(harness.of('error')).toMatchObject([
      { code: 'worker_crash', recoverable: true, resume_segment_id: 0 },
    ]);
    await harness.speak(joined(loud(400), silent(600)));
    const second = harness.engine.stream;
    expect(second).not.toBe(first);
    expect(second.sampleCount - second.options.leadInSamples).toBeGreaterThanOrEqual(16_000);
    expect(second.audio.subarray(0, first.sampleCount)).toEqual(first.audio);
    second.final('all of it');
    first.final('ghost');
    await settled();
    expect(harness.of('transcript.final')).toMatchObject([{ text: 'all of it', segment_id: 0 }]);
    expect(harness.types.filter((type) => type === 'vad.speech_start')).toHaveLength(1);
    expect(harness.metrics.recoveries).toEqual(['replayed']);
  });

  it('after the end of speech is asked for the final again', async () => {
    const harness = new SessionHarness();
    await harness.speak(joined(silent(500), loud(600), silent(600)));
    const first = harness.engine.stream;
    expect(first.isFlushed).toBe(true);
    first.fail('worker_timeout', true);
    await settled();
    const second = harness.engine.stream;
    expect(second.isFlushed).toBe(true);
    expect(second.audio).toEqual(first.audio);
    second.final('yes');
    await settled();
    expect(harness.types).toEqual(['vad.speech_start', 'error', 'transcript.final', 'vad.speech_end']);
  });

  it('for good loses that utterance, says so, and the session goes on', async () => {
    const engine = new FakeEngine((stream, index) => {
      if (index > 0) answerAlone(stream);
    });
    const harness = new SessionHarness(engine);
    await harness.speak(joined(silent(500), loud(600), silent(600)));
    engine.stream.fail('internal_error', false);
    await settled();
    expect(harness.types).toEqual(['vad.speech_start', 'error', 'vad.speech_end']);
    expect(harness.of('error')).toMatchObject([
      { code: 'internal_error', recoverable: false, resume_segment_id: null },
    ]);
    await harness.speak(joined(loud(600), silent(600)));
    expect(harness.of('transcript.final')).toMatchObject([{ segment_id: 0 }]);
    expect(harness.metrics.recoveries).toEqual(['lost']);
  });

  it('for good after its first partial does not hide the next first partial from the metrics', async () => {
    const engine = new FakeEngine();
    const harness = new SessionHarness(engine);
    for (let utterances = 1; utterances <= 2; utterances++) {
      await harness.speak(joined(silent(500), loud(400)));
      engine.stream.partial('so far');
      await settled();
      expect(harness.metrics.firstPartials).toHaveLength(utterances);
      engine.stream.fail('internal_error', false);
      await settled();
    }
  });

  it('before speech is confirmed is not told: the engine is asked again once it is', async () => {
    const harness = new SessionHarness(new FakeEngine((stream, index) => index > 0 && answerAlone(stream)));
    await harness.speak(joined(silent(500), loud(150)));
    harness.engine.stream.fail('internal_error', false);
    await settled();
    await harness.speak(joined(loud(600), silent(600)));
    expect(harness.types).toEqual([
      'vad.speech_start',
      'transcript.partial',
      'transcript.final',
      'vad.speech_end',
    ]);
  });

  it('that ends without a word is noticed', async () => {
    const harness = new SessionHarness();
    await harness.speak(joined(silent(500), loud(600), silent(600)));
    harness.engine.stream.queue.end();
    await settled();
    expect(harness.types).toEqual(['vad.speech_start', 'error', 'vad.speech_end']);
    await harness.session.finish('client_request');
    expect(harness.closes).toHaveLength(1);
  });

  it('and cannot be opened again harms only that utterance', async () => {
    const engine = new FakeEngine((_stream, index) => {
      if (index === 1) throw new Error('the engine is closed');
    });
    const harness = new SessionHarness(engine);
    await harness.speak(joined(silent(500), loud(600), silent(600)));
    engine.stream.fail('worker_crash', true);
    await settled();
    expect(harness.of('error').map((error) => error.message)).toEqual([
      'it was worker_crash',
      'the engine is closed',
    ]);
    expect(harness.types.at(-1)).toBe('vad.speech_end');
    await harness.session.finish('client_request');
    expect(harness.closes).toHaveLength(1);
  });

  it('four times in a row is not tried a fifth time', async () => {
    const engine = new FakeEngine((stream) => {
      stream.onProgress = () => stream.isFlushed && stream.fail('worker_crash', true);
    });
    const harness = new SessionHarness(engine);
    await harness.speak(joined(silent(500), loud(600), silent(600)));
    for (let waits = 0; waits < 2; waits++) {
      harness.clock.advance(2_000);
      await settled();
    }
    expect(engine.streams).toHaveLength(4);
    expect(harness.metrics.recoveries).toEqual(['replayed', 'replayed', 'replayed', 'lost']);
    expect(harness.of('error').map((error) => error.resume_segment_id)).toEqual([0, 0, 0, null]);
    expect(harness.of('error').map((error) => error.recoverable)).toEqual([true, true, true, false]);
  });

  it('in the middle of speech loses what was said so far, and what goes on is the next utterance', async () => {
    const engine = new FakeEngine((stream, index) => {
      if (index > 0) answerAlone(stream);
    });
    const harness = new SessionHarness(engine);
    await harness.speak(joined(silent(500), loud(1_500)));
    engine.stream.fail('internal_error', false);
    await settled();
    await harness.speak(joined(loud(1_000), silent(600)));
    expect(harness.types).toEqual([
      ...['vad.speech_start', 'error', 'vad.speech_end'],
      ...['vad.speech_start', 'transcript.partial', 'transcript.final', 'vad.speech_end'],
    ]);
    // Hops are 32 ms; the front end delays by less than one.
    const [lostAt, endedAt] = harness.of('vad.speech_end').map(({ timestamp_ms }) => timestamp_ms);
    expect(Math.abs((lostAt ?? 0) - 2_000)).toBeLessThan(64);
    expect(Math.abs((endedAt ?? 0) - 3_000)).toBeLessThan(64);
    const [, next] = harness.of('vad.speech_start');
    expect(next?.timestamp_ms).toBeGreaterThanOrEqual(lostAt ?? 0);
    expect((next?.timestamp_ms ?? 0) - (lostAt ?? 0)).toBeLessThan(64);
    const heard = engine.stream.sampleCount;
    expect(heard).toBeGreaterThan(16_000);
    expect(heard).toBeLessThan(1.2 * 16_000);
  });

  it('in a pause ends speech where the pause began, and begins anew only when speech goes on', async () => {
    const engine = new FakeEngine((stream, index) => {
      if (index > 0) answerAlone(stream);
    });
    const harness = new SessionHarness(engine, { silence_timeout_ms: 500 });
    await harness.speak(joined(silent(500), loud(1_500), silent(200)));
    engine.stream.fail('internal_error', false);
    await settled();
    expect(harness.types).toEqual(['vad.speech_start', 'error', 'vad.speech_end']);
    expect(Math.abs((harness.of('vad.speech_end')[0]?.timestamp_ms ?? 0) - 2_000)).toBeLessThan(64);
    await harness.speak(joined(loud(1_000), silent(800)));
    expect(harness.types.slice(3)).toEqual([
      ...['vad.speech_start', 'transcript.partial', 'transcript.final', 'vad.speech_end'],
    ]);
    const [, next] = harness.of('vad.speech_start');
    expect(Math.abs((next?.timestamp_ms ?? 0) - 2_200)).toBeLessThan(96);
  });

  it('in the last pause leaves nothing to go on', async () => {
    const harness = new SessionHarness(new FakeEngine(), { silence_timeout_ms: 500 });
    await harness.speak(joined(silent(500), loud(1_500), silent(200)));
    harness.engine.stream.fail('internal_error', false);
    await settled();
    await harness.speak(silent(800));
    expect(harness.types).toEqual(['vad.speech_start', 'error', 'vad.speech_end']);
    expect(harness.engine.streams).toHaveLength(1);
  });

  it('again and again within milliseconds does not lose the utterance', async () => {
    const engine = new FakeEngine((stream, index) => {
      if (index < 3) stream.fail('worker_crash', true);
    });
    const harness = new SessionHarness(engine);
    await harness.speak(joined(silent(500), loud(3_500), silent(600)));
    expect(harness.of('error').map((error) => error.resume_segment_id)).toEqual([0, 0, 0]);
    engine.stream.final('all of it');
    await settled();
    expect(harness.of('transcript.final')).toMatchObject([{ text: 'all of it' }]);
    expect(engine.stream.sampleCount).toBeGreaterThan(3.5 * 16_000);
  });

  it('at once and for good is not asked again before the next speech', async () => {
    const engine = new FakeEngine((stream) => stream.fail('internal_error', false));
    const harness = new SessionHarness(engine);
    await harness.speak(joined(silent(500), loud(3_000), silent(600)));
    expect(harness.types).toEqual(['vad.speech_start', 'error', 'vad.speech_end']);
  });
});
