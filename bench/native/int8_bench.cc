// Products of Whisper's layers by every int8 variant that runs here and by ggml; one JSON object a line.
// Argument: rounds.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ggml_products.h"
#include "int8/multiply.h"
#include "test/signals.h"
#include "timing.h"

namespace {

struct Shape {
  const char* layer;
  std::size_t outputs;
  std::size_t inputs;
  std::size_t rows;
};

// 83 positions of the encoder are 1.5 s of speech, 1500 the whole window; the decoder takes a token at a time
// or a few.
constexpr Shape kShapes[] = {
    {"base: attention", 512, 512, 83},
    {"base: MLP up", 2048, 512, 83},
    {"base: MLP down", 512, 2048, 83},
    {"base: first convolution", 512, 240, 166},
    {"base: second convolution", 512, 1536, 83},
    {"base: MLP up", 2048, 512, 1500},
    {"tiny: MLP up", 1536, 384, 83},
    {"large: MLP up", 5120, 1280, 83},
    {"base: MLP up", 2048, 512, 16},
    {"base: MLP up", 2048, 512, 1},
    {"base: tokens", 51865, 512, 1},
    {"base: tokens", 51865, 512, 4},
    {"base: tokens", 51865, 512, 16},
};

/**
 * What few rows cost is the reading of weights. Each of their products takes another matrix, as the layers of
 * a model do, so that weights come from beyond the second-level cache.
 */
std::size_t Matrices(const Shape& shape) {
  constexpr std::size_t kFewRows = 16;
  constexpr std::size_t kWeights = 24 * 1024 * 1024;
  if (shape.rows > kFewRows) return 1;
  return std::max<std::size_t>(1, kWeights / (shape.outputs * shape.inputs));
}

class Int8Products {
 public:
  Int8Products(const Shape& shape, const theo::int8::Kernels& kernels)
      : x_(theo::test::WhiteNoise(shape.rows * shape.inputs, 0.5)), y_(shape.rows * shape.outputs) {
    const auto row = theo::test::WhiteNoise(shape.inputs, 0.1);
    for (std::size_t i = 0; i < Matrices(shape); ++i) {
      matrices_.emplace_back(shape.outputs, shape.inputs, kernels);
      for (std::size_t output = 0; output < shape.outputs; ++output) matrices_.back().SetRow(output, row);
    }
    product_.x = x_.data();
    product_.rows = shape.rows;
    product_.x_stride = shape.inputs;
    product_.y = y_.data();
    product_.y_stride = shape.outputs;
  }
  void Run() {
    for (const theo::Int8Matrix& matrix : matrices_) Multiply(matrix, product_, workspace_, 0, 1);
  }

 private:
  std::vector<theo::Int8Matrix> matrices_;
  std::vector<float> x_;
  std::vector<float> y_;
  theo::Int8Product product_;
  theo::Int8Workspace workspace_;
};

struct Contender {
  std::string kernels;
  std::function<void()> run;
  double best_seconds = 1e9;
};

template <class Products>
Contender Contend(std::string kernels, std::shared_ptr<Products> products) {
  return {std::move(kernels), [products] { products->Run(); }};
}

void Measure(const Shape& shape, int rounds) {
  std::vector<Contender> contenders;
  for (const theo::int8::Kernels* kernels : theo::int8::SupportedKernels()) {
    contenders.push_back(Contend(kernels->name, std::make_shared<Int8Products>(shape, *kernels)));
  }
  for (const ggml_type type : {GGML_TYPE_F16, GGML_TYPE_Q8_0}) {
    if (shape.inputs % static_cast<std::size_t>(ggml_blck_size(type)) != 0) continue;
    contenders.push_back(Contend(std::string("ggml ") + ggml_type_name(type),
                                 std::make_shared<theo::bench::GgmlProducts>(
                                     type, shape.outputs, shape.inputs, shape.rows, Matrices(shape))));
  }
  // All take turns, so that what else the machine does meets all of them.
  for (int round = 0; round < rounds; ++round) {
    for (Contender& contender : contenders) {
      contender.best_seconds = std::min(contender.best_seconds, theo::bench::CoreSecondsOf(contender.run));
    }
  }
  for (const Contender& contender : contenders) {
    const double seconds = contender.best_seconds / static_cast<double>(Matrices(shape));
    const double weights = static_cast<double>(shape.outputs * shape.inputs);
    std::printf(
        "{\"layer\":\"%s\",\"outputs\":%zu,\"inputs\":%zu,\"rows\":%zu,\"kernels\":\"%s\",\"us\":%.2f,"
        "\"gigaOpsPerSecond\":%.2f,\"gigaWeightsPerSecond\":%.2f}\n",
        shape.layer, shape.outputs, shape.inputs, shape.rows, contender.kernels.c_str(), 1e6 * seconds,
        2e-9 * weights * static_cast<double>(shape.rows) / seconds, 1e-9 * weights / seconds);
  }
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 20;
  for (const Shape& shape : kShapes) Measure(shape, rounds);
}
