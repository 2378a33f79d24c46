/** The speed is measured over this time. */
export const windowMs = 5000;
const bucketMs = 100;
const bucketCount = windowMs / bucketMs;
/** Times real time. */
export const allowedSpeed = 1.2;
/** Clients buffer a little before they start, and networks deliver in clumps. */
const graceMs = 500;
const minReportIntervalMs = 1000;

/**
 * Watches how fast audio comes in, over a sliding window of 5 s. A sender at 1x is never told to slow down,
 * however its network clumps the messages, as long as a clump holds less than half a second.
 */
export class IngestMeter {
  /** A ring: how much audio came in each tenth of a second, in ms; made with the first audio. */
  #buckets: Float64Array | undefined;
  #firstMs = 0;
  #newestBucket = 0;
  #lastReportMs = Number.NEGATIVE_INFINITY;

  /**
   * Counts audio in.
   * @param audioMs length of the audio.
   * @returns how long the sender has to wait, in ms, until audio at 1x stays within the limit; 0: not at all, or told
   * less than a second ago.
   */
  add(audioMs: number, nowMs: number): number {
    if (!this.#buckets) {
      this.#buckets = new Float64Array(bucketCount);
      this.#firstMs = nowMs;
    }
    const sinceFirstMs = nowMs - this.#firstMs;
    this.#count(this.#buckets, audioMs, Math.floor(sinceFirstMs / bucketMs));
    const receivedMs = this.#buckets.reduce((sum, value) => sum + value, 0);
    if (receivedMs <= mostAudioIn(Math.min(sinceFirstMs, windowMs))) return 0;
    if (sinceFirstMs < graceMs || nowMs - this.#lastReportMs < minReportIntervalMs) return 0;
    this.#lastReportMs = nowMs;
    return Math.ceil(this.#delayFor(this.#buckets, receivedMs, sinceFirstMs));
  }

  #count(buckets: Float64Array, audioMs: number, bucket: number): void {
    const lastPassed = Math.min(bucket, this.#newestBucket + bucketCount);
    for (let passed = this.#newestBucket + 1; passed <= lastPassed; passed++) {
      buckets[passed % bucketCount] = 0;
    }
    this.#newestBucket = bucket;
    buckets[bucket % bucketCount] = (buckets[bucket % bucketCount] ?? 0) + audioMs;
  }

  /** The shortest pause after which audio at 1x, with a clump of grace, exceeds the limit at no time. */
  #delayFor(buckets: Float64Array, receivedMs: number, sinceFirstMs: number): number {
    // Until the window is full, the limit grows with the time passed.
    const goodForMs = Math.min((receivedMs + graceMs) / allowedSpeed, receivedMs);
    let delayMs = Math.min(goodForMs, windowMs) - sinceFirstMs;
    // In a full window, a bucket and all newer ones take up room until the bucket leaves.
    let sinceBucketMs = graceMs;
    const oldest = Math.max(0, this.#newestBucket - bucketCount + 1);
    for (let bucket = this.#newestBucket; bucket >= oldest; bucket--) {
      sinceBucketMs += buckets[bucket % bucketCount] ?? 0;
      const leavesInMs = bucket * bucketMs + windowMs - sinceFirstMs;
      delayMs = Math.max(delayMs, leavesInMs - Math.max(0, mostAudioIn(windowMs) - sinceBucketMs));
    }
    return delayMs;
  }
}

/** The most audio that may come in this time, in ms. */
function mostAudioIn(elapsedMs: number): number {
  return Math.max(allowedSpeed * elapsedMs, elapsedMs + graceMs);
}
