#pragma once

#include <exception>
#include <stdexcept>
#include <string>

namespace theo {

/// A model file that cannot be used. The message names the file and the cause.
class ModelFileError : public std::runtime_error {
 public:
  ModelFileError(const std::string& path, const std::string& cause)
      : std::runtime_error("cannot load model '" + path + "': " + cause) {}
};

/// A model's loading that was stopped before its end.
class LoadCancelledError : public std::runtime_error {
 public:
  explicit LoadCancelledError(const std::string& path)
      : std::runtime_error("the loading of model '" + path + "' was stopped") {}
};

/// A decode that failed inside whisper.cpp, or a request it could not have served.
class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Message of the exception that is being handled.
inline std::string CurrentError() {
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "the decoder failed for an unknown reason";
  }
}

}  // namespace theo
