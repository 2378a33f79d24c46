#pragma once

#include <cstddef>
#include <cstdint>

namespace theo::simd {

// Included by the variant files: nothing here may bring inline library code (see CMakeLists.txt).

/** FIR lengths are multiples of this: the widest vector in floats. */
inline constexpr std::size_t kTapMultiple = 16;
/** Outputs that fir_block makes. */
inline constexpr std::size_t kBlockOutputs = 8;
/** Samples of one hop and of the analysis frame made of two. */
inline constexpr std::size_t kHopSamples = 512;
inline constexpr std::size_t kFrameSamples = 2 * kHopSamples;
/** The spectrum is summed over bands of so many bins; the range moves in steps of `kBinMultiple` bins. */
inline constexpr std::size_t kBinsPerBand = 4;
inline constexpr std::size_t kBinMultiple = 64;

/** What a hop weighs: the sum of its squares, and its largest magnitude. */
struct HopLevel {
  float sum_of_squares;
  float peak;
};

/** Over the bands of a spectrum: the sum of log2 of the magnitudes, and the sum of the magnitudes. */
struct SpectrumSums {
  float log2_magnitude;
  float magnitude;
};

/** The first highest of some floats. Not-a-numbers do not count: where nothing else is, the index is the
 * count.
 */
struct ArgMax {
  std::size_t index;
  float value;
};

/** An attention task's heads times queries are at most so many; and the queries of one that has many. */
inline constexpr std::size_t kTaskRows = 128;
inline constexpr std::size_t kManyQueries = 64;
/** Its keys are taken up in blocks of so many. */
inline constexpr std::size_t kKeyBlock = 96;
/** Rows of a tile of its products. */
inline constexpr std::size_t kTileRows = 6;

/** A run of keys and values. Row r's head h begins at keys + r * stride + h * head_size. */
struct KeyValueBlock {
  /** IEEE half precision. */
  const std::uint16_t* keys;
  const std::uint16_t* values;
  std::size_t rows;
  /** Halves from one row to the next. */
  std::size_t stride;
  /** Added to every head's scores, one value a row; nullptr: zeros; minus infinity: a row that does not
   * count.
   */
  const float* bias;
};

/** A share of an attention: some heads, some queries, all keys. */
struct AttentionTask {
  /** Floats; row i's head h, counted from the task's first, begins at queries + i * query_stride + h *
   * head_size. */
  const float* queries;
  /** At least 1. */
  std::size_t query_rows;
  std::size_t query_stride;
  std::size_t heads;
  /** A multiple of 16. */
  std::size_t head_size;
  float scale;
  const KeyValueBlock* blocks;
  /** Of all blocks together. */
  std::size_t key_rows;
  /** From the beginning of a row of keys or values to the first head. */
  std::size_t head_offset;
  /** Causal: the first query does not see the last `unseen` keys, each further query sees one key more. */
  bool causal;
  std::size_t unseen;
  /** Two ways: one is fast for up to kManyQueries of one head, the other for few of several heads. */
  bool many_queries;
  /** Laid out as the queries. */
  float* out;
  std::size_t out_stride;
};

/** Room for an attention task, in floats. */
struct AttentionScratch {
  float* queries;  // kTaskRows * head_size
  float* keys;     // kTileRows * head_size
  float* values;   // kKeyBlock * head_size
  float* scores;   // kKeyBlock * kManyQueries
};

struct SpectrumTables;

/** One instruction set's kernels. All pointers may be unaligned; none of them allocates, locks or throws. */
struct Kernels {
  const char* name;
  /** Floats in a vector. */
  std::size_t lanes;

  /** Little-endian signed 16-bit PCM -> [-1, 1). Exact. */
  void (*s16_to_float)(const unsigned char* pcm, std::size_t count, float* out);

  /** out[j] = dot(x, rows + j * taps) for the kBlockOutputs rows of a matrix; `taps` is a multiple of
   * kTapMultiple. */
  void (*fir_block)(const float* x, const float* rows, std::size_t taps, float* out);

  /** Four dot products of `taps` (a multiple of kTapMultiple) floats each. */
  void (*dot4)(const float* const x[4], const float* const h[4], std::size_t taps, float* out);

  /**
   * y[n] = x[n] - m[n], m[n + 1] = a m[n] + (1 - a) x[n] over `count` (a multiple of 16) samples: the
   * one-pole DC blocker (1 - z^-1) / (1 - a z^-1), run as a scan inside each vector. `mean` is m, carried in
   * double.
   */
  HopLevel (*block_dc)(const float* in, std::size_t count, double* mean, float* out);

  /** out[n] = clamp(in[n] * g[n], -1, 1), g going linearly to `to` at the last of `count` (a multiple of 16).
   */
  void (*apply_gain)(const float* in, std::size_t count, float from, float to, float* out);

  /**
   * Spectrum of the Hann-windowed frame older ++ newer (kHopSamples each), summed in power over bands of
   * kBinsPerBand bins from `low_bin` to `high_bin` (a multiple of kBinMultiple apart), each with a floor at
   * the power that 16-bit quantization noise has there. `tables` are those of `lanes`.
   */
  SpectrumSums (*spectrum)(const float* older, const float* newer, const SpectrumTables& tables,
                           std::size_t low_bin, std::size_t high_bin);

  ArgMax (*arg_max)(const float* values, std::size_t count);

  /** Sum of exp(values[i] - shift), each within 2.5e-7 + 1e-7 |values[i] - shift|, relatively; none for
   * not-a-numbers. */
  float (*sum_exp)(const float* values, std::size_t count, float shift);

  /** out = softmax(scale * queries keys^T + bias) values, of each head. */
  void (*attend)(const AttentionTask& task, const AttentionScratch& scratch);
};

/** Pole of the DC blocker: exp(-2 pi 20 Hz / 16 kHz). */
inline constexpr double kDcPole = 0.99217669;

/**
 * The kernels in use: the best that this CPU and its operating system support, or what the environment
 * variable THEO_SIMD names. Chosen once a process. @throws std::invalid_argument as KernelsNamed.
 */
const Kernels& ActiveKernels();

/** Every variant that can run here, "scalar" first, best last. */
struct KernelList {
  const Kernels* const* items;
  std::size_t count;
  const Kernels* const* begin() const { return items; }
  const Kernels* const* end() const { return items + count; }
};
KernelList SupportedKernels();

/** @throws std::invalid_argument, listing those that can, when no variant of that name can run here. */
const Kernels& KernelsNamed(const char* name);

/** The tables that `spectrum` of kernels with so many lanes needs; built on first use, then shared. */
const SpectrumTables& TablesFor(const Kernels& kernels);

}  // namespace theo::simd
