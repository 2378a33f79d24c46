#include <random>

#include "int8/multiply.h"
#include "test/check.h"
#include "test/int8_reference.h"

// Every variant that runs on this machine against plain code.

namespace {

using theo::Int8Matrix;
using theo::Int8Product;
using theo::Int8Workspace;
using theo::int8::Kernels;
using theo::test::Layer;

template <class Body>
void ForEachVariant(Body body) {
  for (const Kernels* kernels : theo::int8::SupportedKernels()) body(*kernels);
}

std::vector<float> Run(const Int8Matrix& matrix, const Int8Product& product, unsigned parts) {
  std::vector<Int8Workspace> workspaces(parts);
  for (unsigned part = 0; part < parts; ++part) Multiply(matrix, product, workspaces[part], part, parts);
  return {product.y, product.y + product.rows * product.y_stride};
}

void CheckSame(const std::vector<float>& actual, const std::vector<float>& expected, const Kernels& kernels,
               const Layer& layer) {
  std::size_t different = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) different += actual[i] != expected[i] ? 1 : 0;
  if (different == 0) return;
  theo::test::Fail(__FILE__, __LINE__,
                   std::string(kernels.name) + ", " + std::to_string(layer.outputs) + " x " +
                       std::to_string(layer.inputs) + ", rows " + std::to_string(layer.rows) + ": " +
                       std::to_string(different) + " values differ");
}

}  // namespace

TEST("every variant gives every bit of the reference, whatever the shape and the number of parts") {
  std::mt19937 random(1);
  const auto draw = [&random](std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>(low, high)(random);
  };
  for (unsigned round = 0; round < 60; ++round) {
    const std::size_t inputs = draw(1, 300);
    // Every third product runs over overlapping rows.
    const std::size_t stride = round % 3 == 0 ? draw(1, inputs) : inputs + draw(0, 20);
    const Layer layer(draw(1, 200), inputs, draw(1, 70), stride, round);
    const auto expected = ExactReference(layer);
    ForEachVariant([&](const Kernels& kernels) {
      const Int8Matrix matrix = layer.Pack(kernels);
      std::vector<float> y;
      const Int8Product product = layer.Product(y);
      for (const unsigned parts : {1U, 2U, 3U, 7U}) {
        std::fill(y.begin(), y.end(), -1.0F);
        CheckSame(Run(matrix, product, parts), expected, kernels, layer);
      }
    });
  }
}

THEO_TEST_MAIN()
