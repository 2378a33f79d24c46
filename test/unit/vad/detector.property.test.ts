import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpeechDetector } from '#theo/vad/detector.js';
import type { DetectorEvent } from '#theo/vad/detector-types.js';

const hop = 512;

const step = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      type: fc.constant('hops' as const),
      count: fc.integer({ min: 1, max: 20 }),
      probability: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
      rmsDbfs: fc.integer({ min: -120, max: 0 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'commit' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'flush' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('configure' as const),
      sensitivity: fc.constantFrom('high' as const, 'normal' as const, 'low' as const),
      silenceTimeoutMs: fc.integer({ min: 1, max: 2000 }),
      maxSegmentDurationMs: fc.integer({ min: 300, max: 5000 }),
    }),
  },
);

function run(steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]): {
  events: DetectorEvent[];
  samples: number;
} {
  const detector = new SpeechDetector({ maxSegmentDurationMs: 3000 });
  const events: DetectorEvent[] = [];
  let samples = 0;
  for (const each of steps) {
    if (each.type === 'commit') events.push(...detector.commit());
    else if (each.type === 'flush') events.push(...detector.flush());
    else if (each.type === 'configure') detector.configure(each);
    else {
      for (let index = 0; index < each.count; index++, samples += hop) {
        events.push(...detector.step({ ...each, startSample: samples }));
      }
    }
  }
  events.push(...detector.flush());
  return { events, samples };
}

test('events alternate as documented, whatever is heard and commanded', () => {
  const next: Readonly<Record<string, readonly DetectorEvent['type'][]>> = {
    start: ['onset'],
    onset: ['onset_dismissed', 'speech_start'],
    onset_dismissed: ['onset', 'speech_start'],
    speech_start: ['pause', 'speech_end'],
    pause: ['resume', 'speech_end'],
    resume: ['pause', 'speech_end'],
    speech_end: ['onset', 'speech_start'],
  };
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let last = 'start';
      for (const event of run(steps).events) {
        expect(next[last]).toContain(event.type);
        if (event.type === 'speech_start' && last !== 'onset') expect(last).toBe('speech_end');
        last = event.type;
      }
      expect(['start', 'onset_dismissed', 'speech_end']).toContain(last);
    }),
    { numRuns: 1000 },
  );
});

test('segments are in order, not empty, disjoint and within the audio', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { events, samples } = run(steps);
      let end = 0;
      let start: number | undefined;
      let onset: number | undefined;
      for (const event of events) {
        if (event.type === 'onset') {
          expect(event.sample).toBeGreaterThanOrEqual(end);
          onset = event.sample;
        } else if (event.type === 'speech_start') {
          if (onset === undefined) expect(event.sample).toBeGreaterThanOrEqual(end);
          else expect(event.sample).toBe(onset);
          start = event.sample;
          onset = undefined;
        } else if (event.type === 'speech_end') {
          expect(event.sample).toBeGreaterThan(start ?? Number.POSITIVE_INFINITY);
          expect(event.sample).toBeLessThanOrEqual(samples);
          end = event.sample;
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test('no segment exceeds the longest maximum that was set', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let start = 0;
      for (const event of run(steps).events) {
        if (event.type === 'speech_start') start = event.sample;
        if (event.type === 'speech_end') expect((event.sample - start) / 16).toBeLessThanOrEqual(5000);
      }
    }),
    { numRuns: 1000 },
  );
});
