import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { AudioTimeline } from '#theo/session/audio-timeline.js';

describe('AudioTimeline', () => {
  it('is the audio itself as long as nothing is dropped', () => {
    const timeline = new AudioTimeline();
    expect(timeline.toMs(0)).toBe(0);
    expect(timeline.toMs(16_000)).toBe(1000);
    expect(timeline.toMs(8)).toBe(1);
  });

  it('counts dropped audio as time from where it was dropped', () => {
    const timeline = new AudioTimeline();
    timeline.skip(16_000, 8_000);
    timeline.skip(16_000, 8_000);
    timeline.skip(32_000, 16_000);
    expect(timeline.toMs(15_984)).toBe(999);
    expect(timeline.toMs(16_000)).toBe(2000);
    expect(timeline.toMs(32_000)).toBe(4000);
  });
});

it('stays exact in a session that drops a little all the time, for hours, and takes no longer', () => {
  const timeline = new AudioTimeline();
  const hop = 512;
  const gaps = 500_000;
  for (let index = 1; index <= gaps; index++) timeline.skip(index * hop, 100);
  expect(timeline.toMs(gaps * hop)).toBe(Math.round((gaps * (hop + 100)) / 16));
  expect(timeline.toMs((gaps - 1000) * hop)).toBe(Math.round(((gaps - 1000) * (hop + 100)) / 16));
});

test('time never runs backwards, and all that was received is in it', () => {
  const gap = fc.record({ after: fc.nat(10_000), samples: fc.nat(10_000) });
  fc.assert(
    fc.property(fc.array(gap, { maxLength: 10 }), (gaps) => {
      const timeline = new AudioTimeline();
      let at = 0;
      let dropped = 0;
      for (const { after, samples } of gaps) {
        at += after;
        dropped += samples;
        timeline.skip(at, samples);
      }
      let before = 0;
      for (let sample = 0; sample <= at; sample += 500) {
        expect(timeline.toMs(sample)).toBeGreaterThanOrEqual(before);
        before = timeline.toMs(sample);
      }
      expect(timeline.toMs(at)).toBe(Math.round((at + dropped) / 16));
    }),
  );
});
