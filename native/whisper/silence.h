#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "whisper/audio_rows.h"

namespace theo {

/// The silence behind an utterance's own positions: silent positions one by one, then groups of them.
struct SilentTail {
  std::int32_t first_single = 0;
  std::int32_t singles = 0;
  std::int32_t first_group = 0;
  std::int32_t groups = 0;

  [[nodiscard]] std::int32_t rows() const { return singles + groups; }
};

/// A model's own silence: the rows of a silent window. Audio is brought to one level before it is encoded, so
/// one silence fits every recording.
///
/// Far from the speech, silent rows hardly differ. There, the mean of a group replaces the group; its score
/// is raised by the logarithm of the group's size, as if it were that many equal rows.
class Silence {
 public:
  /// Positions in a group.
  static constexpr std::int32_t kGroup = 64;

  /// @param rows the encoded silent window; all positions.
  Silence(const Device& device, const Dimensions& dimensions, AudioRows rows);

  /// The silence from `position` to the window's end.
  /// @param nearest at least this many positions come one by one; the rest in groups.
  [[nodiscard]] SilentTail From(std::int32_t position, std::int32_t nearest) const;

  [[nodiscard]] const AudioRows& singles() const { return singles_; }
  [[nodiscard]] const AudioRows& groups() const { return groups_; }
  /// For each group, the logarithm of its size, which is added to its score.
  [[nodiscard]] std::span<const float> group_bias() const { return group_bias_; }

 private:
  std::int32_t window_;
  AudioRows singles_;
  AudioRows groups_;
  std::vector<float> group_bias_;
};

}  // namespace theo
