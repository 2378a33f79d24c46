#include "whisper/text_search.h"

#include <utility>
#include <variant>

#include "whisper/beam_search.h"
#include "whisper/greedy_search.h"
#include "whisper/sampling_search.h"

namespace theo {
namespace {

bool IsGreedy(const BeamOptions& options) {
  return options.beams == 1 && options.patience == 1.0F;
}

bool IsGreedy(const SamplingOptions& options) {
  return options.temperature == 0.0F;
}

std::size_t TextsOf(const BeamOptions& options) {
  return static_cast<std::size_t>(options.beams);
}

std::size_t TextsOf(const SamplingOptions& options) {
  return IsGreedy(options) ? 1 : static_cast<std::size_t>(options.candidates);
}

}  // namespace

std::size_t TextsAtOnce(const DecodeRequest& request) {
  return std::visit([](const auto& options) { return TextsOf(options); }, request.search);
}

std::unique_ptr<TextSearch> NewTextSearch(const TokenRules& rules, TextStart start,
                                          const DecodeRequest& request) {
  if (std::visit([](const auto& options) { return IsGreedy(options); }, request.search)) {
    return std::make_unique<GreedySearch>(rules, std::move(start), request.draft);
  }
  const Ranking ranking(request.length_penalty);
  if (const auto* beams = std::get_if<BeamOptions>(&request.search)) {
    return std::make_unique<BeamSearch>(rules, std::move(start), *beams, ranking);
  }
  return std::make_unique<SamplingSearch>(rules, std::move(start), std::get<SamplingOptions>(request.search),
                                          ranking);
}

}  // namespace theo
