#include <vector>

#include "check.h"
#include "whisper/quantizer.h"

namespace {

std::vector<std::uint8_t> QuantizeAs(std::string_view name, const std::vector<float>& weights,
                                     std::size_t row_length) {
  return theo::Quantize(theo::WeightType(name).value(), weights, row_length);
}

}  // namespace

TEST("every type fills exactly the blocks that ggml gives it") {
  const std::vector<float> weights(std::size_t{3} * 512, 0.25F);
  for (const std::string_view name :
       {"f16", "q8_0", "q5_0", "q5_1", "q4_0", "q4_1", "q4_k", "q5_k", "q6_k"}) {
    CHECK_EQ(QuantizeAs(name, weights, 512).size(), 3 * ggml_row_size(theo::WeightType(name).value(), 512));
  }
}

TEST("q8_0 keeps the largest weight of a block and rounds the others to 1/127 of it") {
  std::vector<float> weights(32, -1.0F);
  weights[0] = 127.0F;
  const auto blocks = QuantizeAs("q8_0", weights, 32);
  CHECK_EQ(static_cast<int>(blocks[0]), 0x00);  // the scale, 1.0 in 16 bits
  CHECK_EQ(static_cast<int>(blocks[1]), 0x3c);
  CHECK_EQ(static_cast<int>(blocks[2]), 127);
  CHECK_EQ(static_cast<int>(blocks[33]), 0xff);
}

TEST("other names are no types") {
  for (const std::string_view name : {"", "f32", "Q8_0", "q8_1", "q2_k"}) CHECK(!theo::WeightType(name));
}

THEO_TEST_MAIN()
