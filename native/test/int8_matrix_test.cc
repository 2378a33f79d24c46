#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "int8/matrix.h"
#include "test/check.h"

// The choice of kernels, and what a matrix refuses.

namespace {

using theo::Int8Matrix;
using theo::int8::Kernels;

template <class Body>
std::string RefusalOf(Body body) {
  try {
    body();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing refused";
}

}  // namespace

TEST("the best supported variant is in use, or the one that THEO_INT8 names") {
  const auto list = theo::int8::SupportedKernels();
  CHECK_EQ(Int8Matrix::Supported(), list.count > 0);
  const char* wanted = std::getenv("THEO_INT8");
  const char* expected = list.count == 0     ? "none"
                         : wanted != nullptr ? wanted
                                             : list.items[list.count - 1]->name;
  CHECK_EQ(std::string_view(Int8Matrix::KernelName()), std::string_view(expected));
}

TEST("a variant is found by its name, and a wrong name is refused with those that run here") {
  const std::string message = RefusalOf([] { theo::int8::KernelsNamed("mmx"); });
  CHECK(message.find("'mmx'") != message.npos);
  for (const Kernels* kernels : theo::int8::SupportedKernels()) {
    CHECK(&theo::int8::KernelsNamed(kernels->name) == kernels);
    CHECK(message.find(kernels->name) != message.npos);
  }
}

TEST("a matrix states its size") {
  for (const Kernels* kernels : theo::int8::SupportedKernels()) {
    const Int8Matrix matrix(51865, 512, *kernels);
    CHECK_EQ(matrix.outputs(), std::size_t{51865});
    CHECK_EQ(matrix.inputs(), std::size_t{512});
    CHECK(matrix.bytes() >= 51865 * (512 + 8));
    CHECK(matrix.bytes() <= (51865 + 64) * (512 + 8));
  }
}

TEST("impossible shapes and rows are refused") {
  for (const Kernels* kernels : theo::int8::SupportedKernels()) {
    CHECK(RefusalOf([&] { Int8Matrix(0, 8, *kernels); }).starts_with("a matrix of 0 outputs and 8 inputs"));
    CHECK(RefusalOf([&] { Int8Matrix(8, 0, *kernels); }).starts_with("a matrix of 8 outputs and 0 inputs"));
    CHECK(RefusalOf([&] { Int8Matrix(1, 65537, *kernels); }).find("at most 65536") != std::string::npos);
    Int8Matrix matrix(3, 8, *kernels);
    const std::vector<float> row(9, 1.0F);
    CHECK_EQ(RefusalOf([&] { matrix.SetRow(3, std::span(row).first(8)); }),
             "row 3 of 8 weights for a matrix of 3 outputs and 8 inputs");
    CHECK_EQ(RefusalOf([&] { matrix.SetRow(0, row); }),
             "row 0 of 9 weights for a matrix of 3 outputs and 8 inputs");
  }
}

THEO_TEST_MAIN()
