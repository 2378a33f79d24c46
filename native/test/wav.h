#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace theo::test {

/** Samples of a 16-bit mono WAV file of ours (test/fixtures/audio): 16 kHz, a 44-byte header or longer. */
inline std::vector<float> ReadSpeech(const std::string& name) {
  std::ifstream file(std::string(THEO_SOURCE_DIR) + "/test/fixtures/audio/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("cannot open " + name);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  const std::string all(bytes.begin(), bytes.end());
  const std::size_t data = all.find("data");
  if (data == std::string::npos) throw std::runtime_error(name + " has no data chunk");
  std::vector<float> samples((all.size() - data - 8) / 2);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    std::int16_t value;
    std::memcpy(&value, all.data() + data + 8 + 2 * i, 2);
    samples[i] = static_cast<float>(value) / 32768.0F;
  }
  return samples;
}

}  // namespace theo::test
