#include "whisper/silence.h"

#include <algorithm>
#include <cmath>

namespace theo {
namespace {

std::int32_t GroupsOf(std::int32_t positions) {
  return (positions + Silence::kGroup - 1) / Silence::kGroup;
}

/// Means of every kGroup rows of each layer.
void Pool(ggml_tensor* singles, std::int32_t window, ggml_tensor* groups) {
  const auto width = static_cast<std::size_t>(singles->ne[0]);
  const auto positions = static_cast<std::size_t>(window);
  std::vector<ggml_fp16_t> rows(width * positions);
  std::vector<ggml_fp16_t> means(width * static_cast<std::size_t>(groups->ne[1]));
  std::vector<float> row(width);
  std::vector<float> sum(width);
  for (std::int64_t layer = 0; layer < singles->ne[2]; ++layer) {
    const auto bytes = rows.size() * sizeof(ggml_fp16_t);
    ggml_backend_tensor_get(singles, rows.data(), static_cast<std::size_t>(layer) * singles->nb[2], bytes);
    for (std::size_t first = 0, group = 0; first < positions; first += Silence::kGroup, ++group) {
      const std::size_t last = std::min(first + Silence::kGroup, positions);
      std::fill(sum.begin(), sum.end(), 0.0F);
      for (std::size_t position = first; position < last; ++position) {
        ggml_fp16_to_fp32_row(rows.data() + position * width, row.data(), static_cast<std::int64_t>(width));
        for (std::size_t i = 0; i < width; ++i) sum[i] += row[i];
      }
      for (float& value : sum) value /= static_cast<float>(last - first);
      ggml_fp32_to_fp16_row(sum.data(), means.data() + group * width, static_cast<std::int64_t>(width));
    }
    ggml_backend_tensor_set(groups, means.data(), static_cast<std::size_t>(layer) * groups->nb[2],
                            means.size() * sizeof(ggml_fp16_t));
  }
}

}  // namespace

Silence::Silence(const Device& device, const Dimensions& dimensions, AudioRows rows)
    : window_(dimensions.audio_context),
      singles_(std::move(rows)),
      groups_(device, dimensions, GroupsOf(dimensions.audio_context)) {
  Pool(singles_.encoder(), window_, groups_.encoder());
  Pool(singles_.cross(), window_, groups_.cross());
  for (std::int32_t first = 0; first < window_; first += kGroup) {
    group_bias_.push_back(std::log(static_cast<float>(std::min(kGroup, window_ - first))));
  }
}

SilentTail Silence::From(std::int32_t position, std::int32_t nearest) const {
  // Groups begin at fixed positions: singles go on up to the next group.
  const std::int32_t first_group = GroupsOf(std::min(window_, position + nearest));
  const std::int32_t singles_end = std::min(window_, first_group * kGroup);
  const auto groups = static_cast<std::int32_t>(group_bias_.size());
  return {position, singles_end - position, first_group, groups - first_group};
}

}  // namespace theo
