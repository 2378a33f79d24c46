#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace theo {

/// A character and the number of its bytes.
struct Utf8Character {
  char32_t code_point = 0;
  std::size_t length = 0;
};

/// Reads the character that `bytes` begin with; its length is 0 where they are not well-formed UTF-8 or end
/// early. Well-formed: The Unicode Standard, table 3-7.
Utf8Character ReadUtf8(std::string_view bytes);

/// Whether `bytes` end with an incomplete character.
bool EndsInsideCharacter(std::string_view bytes);

/// `bytes` without those that are not part of a whole character.
std::string WholeCharacters(std::string_view bytes);

}  // namespace theo
