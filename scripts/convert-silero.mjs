// Rewrites Silero VAD's ONNX graph so that a batch runs as few large matrix products:
//   node scripts/convert-silero.mjs models/silero-vad/silero_vad_v6.onnx models/silero-vad/silero_vad_v6_batched.onnx
//
// Same weights, same function, 16 kHz only. The original's convolutions see four time steps a window and run window
// by window; here time steps and windows are rows of one matrix, so that ONNX Runtime's GEMM has enough of them.
import { readFileSync, writeFileSync } from 'node:fs';
import protobuf from 'protobufjs';

// The part of onnx.proto that both graphs use; numbers as in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
const onnxProto = `syntax = "proto2"; package onnx;
message AttributeProto {
  optional string name = 1; optional int64 i = 3; optional bytes s = 4; optional TensorProto t = 5;
  optional GraphProto g = 6; optional int32 type = 20;
}
message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
message TypeProto {
  message Tensor { optional int32 elem_type = 1; optional TensorShapeProto shape = 2; }
  optional Tensor tensor_type = 1;
}
message TensorShapeProto {
  message Dimension { optional int64 dim_value = 1; optional string dim_param = 2; }
  repeated Dimension dim = 1;
}
message NodeProto {
  repeated string input = 1; repeated string output = 2; optional string name = 3; optional string op_type = 4;
  repeated AttributeProto attribute = 5;
}
message TensorProto {
  repeated int64 dims = 1; optional int32 data_type = 2; optional string name = 8; optional bytes raw_data = 9;
}
message GraphProto {
  repeated NodeProto node = 1; optional string name = 2; repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
}
message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; }
message ModelProto {
  optional int64 ir_version = 1; optional string producer_name = 2; optional string doc_string = 6;
  optional GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8;
}`;
const float32 = 1;
const int64 = 7;
const attributeType = { int: 2, string: 3 };

/** @typedef {{ dims: number[], data: Float32Array }} Weights */
/** @typedef {{ name: string, op_type: string, input: string[], output: string[], attribute: object[] }} Node */

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined) {
  console.error('usage: node scripts/convert-silero.mjs SOURCE.onnx TARGET.onnx');
  process.exit(2);
}
const ModelProto = protobuf.parse(onnxProto, { keepCase: true }).root.lookupType('onnx.ModelProto');
const weights = readWeights(readFileSync(source));

/** @type {object[]} */
const initializers = [];
/** @type {Node[]} */
const nodes = [];
buildGraph();
writeFileSync(
  target,
  ModelProto.encode(
    ModelProto.fromObject({
      ir_version: 8,
      opset_import: [{ domain: '', version: 16 }],
      producer_name: 'theo-openvoice',
      doc_string:
        'Silero VAD v6, 16 kHz, rewritten for batches by scripts/convert-silero.mjs. MIT, Silero Team.',
      graph: {
        name: 'silero_vad_16k',
        node: nodes,
        initializer: initializers,
        input: [describe('input', ['batch', 576]), describe('state', [2, 'batch', 128])],
        output: [describe('output', ['batch', 1]), describe('stateN', [2, 'batch', 128])],
      },
    }),
  ).finish(),
);

function buildGraph() {
  // STFT: 4 frames of 256 every 128, the end reflected; then magnitudes. [B,576] -> [4B,129]
  const padded = node('Pad', ['input', integers([0, 0, 0, 64])], { mode: 'reflect' });
  const chunks = reshape(padded, [-1, 5, 128]);
  const frames = reshape(concat([slice(chunks, 0, 4, 1), slice(chunks, 1, 5, 1)], 2), [-1, 256]);
  const spectrum = node('Gemm', [frames, taps('stft.forward_basis_buffer', 'samples')]);
  const real = slice(spectrum, 0, 129, 1);
  const imaginary = slice(spectrum, 129, 258, 1);
  const power = node('Add', [node('Mul', [real, real]), node('Mul', [imaginary, imaginary])]);
  const magnitudes = reshape(node('Sqrt', [power]), [-1, 4, 129]);

  // Four convolutions of width 3, padded by 1, strides 1, 2, 2, 1: from 4 steps to 4, 2, 1, 1. Where a tap meets
  // nothing but padding, it is left out.
  const wide = node('Pad', [magnitudes, integers([0, 1, 0, 0, 1, 0])], { mode: 'constant' });
  const neighbours = concat([slice(wide, 0, 4, 1), slice(wide, 1, 5, 1), slice(wide, 2, 6, 1)], 2);
  const first = reshape(layer(0, reshape(neighbours, [-1, 3 * 129]), [0, 1, 2]), [-1, 4 * 128]);
  const early = layer(1, slice(first, 0, 2 * 128, 1), [1, 2]);
  const late = layer(1, slice(first, 128, 4 * 128, 1), [0, 1, 2]);
  const third = layer(2, concat([early, late], 1), [1, 2]);
  const features = layer(3, third, [1]);

  const [hidden, cell] = lstm(features);
  node('Concat', [hidden, cell], { axis: 0 }, ['stateN']);
  const last = node('Relu', [node('Squeeze', [hidden, integers([0])])]);
  const output = weightsOf('decoder.decoder.2.weight');
  const logit = node('Gemm', [last, floats([128, 1], output.data), bias('decoder.decoder.2.bias')]);
  node('Sigmoid', [logit], {}, ['output']);
}

/** @param {number} index @param {string} input @param {number[]} which taps of the three */
function layer(index, input, which) {
  const name = `encoder.${index}.reparam_conv`;
  return node('Relu', [node('Gemm', [input, taps(`${name}.weight`, which), bias(`${name}.bias`)])]);
}

/** @param {string} features @returns {[hidden: string, cell: string]} */
function lstm(features) {
  const biases = new Float32Array(1024);
  biases.set(reorderGates(weightsOf('decoder.rnn.bias_ih').data));
  biases.set(reorderGates(weightsOf('decoder.rnn.bias_hh').data), 512);
  const outputs = ['lstm_sequence', 'lstm_hidden', 'lstm_cell'];
  const inputs = [
    node('Unsqueeze', [features, integers([0])]),
    floats([1, 512, 128], reorderGates(weightsOf('decoder.rnn.weight_ih').data)),
    floats([1, 512, 128], reorderGates(weightsOf('decoder.rnn.weight_hh').data)),
    floats([1, 1024], biases),
    '',
    slice('state', 0, 1, 0),
    slice('state', 1, 2, 0),
  ];
  node('LSTM', inputs, { hidden_size: 128 }, outputs);
  return ['lstm_hidden', 'lstm_cell'];
}

/** PyTorch keeps the gates as input, forget, cell, output; ONNX as input, output, forget, cell. @param {Float32Array} data */
function reorderGates(data) {
  const gate = data.length / 4;
  const ordered = new Float32Array(data.length);
  for (const [to, from] of [0, 3, 1, 2].entries()) {
    ordered.set(data.subarray(from * gate, (from + 1) * gate), to * gate);
  }
  return ordered;
}

/**
 * A convolution's weights [out, in, width] as a matrix [taps * in, out].
 * @param {string} name @param {number[] | 'samples'} which taps; 'samples': all, `in` being 1
 */
function taps(name, which) {
  const { dims, data } = weightsOf(name);
  const [outputs = 0, inputs = 0, width = 0] = dims;
  const list = which === 'samples' ? Array.from({ length: width }, (_, tap) => tap) : which;
  const matrix = new Float32Array(list.length * inputs * outputs);
  for (const [row, tap] of list.entries()) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        matrix[(row * inputs + input) * outputs + output] =
          data[(output * inputs + input) * width + tap] ?? 0;
      }
    }
  }
  return floats([list.length * inputs, outputs], matrix);
}

/** @param {string} name */
function bias(name) {
  const { dims, data } = weightsOf(name);
  return floats(dims, data);
}

/** @param {string} input @param {number} from @param {number} to @param {number} axis */
function slice(input, from, to, axis) {
  return node('Slice', [input, integers([from]), integers([to]), integers([axis])]);
}

/** @param {string} input @param {number[]} dims */
function reshape(input, dims) {
  return node('Reshape', [input, integers(dims)]);
}

/** @param {string[]} inputs @param {number} axis */
function concat(inputs, axis) {
  return node('Concat', inputs, { axis });
}

/**
 * @param {string} type @param {string[]} input @param {Record<string, number | string>} attributes
 * @param {string[]} output @returns {string} the first output
 */
function node(type, input, attributes = {}, output = [`${type.toLowerCase()}_${nodes.length}`]) {
  const attribute = Object.entries(attributes).map(([name, value]) =>
    typeof value === 'string'
      ? { name, s: Buffer.from(value), type: attributeType.string }
      : { name, i: value, type: attributeType.int },
  );
  nodes.push({ name: `${type}_${nodes.length}`, op_type: type, input, output, attribute });
  return output[0] ?? '';
}

/** @param {number[]} values */
function integers(values) {
  return initializer([values.length], int64, BigInt64Array.from(values.map(BigInt)));
}

/** @param {number[]} dims @param {Float32Array} data */
function floats(dims, data) {
  return initializer(dims, float32, data);
}

/** @param {number[]} dims @param {number} type @param {Float32Array | BigInt64Array} data */
function initializer(dims, type, data) {
  const name = `constant_${initializers.length}`;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  initializers.push({ name, dims, data_type: type, raw_data: bytes });
  return name;
}

/** @param {string} name @param {(number | string)[]} dims */
function describe(name, dims) {
  const dim = dims.map((size) => (typeof size === 'string' ? { dim_param: size } : { dim_value: size }));
  return { name, type: { tensor_type: { elem_type: float32, shape: { dim } } } };
}

/** @param {string} name @returns {Weights} */
function weightsOf(name) {
  const found = weights.get(name);
  if (!found) throw new Error(`${source} has no weights ${name}: is it Silero VAD v5 or v6?`);
  return found;
}

/** The float constants of the branch for 16 kHz, by their names in Silero's source. @param {Uint8Array} bytes */
function readWeights(bytes) {
  /** @type {any} */
  const model = ModelProto.decode(bytes);
  /** @type {any[]} */
  const top = model.graph.node;
  const branch = top
    .find((each) => each.op_type === 'If')
    ?.attribute.find((/** @type {any} */ each) => each.name === 'then_branch')?.g;
  /** @type {Map<string, Weights>} */
  const found = new Map();
  for (const { op_type, output, attribute } of branch?.node ?? []) {
    const tensor = attribute[0]?.t;
    if (op_type !== 'Constant' || tensor?.data_type !== float32 || tensor.dims.length === 0) continue;
    const data = new Float32Array(Uint8Array.from(tensor.raw_data).buffer);
    found.set(output[0].replace(/^.*Inline_0__/, ''), { dims: tensor.dims.map(Number), data });
  }
  return found;
}
