#pragma once

#include <cstddef>
#include <cstdint>

namespace theo::int8 {
namespace {

/** What ldtilecfg reads: the rows of each of the eight tiles, and the bytes of a row. */
struct alignas(64) TileConfiguration {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  std::uint8_t rows[16] = {};
};
static_assert(sizeof(TileConfiguration) == 64);

/**
 * The tile instructions of AMX. They are written as assembly because GCC 12's intrinsics do not tell the
 * optimizer what memory they read (GCC PR target/114098).
 */
struct AmxTiles {
  /** Gives all tiles their shapes, and zeros. What Current gave while tiles were not in use sets them free.
   */
  static void Configure(const TileConfiguration& configuration) {
    __asm__ volatile("ldtilecfg %0" : : "m"(configuration));
  }
  static TileConfiguration Current() {
    TileConfiguration configuration;
    __asm__ volatile("sttilecfg %0" : "=m"(configuration));
    return configuration;
  }

  template <int Tile>
  static void Load(const void* rows, std::size_t stride_bytes) {
    __asm__ volatile("tileloadd (%1,%2,1), %%tmm%c0" : : "i"(Tile), "r"(rows), "r"(stride_bytes) : "memory");
  }
  template <int Tile>
  static void Store(void* rows, std::size_t stride_bytes) {
    __asm__ volatile("tilestored %%tmm%c0, (%1,%2,1)" : : "i"(Tile), "r"(rows), "r"(stride_bytes) : "memory");
  }
  /** sums[row][column] += activations[row][4 k + i] (unsigned) * weights[k][4 column + i] (signed). */
  template <int Sums, int Activations, int Weights>
  static void MultiplyAdd() {
    __asm__ volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(Sums), "i"(Activations), "i"(Weights));
  }
};

}  // namespace
}  // namespace theo::int8
