import { describe, expect, it } from 'vitest';
import { HopHistory } from '#theo/session/hop-history.js';

const hop = 512;

function historyOf(count: number, capacity = 8000): HopHistory {
  const history = new HopHistory(capacity);
  for (let index = 0; index < count; index++) {
    history.add({ startSample: index * hop, samples: new Float32Array(hop), rmsDbfs: -60, flatness: 1 });
  }
  return history;
}

describe('HopHistory', () => {
  it('gives the hops from the one that holds a sample on', () => {
    const hops = historyOf(10).since(7 * hop + 1);
    expect(hops.map((each) => each.startSample / hop)).toEqual([7, 8, 9]);
    expect(historyOf(10).since(7 * hop)).toHaveLength(3);
    expect(historyOf(10).since(10 * hop)).toHaveLength(0);
  });

  it('reaches back at least as far as asked for, and not for ever', () => {
    const hops = historyOf(1000).since(0);
    expect(hops.length * hop).toBeGreaterThanOrEqual(8000);
    expect(hops.length * hop).toBeLessThan(8000 + 3 * hop);
    expect(historyOf(1000).since(1000 * hop - 8000)[0]?.startSample).toBeLessThanOrEqual(1000 * hop - 8000);
  });

  it('knows where the audio ends', () => {
    expect(historyOf(0).endSample).toBe(0);
    expect(historyOf(3).endSample).toBe(3 * hop);
    expect(historyOf(0).since(0)).toEqual([]);
  });
});
