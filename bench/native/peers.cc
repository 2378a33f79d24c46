#include "peers.h"

#include <samplerate.h>
#include <soxr.h>
#include <speex/speex_resampler.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

#include "audio/resampler.h"

namespace theo::bench {
namespace {

constexpr double kOutputRate = 16000.0;
/** Larger than what any piece that the bench feeds can give. */
constexpr std::size_t kRoom = 8192;

class Ours final : public StreamingConverter {
 public:
  explicit Ours(int rate) : resampler_(rate) {}

  void Feed(std::span<const std::int16_t> input, std::vector<float>& out) override {
    std::span<const unsigned char> bytes(reinterpret_cast<const unsigned char*>(input.data()),
                                         input.size_bytes());
    while (!bytes.empty()) {
      bytes = bytes.subspan(2 * resampler_.Write(bytes));
      Drain(out);
    }
  }
  void Feed(std::span<const float> input, std::vector<float>& out) override {
    while (!input.empty()) {
      input = input.subspan(resampler_.Write(input));
      Drain(out);
    }
  }

 private:
  void Drain(std::vector<float>& out) {
    while (const std::size_t count = resampler_.Read(block_))
      out.insert(out.end(), block_.begin(), block_.begin() + static_cast<std::ptrdiff_t>(count));
  }
  Resampler resampler_;
  std::array<float, kRoom> block_{};
};

class Soxr final : public StreamingConverter {
 public:
  Soxr(int rate, unsigned long recipe) : rate_(rate), recipe_(recipe) {}
  ~Soxr() override { soxr_delete(handle_); }
  Soxr(const Soxr&) = delete;
  Soxr& operator=(const Soxr&) = delete;

  void Feed(std::span<const std::int16_t> input, std::vector<float>& out) override {
    Run(input, SOXR_INT16_I, out);
  }
  void Feed(std::span<const float> input, std::vector<float>& out) override {
    Run(input, SOXR_FLOAT32_I, out);
  }

 private:
  template <class Sample>
  void Run(std::span<const Sample> input, soxr_datatype_t type, std::vector<float>& out) {
    if (handle_ == nullptr) {
      const soxr_io_spec_t io = soxr_io_spec(type, SOXR_FLOAT32_I);
      const soxr_quality_spec_t quality = soxr_quality_spec(recipe_, 0);
      const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
      soxr_error_t error = nullptr;
      handle_ = soxr_create(rate_, kOutputRate, 1, &error, &io, &quality, &runtime);
      if (error != nullptr) throw std::runtime_error(error);
    }
    std::size_t used = 0;
    std::size_t made = 0;
    soxr_process(handle_, input.data(), input.size(), &used, block_.data(), block_.size(), &made);
    if (used != input.size()) throw std::runtime_error("soxr left input behind");
    out.insert(out.end(), block_.begin(), block_.begin() + static_cast<std::ptrdiff_t>(made));
  }
  int rate_;
  unsigned long recipe_;
  soxr_t handle_ = nullptr;
  std::array<float, kRoom> block_{};
};

class Speex final : public StreamingConverter {
 public:
  Speex(int rate, int quality) {
    int error = 0;
    state_ = speex_resampler_init(1, static_cast<spx_uint32_t>(rate), 16000, quality, &error);
    if (error != 0) throw std::runtime_error(speex_resampler_strerror(error));
  }
  ~Speex() override { speex_resampler_destroy(state_); }
  Speex(const Speex&) = delete;
  Speex& operator=(const Speex&) = delete;

  // Its 16-bit form gives 16-bit output; converting first is what a caller who wants floats does.
  void Feed(std::span<const std::int16_t> input, std::vector<float>& out) override {
    for (std::size_t i = 0; i < input.size(); ++i)
      floats_[i] = static_cast<float>(input[i]) * (1.0F / 32768.0F);
    Feed(std::span<const float>(floats_).first(input.size()), out);
  }
  void Feed(std::span<const float> input, std::vector<float>& out) override {
    auto used = static_cast<spx_uint32_t>(input.size());
    auto made = static_cast<spx_uint32_t>(block_.size());
    speex_resampler_process_float(state_, 0, input.data(), &used, block_.data(), &made);
    if (used != input.size()) throw std::runtime_error("speexdsp left input behind");
    out.insert(out.end(), block_.begin(), block_.begin() + made);
  }

 private:
  SpeexResamplerState* state_;
  std::array<float, kRoom> floats_{};
  std::array<float, kRoom> block_{};
};

class SecretRabbit final : public StreamingConverter {
 public:
  SecretRabbit(int rate, int type) : ratio_(kOutputRate / rate) {
    int error = 0;
    state_ = src_new(type, 1, &error);
    if (state_ == nullptr) throw std::runtime_error(src_strerror(error));
  }
  ~SecretRabbit() override { src_delete(state_); }
  SecretRabbit(const SecretRabbit&) = delete;
  SecretRabbit& operator=(const SecretRabbit&) = delete;

  void Feed(std::span<const std::int16_t> input, std::vector<float>& out) override {
    src_short_to_float_array(input.data(), floats_.data(), static_cast<int>(input.size()));
    Feed(std::span<const float>(floats_).first(input.size()), out);
  }
  void Feed(std::span<const float> input, std::vector<float>& out) override {
    SRC_DATA data{};
    data.data_in = input.data();
    data.input_frames = static_cast<long>(input.size());
    data.data_out = block_.data();
    data.output_frames = static_cast<long>(block_.size());
    data.src_ratio = ratio_;
    src_process(state_, &data);
    if (data.input_frames_used != data.input_frames)
      throw std::runtime_error("libsamplerate left input behind");
    out.insert(out.end(), block_.begin(), block_.begin() + data.output_frames_gen);
  }

 private:
  double ratio_;
  SRC_STATE* state_;
  std::array<float, kRoom> floats_{};
  std::array<float, kRoom> block_{};
};

using Made = std::unique_ptr<StreamingConverter>;

}  // namespace

std::vector<Contender> Contenders() {
  return {
      {"ours", [](int rate) -> Made { return std::make_unique<Ours>(rate); }},
      {"soxr HQ", [](int rate) -> Made { return std::make_unique<Soxr>(rate, SOXR_HQ); }},
      {"soxr MQ", [](int rate) -> Made { return std::make_unique<Soxr>(rate, SOXR_MQ); }},
      {"speexdsp q10", [](int rate) -> Made { return std::make_unique<Speex>(rate, 10); }},
      {"speexdsp q5", [](int rate) -> Made { return std::make_unique<Speex>(rate, 5); }},
      {"libsamplerate medium",
       [](int rate) -> Made { return std::make_unique<SecretRabbit>(rate, SRC_SINC_MEDIUM_QUALITY); }},
  };
}

}  // namespace theo::bench
