import { describe, expect, it } from 'vitest';
import { ArrivalTimes } from '#theo/session/arrival-times.js';

const hop = 512;

describe('ArrivalTimes', () => {
  it('dates a sample within its hop, at the pace of the audio', () => {
    const arrivals = new ArrivalTimes();
    arrivals.note(0, 1032);
    arrivals.note(hop, 1064);
    expect(arrivals.of(0)).toBe(1000);
    expect(arrivals.of(hop / 2)).toBe(1016);
    expect(arrivals.of(hop)).toBe(1032);
    expect(arrivals.of(2 * hop - 16)).toBe(1063);
  });

  it('does not date audio that came in a clump before the hop ahead of it', () => {
    const arrivals = new ArrivalTimes();
    for (let index = 0; index < 10; index++) arrivals.note(index * hop, 5000);
    expect(arrivals.of(5 * hop)).toBe(5000);
  });

  it('dates the end of the newest hop, and what is still to come, with that hop', () => {
    const arrivals = new ArrivalTimes();
    arrivals.note(0, 1032);
    arrivals.note(hop, 1064);
    expect(arrivals.of(2 * hop)).toBe(1064);
    expect(arrivals.of(100 * hop)).toBe(1064);
  });

  it('remembers half a minute of a long session', () => {
    const arrivals = new ArrivalTimes();
    for (let index = 0; index < 5000; index++) arrivals.note(index * hop, index * 32);
    expect(arrivals.of(4990 * hop)).toBe(4989 * 32);
    expect(arrivals.of(4100 * hop)).toBe(4099 * 32);
    expect(arrivals.of(5000 * hop)).toBe(4999 * 32);
  });
});
