"""Products of an MLP of whisper-base as CTranslate2 does them in int8, on one thread; one JSON object a line.

CTranslate2 offers no product by itself, so two encoders that differ in the width of their MLPs are timed, and what one
takes longer than the other is what the wider MLPs take. Argument: rounds. Needs `pip install ctranslate2`.
"""

import json
import sys
import tempfile
import time

import ctranslate2
import numpy
from ctranslate2.specs import common_spec, transformer_spec

LAYERS = 6
WIDTH = 512
NARROW, WIDE = 64, 2048
ROWS = (83, 1500, 16, 1)


def set_linear(linear, outputs, inputs, random):
    linear.weight = (0.05 * random.standard_normal((outputs, inputs))).astype(numpy.float32)
    linear.bias = numpy.zeros(outputs, numpy.float32)


def set_norm(norm):
    norm.gamma = numpy.ones(WIDTH, numpy.float32)
    norm.beta = numpy.zeros(WIDTH, numpy.float32)


def encoder(mlp_width, folder):
    random = numpy.random.default_rng(1)
    spec = transformer_spec.TransformerEncoderSpec(LAYERS, WIDTH // 64, activation=common_spec.Activation.RELU)
    spec.embeddings[0].weight = random.standard_normal((2, WIDTH)).astype(numpy.float32)
    set_norm(spec.layer_norm)
    for layer in spec.layer:
        set_norm(layer.self_attention.layer_norm)
        set_linear(layer.self_attention.linear[0], 3 * WIDTH, WIDTH, random)
        set_linear(layer.self_attention.linear[1], WIDTH, WIDTH, random)
        set_norm(layer.ffn.layer_norm)
        set_linear(layer.ffn.linear_0, mlp_width, WIDTH, random)
        set_linear(layer.ffn.linear_1, WIDTH, mlp_width, random)
    model = transformer_spec.TransformerEncoderModelSpec(spec)
    model.register_vocabulary(["a", "b"])
    model.config.unk_token = "a"
    model.validate()
    model.save(folder)
    return ctranslate2.Encoder(folder, compute_type="int8", inter_threads=1, intra_threads=1)


def seconds(model, rows):
    start = time.process_time()
    model.forward_batch([[1] * rows])
    return time.process_time() - start


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as narrow_folder, tempfile.TemporaryDirectory() as wide_folder:
        narrow, wide = encoder(NARROW, narrow_folder), encoder(WIDE, wide_folder)
        for rows in ROWS:
            times = [(seconds(narrow, rows), seconds(wide, rows)) for _ in range(rounds)]
            taken = min(time[1] for time in times) - min(time[0] for time in times)
            operations = 2 * 2 * LAYERS * rows * WIDTH * (WIDE - NARROW)
            print(json.dumps({"rows": rows, "gigaOpsPerSecond": round(operations / taken / 1e9, 2)}))


main()
