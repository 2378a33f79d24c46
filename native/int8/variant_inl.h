#pragma once

// All kernels, compiled for the Vec and the Dot of the including variant.

#include "int8/kernels.h"
#include "int8/multiply_inl.h"
#include "int8/quantize_inl.h"

namespace theo::int8 {
namespace {

constexpr Kernels MakeKernels(const char* name, void (*multiply)(const Task&), std::size_t depth_multiple) {
  return {
      name,    Dot::kPanelOutputs, depth_multiple, sizeof(Dot::Activation), Dot::kActivationOffset, Quantize,
      multiply};
}

}  // namespace
}  // namespace theo::int8
