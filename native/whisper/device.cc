#include "whisper/device.h"

#include <algorithm>
#include <stdexcept>

#include "whisper/backends.h"

namespace theo {
namespace {

/// Whether ggml has attention for heads of this size on the device; not for the small heads of toy models.
bool CanAttend(ggml_backend_dev_t device, std::int32_t head_size) {
  constexpr std::int64_t kKeys = 256;
  constexpr std::int64_t kQueries = 8;
  const ggml_context_ptr context(ggml_init({8 * ggml_tensor_overhead(), nullptr, true}));
  const auto tensor = [&](ggml_type type, std::int64_t columns, std::int64_t rows) {
    return ggml_new_tensor_3d(context.get(), type, columns, rows, 1);
  };
  ggml_tensor* keys = tensor(GGML_TYPE_F16, head_size, kKeys);
  ggml_tensor* attended = ggml_flash_attn_ext(context.get(), tensor(GGML_TYPE_F32, head_size, kQueries), keys,
                                              tensor(GGML_TYPE_F16, head_size, kKeys),
                                              tensor(GGML_TYPE_F16, kKeys, kQueries), 1.0F, 0.0F, 0.0F);
  return ggml_backend_dev_supports_op(device, attended);
}

}  // namespace

Device Device::Choose(bool gpu, std::span<const std::int32_t> head_sizes) {
  EnsureBackends();
  if (gpu) {
    ggml_backend_dev_t found = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_GPU);
    const auto can_attend = [&](std::int32_t head_size) { return CanAttend(found, head_size); };
    if (found != nullptr && std::all_of(head_sizes.begin(), head_sizes.end(), can_attend)) {
      return {found, false};
    }
  }
  ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  if (cpu == nullptr) throw std::runtime_error("ggml has no CPU backend: the installation is incomplete");
  return {cpu, true};
}

std::string Device::name() const {
  return is_cpu_ ? "CPU" : ggml_backend_dev_description(device_);
}

ggml_backend_ptr Device::NewBackend() const {
  ggml_backend_ptr backend(ggml_backend_dev_init(device_, nullptr));
  if (!backend) throw std::runtime_error("cannot start computing on " + name());
  return backend;
}

}  // namespace theo
