#pragma once

#include <stdexcept>
#include <string>

namespace theo {

/// A model file that cannot be used. The message names the file and the cause.
class ModelFileError : public std::runtime_error {
 public:
  ModelFileError(const std::string& path, const std::string& cause)
      : std::runtime_error("cannot load model '" + path + "': " + cause) {}
};

/// A decode that failed inside whisper.cpp, or a request it could not have served.
class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace theo
