#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace theo::bench {

/** One streaming resampler to 16 kHz, fed in pieces. */
class StreamingConverter {
 public:
  virtual ~StreamingConverter() = default;
  /** Appends what comes out to `out` (room for all of it is reserved). */
  virtual void Feed(std::span<const std::int16_t> input, std::vector<float>& out) = 0;
  virtual void Feed(std::span<const float> input, std::vector<float>& out) = 0;
};

struct Contender {
  std::string name;
  std::unique_ptr<StreamingConverter> (*make)(int input_rate_hz);
};

/** Ours first, then the libraries in the qualities that they are used in. */
std::vector<Contender> Contenders();

}  // namespace theo::bench
