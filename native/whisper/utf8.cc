#include "whisper/utf8.h"

#include <algorithm>

namespace theo {
namespace {

constexpr unsigned char Byte(char character) {
  return static_cast<unsigned char>(character);
}

struct Sequence {
  std::size_t length;  // 0: no character begins with this byte
  unsigned char second_low = 0x80;
  unsigned char second_high = 0xBF;
};

constexpr Sequence SequenceOf(unsigned char lead) {
  if (lead < 0x80) return {1};
  if (lead < 0xC2) return {0};
  if (lead < 0xE0) return {2};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead < 0xF4) return {4};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

/// How many of the first bytes can be the beginning of the character that `bytes[0]` leads.
std::size_t MatchingBytes(const Sequence& sequence, std::string_view bytes) {
  std::size_t matching = 1;
  while (matching < std::min(sequence.length, bytes.size())) {
    const unsigned char low = matching == 1 ? sequence.second_low : 0x80;
    const unsigned char high = matching == 1 ? sequence.second_high : 0xBF;
    if (Byte(bytes[matching]) < low || Byte(bytes[matching]) > high) break;
    ++matching;
  }
  return matching;
}

}  // namespace

Utf8Character ReadUtf8(std::string_view bytes) {
  if (bytes.empty()) return {};
  const Sequence sequence = SequenceOf(Byte(bytes[0]));
  if (sequence.length == 0 || MatchingBytes(sequence, bytes) < sequence.length) return {};
  if (sequence.length == 1) return {static_cast<char32_t>(bytes[0]), 1};
  char32_t code_point = Byte(bytes[0]) & (0x7FU >> sequence.length);
  for (std::size_t i = 1; i < sequence.length; ++i) code_point = code_point << 6U | (Byte(bytes[i]) & 0x3FU);
  return {code_point, sequence.length};
}

bool EndsInsideCharacter(std::string_view bytes) {
  for (std::size_t tail = 1; tail <= std::min<std::size_t>(3, bytes.size()); ++tail) {
    const std::string_view last = bytes.substr(bytes.size() - tail);
    const Sequence sequence = SequenceOf(Byte(last[0]));
    if (sequence.length > tail && MatchingBytes(sequence, last) == tail) return true;
  }
  return false;
}

std::string WholeCharacters(std::string_view bytes) {
  std::string whole;
  whole.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = ReadUtf8(bytes).length;
    whole += bytes.substr(0, length);
    bytes.remove_prefix(std::max<std::size_t>(1, length));
  }
  return whole;
}

}  // namespace theo
