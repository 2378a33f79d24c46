import { AudioFileError } from '../errors.ts';
import type { BitReader } from './bit-reader.ts';

/** Coefficients of the fixed predictors, newest sample first. */
const fixedCoefficients: readonly (readonly number[])[] = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

/**
 * Decodes the samples of one channel of a frame.
 * Format: RFC 9639, section 9.2.
 * @param bitsPerSample 4..25; the side channel has one bit more than the file.
 * @throws AudioFileError; RangeError where the data ends
 */
export function readSubframe(bits: BitReader, blockSize: number, bitsPerSample: number): Int32Array {
  if (bits.unsigned(1) !== 0) throw malformed('a subframe begins with a set bit');
  const type = bits.unsigned(6);
  const wastedBits = bits.unsigned(1) === 1 ? bits.unary() + 1 : 0;
  const depth = bitsPerSample - wastedBits;
  if (depth < 1) throw malformed('a subframe has no bits left for its samples');
  const samples = new Int32Array(blockSize);
  if (type === 0) samples.fill(bits.signed(depth));
  else if (type === 1) fillVerbatim(bits, samples, depth, blockSize);
  else if (type >= 8 && type <= 12) {
    const order = type - 8;
    fillVerbatim(bits, samples, depth, order);
    predict(bits, samples, fixedCoefficients[order] ?? [], 0);
  } else if (type >= 32) {
    readLinearPrediction(bits, samples, depth, type - 31);
  } else throw malformed(`subframes of type ${type} do not exist`);
  if (wastedBits > 0)
    for (let index = 0; index < blockSize; index++) samples[index] = (samples[index] ?? 0) << wastedBits;
  return samples;
}

function readLinearPrediction(bits: BitReader, samples: Int32Array, depth: number, order: number): void {
  fillVerbatim(bits, samples, depth, order);
  const precision = bits.unsigned(4) + 1;
  if (precision === 16) throw malformed('the precision of a predictor is not valid');
  const shift = bits.signed(5);
  if (shift < 0) throw malformed('the shift of a predictor is negative');
  const coefficients = Array.from({ length: order }, () => bits.signed(precision));
  predict(bits, samples, coefficients, shift);
}

function fillVerbatim(bits: BitReader, samples: Int32Array, depth: number, count: number): void {
  if (count > samples.length) throw malformed('a block is shorter than its predictor');
  for (let index = 0; index < count; index++) samples[index] = bits.signed(depth);
}

/** Fills in what follows the warm-up samples: residual + prediction. Sums stay below 2^53: exact. */
function predict(bits: BitReader, samples: Int32Array, coefficients: readonly number[], shift: number): void {
  const order = coefficients.length;
  readResidual(bits, samples, order);
  const scale = 2 ** shift;
  for (let index = order; index < samples.length; index++) {
    let sum = 0;
    for (let tap = 0; tap < order; tap++) sum += (coefficients[tap] ?? 0) * (samples[index - 1 - tap] ?? 0);
    samples[index] = (samples[index] ?? 0) + Math.floor(sum / scale);
  }
}

/** Rice-coded differences, by partition; written behind the `order` warm-up samples. */
function readResidual(bits: BitReader, samples: Int32Array, order: number): void {
  const method = bits.unsigned(2);
  if (method > 1) throw malformed(`residuals of method ${method} do not exist`);
  const parameterBits = method === 0 ? 4 : 5;
  const partitions = 1 << bits.unsigned(4);
  const partitionSamples = samples.length / partitions;
  if (!Number.isInteger(partitionSamples) || partitionSamples < order) {
    throw malformed(`${samples.length} samples do not make ${partitions} partitions`);
  }
  let index = order;
  for (let partition = 1; partition <= partitions; partition++) {
    const end = partition * partitionSamples;
    const parameter = bits.unsigned(parameterBits);
    if (parameter === (1 << parameterBits) - 1) {
      const rawBits = bits.unsigned(5);
      for (; index < end; index++) samples[index] = rawBits === 0 ? 0 : bits.signed(rawBits);
    } else {
      for (; index < end; index++) {
        const folded = bits.unary() * 2 ** parameter + bits.unsigned(parameter);
        samples[index] = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
      }
    }
  }
}

export function malformed(message: string): AudioFileError {
  return new AudioFileError('malformed', `this FLAC file cannot be read: ${message}`);
}
