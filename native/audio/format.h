#pragma once

#include <cstddef>

#include "simd/kernels.h"

namespace theo {

/** Everything behind the resampler runs at this rate. */
inline constexpr int kSampleRateHz = 16000;
/** The front end processes audio in hops of 32 ms. */
inline constexpr std::size_t kHopSamples = simd::kHopSamples;
/** Level and flatness are measured over a frame: the hop and the one before. */
inline constexpr std::size_t kFrameSamples = simd::kFrameSamples;

inline constexpr int kMinInputRateHz = 8000;
inline constexpr int kMaxInputRateHz = 192000;

}  // namespace theo
