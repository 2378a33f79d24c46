#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "check.h"
#include "whisper/model.h"
#include "whisper/sampler.h"

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::shared_ptr<const theo::Model> DemoModel() {
  return theo::Model::Load(THEO_SOURCE_DIR "/test/fixtures/models/theo-demo/theo-demo-q8_0.bin", {});
}

std::vector<float> RandomLogits(const theo::Model& model, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.0F, 3.0F);
  std::vector<float> logits(static_cast<std::size_t>(model.dimensions().vocabulary));
  for (float& logit : logits) logit = normal(random);
  return logits;
}

}  // namespace

TEST("the highest text token is chosen, with its probability among the text and the end") {
  const auto model = DemoModel();
  const auto end = static_cast<std::size_t>(model->vocabulary().end());
  for (std::uint32_t seed = 1; seed < 20; ++seed) {
    auto logits = RandomLogits(*model, seed);
    theo::Sampler sampler(model->vocabulary(), false, 1.0F);
    sampler.Accept(0);
    const auto highest =
        std::max_element(logits.begin(), logits.begin() + static_cast<std::ptrdiff_t>(end) + 1);
    double mass = 0.0;
    for (std::size_t id = 0; id <= end; ++id) mass += std::exp(static_cast<double>(logits[id] - *highest));
    const auto chosen = sampler.Next(logits);
    CHECK_EQ(chosen.id, static_cast<whisper_token>(highest - logits.begin()));
    CHECK_NEAR(chosen.log_probability, -std::log(mass), 1e-5);
  }
}

TEST("the first of equals is chosen, and NaN never") {
  const auto model = DemoModel();
  auto logits = RandomLogits(*model, 1);
  logits[40] = kNan;
  logits[5000] = logits[41] = logits[31000] = 50.0F;
  theo::Sampler sampler(model->vocabulary(), false, 1.0F);
  sampler.Accept(0);
  CHECK_EQ(sampler.Next(logits).id, 41);
  std::fill(logits.begin(), logits.end(), kNan);
  CHECK_EQ(sampler.Next(logits).id, model->vocabulary().end());
}

TEST("the text does not begin with a space alone or with its end") {
  const auto model = DemoModel();
  auto logits = RandomLogits(*model, 2);
  const auto space = static_cast<std::size_t>(model->vocabulary().Tokenize(" ").front());
  const auto end = static_cast<std::size_t>(model->vocabulary().end());
  logits[space] = 60.0F;
  logits[end] = 50.0F;
  logits[100] = 40.0F;
  theo::Sampler sampler(model->vocabulary(), false, 1.0F);
  CHECK_EQ(sampler.Next(logits).id, 100);
  CHECK_EQ(sampler.Next(logits).id, static_cast<whisper_token>(space));
}

THEO_TEST_MAIN()
