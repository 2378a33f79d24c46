#pragma once

#include <whisper.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace theo::test {

/// whisper.cpp as it is, at its full context: the reference for our own network.
class StockWhisper {
 public:
  explicit StockWhisper(const std::string& path) {
    whisper_context_params params = whisper_context_default_params();
    params.use_gpu = false;
    // With it, rows of zeros behind the window take part in the attention.
    params.flash_attn = false;
    context_.reset(whisper_init_from_file_with_params(path.c_str(), params));
    if (!context_) throw std::runtime_error("whisper.cpp cannot load " + path);
  }

  [[nodiscard]] whisper_context* context() const { return context_.get(); }

  /// Greedy, without timestamps, and nothing is tried twice.
  [[nodiscard]] std::vector<whisper_token> Transcribe(const std::vector<float>& samples,
                                                      const std::string& language) const {
    whisper_full_params params = whisper_full_default_params(WHISPER_SAMPLING_GREEDY);
    params.language = language.c_str();
    params.no_timestamps = true;
    params.single_segment = true;
    params.temperature_inc = 0.0F;
    params.print_progress = false;
    params.n_threads = 1;
    if (whisper_full(context(), params, samples.data(), static_cast<int>(samples.size())) != 0) {
      throw std::runtime_error("whisper_full failed");
    }
    std::vector<whisper_token> tokens;
    for (int segment = 0; segment < whisper_full_n_segments(context()); ++segment) {
      for (int i = 0; i < whisper_full_n_tokens(context(), segment); ++i) {
        const whisper_token token = whisper_full_get_token_id(context(), segment, i);
        if (token < whisper_token_eot(context())) tokens.push_back(token);
      }
    }
    return tokens;
  }

  /// Logits behind the start token, for the spectrogram of `samples`.
  [[nodiscard]] std::vector<float> FirstLogits(const std::vector<float>& samples) const {
    whisper_pcm_to_mel(context(), samples.data(), static_cast<int>(samples.size()), 1);
    whisper_encode(context(), 0, 1);
    const whisper_token start = whisper_token_sot(context());
    whisper_decode(context(), &start, 1, 0, 1);
    const float* logits = whisper_get_logits(context());
    return {logits, logits + whisper_n_vocab(context())};
  }

 private:
  struct Deleter {
    void operator()(whisper_context* context) const { whisper_free(context); }
  };

  std::unique_ptr<whisper_context, Deleter> context_;
};

}  // namespace theo::test
