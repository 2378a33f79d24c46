#include "audio/gain_follower.h"

#include <algorithm>
#include <cmath>

namespace theo {
namespace {

// Per hop of 32 ms.
constexpr float kFloorRiseDb = 0.1F;     // about 3 dB a second
constexpr float kFarRelease = 0.978F;    // -0.19 dB: 6 dB a second of speech
constexpr float kNearRelease = 0.9963F;  // -0.032 dB: 1 dB a second of speech
constexpr int kHoldHops = 47;            // 1.5 s of speech
/** Speech this far under its remembered peak (-9 dB) is ordinary; further below, the peak is out of date. */
constexpr float kNear = 0.35481339F;

constexpr float kSpeechOverFloorDb = 10.0F;
constexpr float kQuietestSpeechDbfs = -60.0F;

}  // namespace

bool GainFollower::IsSpeech(float peak, float rms_dbfs) {
  if (!std::isfinite(peak) || !std::isfinite(rms_dbfs)) return false;
  floor_dbfs_ = std::min(rms_dbfs, floor_dbfs_ + kFloorRiseDb);
  return rms_dbfs > floor_dbfs_ + kSpeechOverFloorDb && rms_dbfs > kQuietestSpeechDbfs;
}

GainFollower::Ramp GainFollower::Next(float peak, float rms_dbfs) {
  float from = gain_;
  if (IsSpeech(peak, rms_dbfs)) {
    if (peak >= envelope_) {
      envelope_ = peak;
      hold_hops_ = kHoldHops;
    } else if (hold_hops_ > 0) {
      --hold_hops_;
    } else {
      envelope_ = std::max(peak, envelope_ * (peak > kNear * envelope_ ? kNearRelease : kFarRelease));
    }
    gain_ = std::min({kTargetPeak / envelope_, kMaxGain, gain_ / kFarRelease});
  }
  if (std::isfinite(peak)) {
    // A hop that would clip is scaled as a whole: the gain jumps at its start, and nothing inside is
    // distorted.
    const float limit = peak > 0.0F ? kCeiling / peak : kMaxGain;
    from = std::min(from, limit);
    gain_ = std::min(gain_, limit);
  }
  return {from, gain_};
}

}  // namespace theo
