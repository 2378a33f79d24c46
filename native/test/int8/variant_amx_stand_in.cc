#include "int8/dot_avx512_vnni.h"

// The kernels below are compiled for the Dot that is included above.
#include "int8/multiply_tiles_inl.h"
#include "int8/variant_inl.h"
#include "test/int8/stand_ins.h"

namespace theo::test {
namespace {

using int8::TileConfiguration;

void Require(bool condition) {
  if (!condition) __builtin_trap();
}

struct TileState {
  TileConfiguration configuration;
  unsigned char tiles[8][16][64];
};
thread_local TileState state = {{.palette = 0, .row_bytes = {}}, {}};

/** The instructions of int8::AmxTiles, as Intel's manual describes them. */
struct EmulatedTiles {
  static void Configure(const TileConfiguration& configuration) {
    Require(configuration.palette <= 1 && configuration.start_row == 0);
    for (const unsigned char byte : configuration.reserved) Require(byte == 0);
    for (int tile = 0; tile < 16; ++tile) {
      Require(configuration.rows[tile] <= (tile < 8 ? 16 : 0));
      Require(configuration.row_bytes[tile] <= (tile < 8 ? 64 : 0));
    }
    state = {configuration, {}};
  }
  static TileConfiguration Current() { return state.configuration; }

  template <int Tile>
  static void Load(const void* rows, std::size_t stride_bytes) {
    RequireShape(Tile);
    for (int row = 0; row < state.configuration.rows[Tile]; ++row) {
      const auto* source =
          static_cast<const unsigned char*>(rows) + static_cast<std::size_t>(row) * stride_bytes;
      __builtin_memcpy(state.tiles[Tile][row], source, state.configuration.row_bytes[Tile]);
    }
  }
  template <int Tile>
  static void Store(void* rows, std::size_t stride_bytes) {
    RequireShape(Tile);
    for (int row = 0; row < state.configuration.rows[Tile]; ++row) {
      auto* target = static_cast<unsigned char*>(rows) + static_cast<std::size_t>(row) * stride_bytes;
      __builtin_memcpy(target, state.tiles[Tile][row], state.configuration.row_bytes[Tile]);
    }
  }
  template <int Sums, int Activations, int Weights>
  static void MultiplyAdd() {
    static_assert(Sums != Activations && Sums != Weights && Activations != Weights);
    const TileConfiguration& shape = state.configuration;
    RequireShape(Sums);
    RequireShape(Activations);
    RequireShape(Weights);
    Require(shape.rows[Sums] == shape.rows[Activations]);
    Require(shape.row_bytes[Sums] == shape.row_bytes[Weights]);
    Require(shape.row_bytes[Activations] == 4 * shape.rows[Weights]);
    for (int row = 0; row < shape.rows[Sums]; ++row) {
      std::int32_t sums[16];
      __builtin_memcpy(sums, state.tiles[Sums][row], sizeof sums);
      for (int k = 0; k < shape.row_bytes[Activations]; ++k) {
        for (int column = 0; column < shape.row_bytes[Sums] / 4; ++column) {
          const auto weight = static_cast<signed char>(state.tiles[Weights][k / 4][4 * column + k % 4]);
          sums[column] += state.tiles[Activations][row][k] * weight;
        }
      }
      __builtin_memcpy(state.tiles[Sums][row], sums, sizeof sums);
    }
  }

 private:
  static void RequireShape(int tile) {
    Require(state.configuration.palette == 1 && state.configuration.rows[tile] > 0 &&
            state.configuration.row_bytes[tile] > 0);
  }
};

/** Traps also where tiles are not left as they were found. */
void MultiplyTiledAndCheck(const int8::Task& task) {
  TileConfiguration found;
  for (std::uint8_t tile = 0; tile < 8; ++tile) found.rows[tile] = tile + 1;
  EmulatedTiles::Configure(found);
  int8::MultiplyTiled<EmulatedTiles>(task);
  Require(__builtin_memcmp(&found, &state.configuration, sizeof found) == 0);
}

}  // namespace

constinit const int8::Kernels kAmxStandInKernels =
    int8::MakeKernels("amx, stand-in", MultiplyTiledAndCheck, int8::kTileBytes);

}  // namespace theo::test
