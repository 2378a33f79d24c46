#include "whisper/backends.h"

#include <ggml-backend.h>

#include <mutex>
#include <stdexcept>
#include <string>

#ifdef THEO_DYNAMIC_BACKENDS
#include <dlfcn.h>

#include <filesystem>
#endif

namespace theo {
namespace {

#ifdef THEO_DYNAMIC_BACKENDS
std::string OwnDirectory() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(&OwnDirectory), &info) == 0 || info.dli_fname == nullptr) return ".";
  return std::filesystem::path(info.dli_fname).parent_path().string();
}
#endif

void LoadBackends() {
#ifdef THEO_DYNAMIC_BACKENDS
  const std::string directory = OwnDirectory();
  ggml_backend_load_all_from_path(directory.c_str());
  if (ggml_backend_dev_count() == 0) {
    throw std::runtime_error("no ggml backend found in " + directory + ": the installation is incomplete");
  }
#endif
}

}  // namespace

void EnsureBackends() {
  static std::once_flag once;
  std::call_once(once, LoadBackends);
}

}  // namespace theo
