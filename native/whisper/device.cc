#include "whisper/device.h"

#include <stdexcept>

#include "whisper/backends.h"

namespace theo {

Device Device::Choose(bool gpu) {
  EnsureBackends();
  if (gpu) {
    if (ggml_backend_dev_t found = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_GPU)) {
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
