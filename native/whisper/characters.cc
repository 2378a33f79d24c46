#include "whisper/characters.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace theo {
namespace {

struct Range {
  char32_t first;
  char32_t last;
  CharacterRole role;
};

using enum CharacterRole;

// Sorted; what lies between the ranges is kOther. From the Unicode Character Database 17.0:
//   kSpace           PropList.txt, White_Space, without the no-break spaces: those hold words together
//   kUnspaced        Scripts.txt: letters and numbers of Thai, Lao, Tibetan, Myanmar, Khmer, Han, Hiragana,
//   Katakana
//                    and Bopomofo
//   kExtend          their General_Category M and Lm, SARA AM (GraphemeBreakProperty.txt, SpacingMark),
//   LineBreak.txt
//                    NS and CJ of Japanese, Variation_Selector, Emoji_Modifier, combining marks of no script
//   kJoiner          IndicSyllabicCategory.txt, Invisible_Stacker; ZERO WIDTH JOINER, WORD JOINER
//   kLeadingVowel    PropList.txt, Logical_Order_Exception
//   brackets, quotes General_Category Ps, Pe and Pi, those in use by the languages of Whisper
// kLetter is coarse, whole blocks of scripts: it only matters behind unspaced letters, brackets and notes.
constexpr std::array kRanges = {
    Range{0x0009, 0x000D, kSpace},
    Range{0x0020, 0x0020, kSpace},
    Range{0x0028, 0x0028, kOpeningBracket},
    Range{0x0029, 0x0029, kClosingBracket},
    Range{0x0030, 0x0039, kLetter},
    Range{0x0041, 0x005A, kLetter},
    Range{0x005B, 0x005B, kOpeningBracket},
    Range{0x005D, 0x005D, kClosingBracket},
    Range{0x0061, 0x007A, kLetter},
    Range{0x007B, 0x007B, kOpeningBracket},
    Range{0x007D, 0x007D, kClosingBracket},
    Range{0x00AB, 0x00AB, kOpeningQuote},
    Range{0x00C0, 0x02AF, kLetter},
    Range{0x0300, 0x036F, kExtend},
    Range{0x0370, 0x0DFF, kLetter},  // Greek to Sinhala
    // Thai
    Range{0x0E01, 0x0E30, kUnspaced},
    Range{0x0E31, 0x0E31, kExtend},
    Range{0x0E32, 0x0E32, kUnspaced},
    Range{0x0E33, 0x0E3A, kExtend},
    Range{0x0E40, 0x0E44, kLeadingVowel},
    Range{0x0E45, 0x0E45, kUnspaced},
    Range{0x0E46, 0x0E4E, kExtend},
    Range{0x0E50, 0x0E59, kLetter},
    // Lao
    Range{0x0E81, 0x0EB0, kUnspaced},
    Range{0x0EB1, 0x0EB1, kExtend},
    Range{0x0EB2, 0x0EB2, kUnspaced},
    Range{0x0EB3, 0x0EBC, kExtend},
    Range{0x0EBD, 0x0EBD, kUnspaced},
    Range{0x0EC0, 0x0EC4, kLeadingVowel},
    Range{0x0EC6, 0x0ECE, kExtend},
    Range{0x0ED0, 0x0ED9, kLetter},
    Range{0x0EDC, 0x0EDF, kUnspaced},
    // Tibetan
    Range{0x0F00, 0x0F00, kUnspaced},
    Range{0x0F18, 0x0F19, kExtend},
    Range{0x0F20, 0x0F33, kLetter},
    Range{0x0F35, 0x0F35, kExtend},
    Range{0x0F37, 0x0F37, kExtend},
    Range{0x0F39, 0x0F39, kExtend},
    Range{0x0F3E, 0x0F3F, kExtend},
    Range{0x0F40, 0x0F6C, kUnspaced},
    Range{0x0F71, 0x0F84, kExtend},
    Range{0x0F86, 0x0F87, kExtend},
    Range{0x0F88, 0x0F8C, kUnspaced},
    Range{0x0F8D, 0x0FBC, kExtend},
    Range{0x0FC6, 0x0FC6, kExtend},
    // Myanmar
    Range{0x1000, 0x102A, kUnspaced},
    Range{0x102B, 0x1038, kExtend},
    Range{0x1039, 0x1039, kJoiner},
    Range{0x103A, 0x103E, kExtend},
    Range{0x103F, 0x103F, kUnspaced},
    Range{0x1040, 0x1049, kLetter},
    Range{0x1050, 0x1055, kUnspaced},
    Range{0x1056, 0x1059, kExtend},
    Range{0x105A, 0x105D, kUnspaced},
    Range{0x105E, 0x1060, kExtend},
    Range{0x1061, 0x1061, kUnspaced},
    Range{0x1062, 0x1064, kExtend},
    Range{0x1065, 0x1066, kUnspaced},
    Range{0x1067, 0x106D, kExtend},
    Range{0x106E, 0x1070, kUnspaced},
    Range{0x1071, 0x1074, kExtend},
    Range{0x1075, 0x1081, kUnspaced},
    Range{0x1082, 0x108D, kExtend},
    Range{0x108E, 0x108E, kUnspaced},
    Range{0x108F, 0x108F, kExtend},
    Range{0x1090, 0x1099, kLetter},
    Range{0x109A, 0x109D, kExtend},
    Range{0x10A0, 0x16FF, kLetter},  // Georgian, Hangul, Ethiopic, Cherokee, Runic...
    // Khmer
    Range{0x1780, 0x17B3, kUnspaced},
    Range{0x17B4, 0x17D1, kExtend},
    Range{0x17D2, 0x17D2, kJoiner},
    Range{0x17D3, 0x17D3, kExtend},
    Range{0x17D7, 0x17D7, kExtend},
    Range{0x17DC, 0x17DC, kUnspaced},
    Range{0x17DD, 0x17DD, kExtend},
    Range{0x17E0, 0x17F9, kLetter},
    Range{0x1AB0, 0x1AFF, kExtend},
    Range{0x1C80, 0x1CCF, kLetter},
    Range{0x1D00, 0x1DBF, kLetter},
    Range{0x1DC0, 0x1DFF, kExtend},
    Range{0x1E00, 0x1FFF, kLetter},
    Range{0x2000, 0x2006, kSpace},
    Range{0x2008, 0x200A, kSpace},
    Range{0x200B, 0x200C, kExtend},
    Range{0x200D, 0x200D, kJoiner},
    Range{0x2018, 0x2018, kOpeningQuote},
    Range{0x201A, 0x201A, kOpeningQuote},
    Range{0x201C, 0x201C, kOpeningQuote},
    Range{0x201E, 0x201E, kOpeningQuote},
    Range{0x2028, 0x2029, kSpace},
    Range{0x2039, 0x2039, kOpeningQuote},
    Range{0x205F, 0x205F, kSpace},
    Range{0x2060, 0x2060, kJoiner},
    Range{0x20D0, 0x20FF, kExtend},
    Range{0x2669, 0x266C, kNote},
    Range{0x2C00, 0x2DFF, kLetter},
    // Han, kana
    Range{0x2E80, 0x2FD5, kUnspaced},
    Range{0x3000, 0x3000, kSpace},
    Range{0x3005, 0x3005, kExtend},
    Range{0x3007, 0x3007, kUnspaced},
    Range{0x3008, 0x3008, kOpeningQuote},
    Range{0x300A, 0x300A, kOpeningQuote},
    Range{0x300C, 0x300C, kOpeningQuote},
    Range{0x300E, 0x300E, kOpeningQuote},
    Range{0x3010, 0x3010, kOpeningBracket},
    Range{0x3011, 0x3011, kClosingBracket},
    Range{0x3014, 0x3014, kOpeningBracket},
    Range{0x3015, 0x3015, kClosingBracket},
    Range{0x3016, 0x3016, kOpeningBracket},
    Range{0x3017, 0x3017, kClosingBracket},
    Range{0x301D, 0x301D, kOpeningQuote},
    Range{0x3021, 0x3029, kUnspaced},
    Range{0x302A, 0x302F, kExtend},
    Range{0x3031, 0x3035, kExtend},
    Range{0x3038, 0x303A, kUnspaced},
    Range{0x303B, 0x303B, kExtend},
    Range{0x3041, 0x3096, kUnspaced},
    Range{0x3099, 0x309E, kExtend},
    Range{0x309F, 0x309F, kUnspaced},
    Range{0x30A1, 0x30FA, kUnspaced},
    Range{0x30FC, 0x30FE, kExtend},
    Range{0x30FF, 0x30FF, kUnspaced},
    Range{0x3105, 0x312F, kUnspaced},
    Range{0x3131, 0x318E, kLetter},  // Hangul
    Range{0x31A0, 0x31BF, kUnspaced},
    Range{0x31F0, 0x31FF, kExtend},
    Range{0x3400, 0x4DBF, kUnspaced},
    Range{0x4E00, 0x9FFF, kUnspaced},
    Range{0xA960, 0xA97C, kLetter},
    Range{0xA9E0, 0xA9E4, kUnspaced},
    Range{0xA9E5, 0xA9E5, kExtend},
    Range{0xA9E6, 0xA9FE, kUnspaced},
    Range{0xAA60, 0xAA76, kUnspaced},
    Range{0xAA7A, 0xAA7A, kUnspaced},
    Range{0xAA7B, 0xAA7D, kExtend},
    Range{0xAA7E, 0xAA7F, kUnspaced},
    Range{0xAC00, 0xD7FB, kLetter},
    Range{0xF900, 0xFAD9, kUnspaced},
    Range{0xFB00, 0xFDFF, kLetter},
    Range{0xFE00, 0xFE0F, kExtend},
    Range{0xFE20, 0xFE2F, kExtend},
    Range{0xFE70, 0xFEFC, kLetter},
    Range{0xFF08, 0xFF08, kOpeningBracket},
    Range{0xFF09, 0xFF09, kClosingBracket},
    Range{0xFF10, 0xFF19, kLetter},
    Range{0xFF21, 0xFF3A, kLetter},
    Range{0xFF3B, 0xFF3B, kOpeningBracket},
    Range{0xFF3D, 0xFF3D, kClosingBracket},
    Range{0xFF41, 0xFF5A, kLetter},
    Range{0xFF5B, 0xFF5B, kOpeningBracket},
    Range{0xFF5D, 0xFF5D, kClosingBracket},
    Range{0xFF62, 0xFF62, kOpeningQuote},
    Range{0xFF66, 0xFF66, kUnspaced},
    Range{0xFF67, 0xFF70, kExtend},
    Range{0xFF71, 0xFF9D, kUnspaced},
    Range{0xFF9E, 0xFF9F, kExtend},
    Range{0xFFA0, 0xFFDC, kLetter},
    Range{0x1F3FB, 0x1F3FF, kExtend},
    Range{0x20000, 0x33479, kUnspaced},
    Range{0xE0100, 0xE01EF, kExtend},
};

// Small kana within the kana ranges above: LineBreak.txt, CJ.
constexpr std::u32string_view kSmallKana = U"ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ";

constexpr bool IsSorted() {
  for (std::size_t i = 0; i < kRanges.size(); ++i) {
    if (kRanges[i].first > kRanges[i].last) return false;
    if (i > 0 && kRanges[i - 1].last >= kRanges[i].first) return false;
  }
  return true;
}
static_assert(IsSorted());

}  // namespace

CharacterRole RoleOf(char32_t character) {
  if (kSmallKana.find(character) != std::u32string_view::npos) return kExtend;
  const auto* const after =
      std::upper_bound(kRanges.begin(), kRanges.end(), character,
                       [](char32_t value, const Range& range) { return value < range.first; });
  if (after == kRanges.begin()) return kOther;
  const Range& range = *std::prev(after);
  return character <= range.last ? range.role : kOther;
}

}  // namespace theo
