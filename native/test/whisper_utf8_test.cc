#include <string>

#include "check.h"
#include "whisper/utf8.h"

using theo::EndsInsideCharacter;
using theo::ReadUtf8;
using theo::WholeCharacters;

TEST("characters of one to four bytes are read") {
  CHECK_EQ(static_cast<std::uint32_t>(ReadUtf8("a").code_point), 0x61U);
  CHECK_EQ(static_cast<std::uint32_t>(ReadUtf8("\xC3\xA9x").code_point), 0xE9U);
  CHECK_EQ(static_cast<std::uint32_t>(ReadUtf8("\xE2\x82\xAC").code_point), 0x20ACU);
  CHECK_EQ(static_cast<std::uint32_t>(ReadUtf8("\xF0\x9F\x98\x80").code_point), 0x1F600U);
  CHECK_EQ(ReadUtf8("\xF0\x9F\x98\x80").length, 4U);
}

TEST("what is no well-formed UTF-8 is no character") {
  for (const char* bytes : {"", "\x80", "\xC3", "\xC3(", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
                            "\xF4\x90\x80\x80", "\xFF"}) {
    CHECK_EQ(ReadUtf8(bytes).length, 0U);
  }
}

TEST("a character that has begun is told from one that is broken") {
  CHECK(EndsInsideCharacter("caf\xC3"));
  CHECK(EndsInsideCharacter("\xE2\x82"));
  CHECK(EndsInsideCharacter("\xF0\x9F\x98"));
  CHECK(!EndsInsideCharacter("caf\xC3\xA9"));
  CHECK(!EndsInsideCharacter("a\xA9"));
  CHECK(!EndsInsideCharacter("\xED\xA0"));
  CHECK(!EndsInsideCharacter("\xC3("));
  CHECK(!EndsInsideCharacter(""));
}

TEST("bytes that form no character are left out") {
  CHECK_EQ(WholeCharacters("caf\xC3\xA9"), std::string("caf\xC3\xA9"));
  CHECK_EQ(WholeCharacters("caf\xC3"), std::string("caf"));
  CHECK_EQ(WholeCharacters("\xC3(\xA9)"), std::string("()"));
  CHECK_EQ(WholeCharacters("\xED\xA0\x80x"), std::string("x"));
}

THEO_TEST_MAIN()
