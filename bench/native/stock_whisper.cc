/// whisper.cpp as it is, for the bench `conformance`: `stock_whisper MODEL < JOBS`. A job is a line of JSON
/// on stdin, its answer a line on stdout. Two kinds of jobs:
///
/// `transcribe` runs `whisper_full` at the full context: its text, segments with their times, and tokens.
/// `judge` says how likely whisper.cpp's own network finds given tokens, one after the other, in a window of
/// the audio.
#include "test/stock_whisper.h"

#include <whisper.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <json.hpp>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Json = nlohmann::ordered_json;
using Tokens = std::vector<whisper_token>;

constexpr int kThreads = 1;
constexpr float kNever = -std::numeric_limits<float>::infinity();

/// @param path raw 32-bit floats, mono, 16 kHz.
std::vector<float> ReadSamples(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw std::runtime_error("cannot open " + path);
  std::vector<float> samples(static_cast<std::size_t>(file.tellg()) / sizeof(float));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(samples.data()),
            static_cast<std::streamsize>(samples.size() * sizeof(float)));
  return samples;
}

Json Transcribe(whisper_context* context, const Json& job, const std::vector<float>& samples) {
  const int beams = job.at("beams");
  const std::string language = job.at("language");
  const std::string prompt = job.at("prompt");
  whisper_full_params params =
      whisper_full_default_params(beams > 1 ? WHISPER_SAMPLING_BEAM_SEARCH : WHISPER_SAMPLING_GREEDY);
  params.beam_search.beam_size = beams;
  // Unset with beams: then higher temperatures have as many candidates as there are beams.
  params.greedy.best_of = 5;
  params.language = language.c_str();
  params.translate = job.at("task") == "translate";
  params.no_timestamps = !job.at("timestamps").get<bool>();
  if (!prompt.empty()) params.initial_prompt = prompt.c_str();
  if (!job.at("fallback").get<bool>()) params.temperature_inc = 0.0F;
  params.print_progress = false;
  params.n_threads = kThreads;
  if (whisper_full(context, params, samples.data(), static_cast<int>(samples.size())) != 0) {
    throw std::runtime_error("whisper_full failed");
  }
  std::string text;
  Json segments = Json::array();
  for (int segment = 0; segment < whisper_full_n_segments(context); ++segment) {
    Tokens tokens;
    for (int i = 0; i < whisper_full_n_tokens(context, segment); ++i) {
      tokens.push_back(whisper_full_get_token_id(context, segment, i));
    }
    const std::string words = whisper_full_get_segment_text(context, segment);
    text += words;
    segments.push_back({{"startMs", 10 * whisper_full_get_segment_t0(context, segment)},
                        {"endMs", 10 * whisper_full_get_segment_t1(context, segment)},
                        {"text", words},
                        {"tokens", tokens}});
  }
  return {{"text", text}, {"segments", segments}};
}

/// The candidates that the timestamp rule weighs against each other, and the token that is judged.
struct Weighed {
  float token = kNever;
  float best_text = kNever;
  whisper_token text_token = -1;
  float best_timestamp = kNever;
  /// All timestamps together.
  float timestamps = kNever;
};

/// Natural logarithms of probabilities, among all tokens that a text may hold.
/// @param row of the logits of the last decode: whisper.cpp fills the row of the last token alone.
Weighed Weigh(whisper_context* context, std::size_t row, whisper_token token,
              whisper_token first_allowed_timestamp) {
  const whisper_token size = whisper_n_vocab(context);
  const float* logits = whisper_get_logits(context) + row * static_cast<std::size_t>(size);
  const whisper_token end = whisper_token_eot(context);
  const auto is_allowed = [&](whisper_token id) { return id <= end || id >= first_allowed_timestamp; };
  float highest = kNever;
  for (whisper_token id = 0; id < size; ++id) {
    if (is_allowed(id)) highest = std::max(highest, logits[id]);
  }
  double mass = 0.0;
  double timestamp_mass = 0.0;
  Weighed weighed;
  for (whisper_token id = 0; id < size; ++id) {
    if (!is_allowed(id)) continue;
    mass += std::exp(static_cast<double>(logits[id] - highest));
    if (id > end) {
      timestamp_mass += std::exp(static_cast<double>(logits[id] - highest));
      weighed.best_timestamp = std::max(weighed.best_timestamp, logits[id]);
    } else if (logits[id] > weighed.best_text) {
      weighed.best_text = logits[id];
      weighed.text_token = id;
    }
  }
  const float shift = highest + static_cast<float>(std::log(mass));
  weighed.token = logits[token] - shift;
  weighed.best_text -= shift;
  weighed.best_timestamp -= shift;
  weighed.timestamps = highest + static_cast<float>(std::log(timestamp_mass)) - shift;
  return weighed;
}

float FiniteOr(float value, float otherwise) {
  return std::isfinite(value) ? value : otherwise;
}

Json Judge(whisper_context* context, const Json& job, const std::vector<float>& samples) {
  whisper_pcm_to_mel(context, samples.data(), static_cast<int>(samples.size()), kThreads);
  if (whisper_encode(context, job.at("seekMs").get<int>() / 10, kThreads) != 0) {
    throw std::runtime_error("whisper_encode failed");
  }
  const bool timestamps = job.at("timestamps");
  Tokens forced;
  if (const Tokens prompt = job.at("prompt"); !prompt.empty()) {
    forced.push_back(whisper_token_prev(context));
    forced.insert(forced.end(), prompt.begin(), prompt.end());
  }
  forced.push_back(whisper_token_sot(context));
  if (whisper_is_multilingual(context)) {
    const std::string language = job.at("language");
    forced.push_back(whisper_token_lang(context, whisper_lang_id(language.c_str())));
    forced.push_back(job.at("task") == "translate" ? whisper_token_translate(context)
                                                   : whisper_token_transcribe(context));
  }
  if (!timestamps) forced.push_back(whisper_token_not(context));

  Json positions = Json::array();
  whisper_token first_timestamp = timestamps ? whisper_token_beg(context) : whisper_n_vocab(context);
  int position = 0;
  for (const whisper_token token : job.at("tokens").get<Tokens>()) {
    if (whisper_decode(context, forced.data(), static_cast<int>(forced.size()), position, kThreads) != 0) {
      throw std::runtime_error("whisper_decode failed");
    }
    position += static_cast<int>(forced.size());
    const Weighed weighed = Weigh(context, forced.size() - 1, token, first_timestamp);
    // JSON knows no infinity.
    constexpr float kImpossible = -1e9F;
    positions.push_back({{"token", FiniteOr(weighed.token, kImpossible)},
                         {"bestText", FiniteOr(weighed.best_text, kImpossible)},
                         {"textToken", weighed.text_token},
                         {"bestTimestamp", FiniteOr(weighed.best_timestamp, kImpossible)},
                         {"timestamps", FiniteOr(weighed.timestamps, kImpossible)}});
    if (timestamps && token >= whisper_token_beg(context)) first_timestamp = token;
    forced.assign(1, token);
  }
  return {{"positions", positions}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: stock_whisper MODEL < JOBS\n";
    return 2;
  }
  whisper_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
  try {
    const theo::test::StockWhisper whisper(argv[1]);
    for (std::string line; std::getline(std::cin, line);) {
      const Json job = Json::parse(line);
      const std::vector<float> samples = ReadSamples(job.at("samples"));
      const Json answer = job.at("kind") == "judge" ? Judge(whisper.context(), job, samples)
                                                    : Transcribe(whisper.context(), job, samples);
      // A token may end within a character: what is no UTF-8 becomes U+FFFD.
      std::cout << answer.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
    }
  } catch (const std::exception& error) {
    std::cerr << "stock_whisper: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
