export interface MonoAudio {
  /** 8000..192000. */
  readonly sampleRateHz: number;
  /** `Int16Array` for 16-bit mono, bit by bit as in the file; else [-1, 1], where float files may exceed it. */
  readonly samples: Int16Array | Float32Array;
}

/** A recording whose channels were averaged. */
export interface MixedAudio extends MonoAudio {
  /**
   * Mean square of the channels before they were averaged, of full scale 1. Where the mix has far less, the channels
   * cancelled each other. null: there was one channel.
   */
  readonly channelPower: number | null;
}
