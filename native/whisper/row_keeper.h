#pragma once

#include <whisper.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace theo {

/// Knows the rows of which tokens each of a request's TokenRows holds. A text that goes on as another one
/// takes its rows over, and only those that differ have to be copied: texts of one search mostly differ in
/// their last few tokens.
class RowKeeper {
 public:
  /// @param texts of how many there are rows. @param most_tokens that a text has.
  RowKeeper(std::size_t texts, std::size_t most_tokens);

  /// A pass has computed the rows of these tokens behind those that were held.
  void Add(std::size_t rows, std::span<const whisper_token> tokens);

  /// `heir` holds from now on what `parent` holds.
  /// @return from which token on their rows differed: the first one to be copied.
  std::int32_t Inherit(std::size_t heir, std::size_t parent);

  /// How many tokens' rows are held.
  [[nodiscard]] std::int32_t position(std::size_t rows) const {
    return static_cast<std::int32_t>(held_[rows].size());
  }

 private:
  std::vector<std::vector<whisper_token>> held_;
};

}  // namespace theo
