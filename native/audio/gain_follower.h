#pragma once

namespace theo {

/**
 * Slow automatic gain toward a speech peak of -3 dBFS. Decides one gain a hop, which is then ramped to
 * linearly, so speech is hardly distorted. It never amplifies by more than kMaxGain, never moves while nobody
 * speaks (so room noise is not raised), and never lets a sample clip.
 *
 * "Nobody speaks" is judged by level over a noise floor that falls at once and rises slowly (a running
 * minimum): steady sound of any loudness soon counts as floor, speech with its pauses does not.
 */
class GainFollower {
 public:
  static constexpr float kTargetPeak = 0.70794578F;  // -3 dBFS
  static constexpr float kMaxGain = 15.848932F;      // +24 dB
  /** No sample comes out larger. */
  static constexpr float kCeiling = 0.98855309F;  // -0.1 dBFS

  /** Gain at the begin and at the end of a hop. */
  struct Ramp {
    float from;
    float to;
  };

  /** @param peak largest magnitude in the hop; @param rms_dbfs its level. Not finite: silence. */
  Ramp Next(float peak, float rms_dbfs);

  float gain() const { return gain_; }

 private:
  bool IsSpeech(float peak, float rms_dbfs);

  float gain_ = 1.0F;
  /** Peak of speech: rises at once, stays for kHoldHops of speech, then falls. */
  float envelope_ = kTargetPeak;
  int hold_hops_ = 0;
  float floor_dbfs_ = 0.0F;
};

}  // namespace theo
