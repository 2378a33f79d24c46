#pragma once

// What becomes of the sums of products, over the Vec of the including variant.

#include "int8/gelu_inl.h"
#include "int8/kernels.h"

namespace theo::int8 {
namespace {

/** Makes results of the sums of one vector of outputs, row by row. */
class Finisher {
 public:
  /** Outputs from `output`, which exists, to the end of the vector or of the matrix. */
  Finisher(const Task& task, std::size_t output)
      : task_(task),
        output_(output),
        count_(task.outputs - output),
        weight_scales_(Vec::Load(task.weight_scales + output)),
        bias_(task.bias == nullptr ? Vec::Broadcast(0.0F) : LoadOutputs(task.bias)) {}

  void Finish(Ints sums, std::size_t row) const {
    Vec y = MulAdd(ToFloat(sums), weight_scales_ * Vec::Broadcast(task_.activation_scales[row]), bias_);
    if (task_.is_gelu) y = Gelu(y);
    if (task_.residual != nullptr) y = y + LoadOutputs(task_.residual + row * task_.residual_stride);
    float* out = task_.y + row * task_.y_stride + output_;
    if (AreAllThere()) {
      y.Store(out);
    } else {
      StoreFirst(y, out, count_);
    }
  }

 private:
  /** Whether the matrix does not end inside the vector: nothing behind its last output is read or written. */
  bool AreAllThere() const { return count_ >= Vec::kLanes; }
  Vec LoadOutputs(const float* row) const {
    return AreAllThere() ? Vec::Load(row + output_) : LoadFirst(row + output_, count_);
  }

  const Task& task_;
  std::size_t output_;
  std::size_t count_;
  Vec weight_scales_;
  Vec bias_;
};

}  // namespace
}  // namespace theo::int8
