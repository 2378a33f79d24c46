import { describe, expect, it } from 'vitest';
import type { EngineTraits } from '#theo/engine/types.js';
import { answerAlone, FakeEngine } from '../../support/fake-engine.ts';
import { joined, loud, SessionHarness, silent } from './harness.ts';

function engineThat(traits: Partial<EngineTraits>): FakeEngine {
  const engine = new FakeEngine(answerAlone);
  engine.traits = { ...engine.traits, ...traits };
  return engine;
}

describe('a session does as its engine says', () => {
  it('segments are no longer than the engine hears in one go', async () => {
    const harness = new SessionHarness(engineThat({ longestUtteranceSamples: 16_000 }));
    expect(harness.session.config.max_segment_duration_ms).toBe(1000);
    harness.session.handle({ type: 'session.configure', max_segment_duration_ms: 5000 });
    expect(harness.session.config.max_segment_duration_ms).toBe(1000);
    await harness.speak(joined(silent(512), loud(1900), silent(600)));
    expect(harness.of('transcript.final')).toHaveLength(2);
  });

  it('one that takes no prompts is given no earlier text', async () => {
    const harness = new SessionHarness(engineThat({ takesPrompts: false }));
    await harness.speak(joined(silent(500), loud(600), silent(1500), loud(600), silent(600)));
    expect(harness.of('transcript.final')).toHaveLength(2);
    expect(harness.engine.streams.map(({ options }) => options.prompt)).toEqual(['', '']);
  });

  it('one that streams natively hears pauses as they come, and need not be told of them', async () => {
    const harness = new SessionHarness(engineThat({ streamsNatively: true }));
    await harness.speak(joined(silent(512), loud(1024), silent(256)));
    const { stream } = harness.engine;
    expect(stream.sampleCount - stream.options.leadInSamples).toBeGreaterThanOrEqual(1280 * 16 - 512);
    expect(stream.anticipations).toBe(0);
  });
});
