#pragma once

#include <ggml-backend.h>
#include <ggml-cpp.h>

#include <cstdint>
#include <span>
#include <string>

namespace theo {

/// Where a model is computed.
class Device {
 public:
  /// The first GPU of this build when `gpu` is wanted and there is one that can attend with heads of these
  /// sizes, else the CPU.
  /// @throws std::runtime_error when ggml has no backend at all.
  static Device Choose(bool gpu, std::span<const std::int32_t> head_sizes);

  [[nodiscard]] bool is_cpu() const { return is_cpu_; }
  /// "CPU" or the GPU's name.
  [[nodiscard]] std::string name() const;
  [[nodiscard]] ggml_backend_buffer_type_t buffer_type() const {
    return ggml_backend_dev_buffer_type(device_);
  }
  /// A backend of its own: a GPU's queue, a CPU's work memory.
  /// @throws std::runtime_error
  [[nodiscard]] ggml_backend_ptr NewBackend() const;

 private:
  Device(ggml_backend_dev_t device, bool is_cpu) : device_(device), is_cpu_(is_cpu) {}

  ggml_backend_dev_t device_;
  bool is_cpu_;
};

}  // namespace theo
