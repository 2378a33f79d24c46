#include "whisper/row_keeper.h"

#include <algorithm>

namespace theo {

RowKeeper::RowKeeper(std::size_t texts, std::size_t most_tokens) : held_(texts) {
  for (auto& tokens : held_) tokens.reserve(most_tokens);
}

void RowKeeper::Add(std::size_t rows, std::span<const whisper_token> tokens) {
  held_[rows].insert(held_[rows].end(), tokens.begin(), tokens.end());
}

std::int32_t RowKeeper::Inherit(std::size_t heir, std::size_t parent) {
  const auto& inherited = held_[parent];
  auto& held = held_[heir];
  const auto differ = std::mismatch(held.begin(), held.end(), inherited.begin(), inherited.end()).first;
  const auto common = static_cast<std::int32_t>(differ - held.begin());
  held = inherited;
  return common;
}

}  // namespace theo
