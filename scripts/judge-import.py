"""Judges `theo import` by what transformers and PEFT compute with the same weights.

    python3 -m venv VENV && VENV/bin/pip install torch transformers peft safetensors soundfile
    node scripts/whisper-base-source.mjs FOLDER      # real weights: a faster-whisper folder
    npm run build && VENV/bin/python scripts/judge-import.py FOLDER [FOLDER...]

Of each folder, checkpoints are made as people have them: as published in float16; trained further, in bfloat16 and in
several files; the same in float32 without "model." before the names; a LoRA adapter. To them come random weights, with
the stock shape of tiny and with large-v3's width, vocabulary and 128 mels. Each is imported, and three things compared:

weights  every tensor of the imported file with the checkpoint's, in units of what 16 bits cannot hold apart
logits   of the imported file's weights and of the checkpoint's, both computed by transformers in float32, over a clip of
         speech and twenty tokens: the largest difference
engine   what this runtime's own engine hears in clips of test/speech at the full context: whether transformers would
         have chosen each of its tokens behind the ones before; if not, how much likelier another was (the margin, in
         logits); and the largest difference of a clip's mean log probability

With --large, a checkpoint of random weights in the shape of large-v3-turbo (1.6 GB in files of 0.4) is imported, too: how
long that takes, and the most memory that the import held.

Exits with 1 where a tolerance is exceeded; they are stated below.
"""

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import WhisperConfig, WhisperFeatureExtractor, WhisperForConditionalGeneration

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_RATE_HZ = 16_000
TEXT_TOKENS = 50_257

# Half a step of a 16-bit float, relative; matrices and convolutions are stored in 16 bits.
WEIGHT_TOLERANCE = 2.0**-11
# Of logits that lie between -20 and 40.
LOGIT_TOLERANCE = 0.05
# The engine multiplies in 16 bits and computes its own spectrogram. Natural logarithm, mean over a clip's tokens.
LOG_PROBABILITY_TOLERANCE = 0.02
TOKENS_COMPARED = 20
MOST_TOKENS = 100
LARGE_PART_BYTES = 400_000_000
LARGE_MEGABYTES = 500
# By how much less likely a token of the engine's may be than the likeliest, in logits: what 16 bits make of a tie.
MARGIN_TOLERANCE = 0.05

ENGINE = """
import { readFileSync } from 'node:fs';
import { loadNative } from './dist/native.js';
const [path, ...clips] = process.argv.slice(1);
const addon = loadNative();
const model = await addon.loadModel(path, { useGpu: false, int8: false, prepareSilence: false });
const slot = new addon.DecodeSlot(model);
const none = new Int32Array();
const answers = [];
for (const clip of clips) {
  const [file, language] = clip.split('=');
  const bytes = readFileSync(file);
  const samples = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const [decode] = slot.decode([{
    samples, language, languages: [], expectedLanguage: null, otherLanguageOdds: 1, task: 'transcribe',
    prompt: none, earlier: none, prefix: none, draft: none,
    memory: null, rememberedSamples: 480000, audioContext: 0, padding: 'nothing', level: 'as-recorded', timestamps: false,
    latestFirstTimestampSeconds: 1, search: { kind: 'beam', beams: 1, patience: 1, lengthPenalty: null },
    suppressTokens: none, suppressAnnotations: false, measureNoSpeech: false, timeWords: false, maxTokens: %d,
    threads: 1,
  }]);
  const { tokens, text, avgLogProbability, truncated } = await decode;
  answers.push({ tokens: [...tokens], text, avgLogProbability, truncated });
}
console.log(JSON.stringify(answers));
slot.close();
model.close();
""" % MOST_TOKENS


def main(folders, options):
    failures = []
    clips = read_clips()
    english = [clip for clip in clips if clip["language"] == "en"]
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    with tempfile.TemporaryDirectory() as work:
        print(f"{'checkpoint':38} {'weights':>9} {'logits':>9} {'same text':>10} {'margin':>8} {'log prob.':>10}")
        for folder in map(Path, folders):
            for name, source, model, base in real_checkpoints(folder, Path(work)):
                heard = english if is_english(model) else clips
                failures += judge(name, source, model, heard, Path(work), base)
        for name, source, model in random_checkpoints(Path(folders[0]), Path(work)):
            failures += judge(name, source, model, clips[:2], Path(work), None)
        if "--large" in options:
            failures += judge_large(Path(folders[0]), Path(work))
    for failure in failures:
        print(failure)
    sys.exit(1 if failures else 0)


def judge(name, source, model, clips, work, base):
    """Imports a checkpoint and compares it with `model`, which holds its weights in float32."""
    command = ["node", "dist/cli/main.js", "import", source, "--models-dir", work / "models", "--json", "--force"]
    if base:
        command += ["--base", base]
    made = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    path = made["weights"]["path"]
    imported = ggml_weights(path)
    expected = {openai_name(key): value for key, value in model.state_dict().items() if openai_name(key)}
    if imported.keys() != expected.keys():
        return [f"{name}: other tensors: {sorted(imported.keys() ^ expected.keys())[:4]}"]
    weights = max(relative_difference(imported[key], expected[key]) for key in imported)

    heard = engine(path, clips, work)
    verdicts = [
        follow(model, spectrogram(model, clip["samples"]), clip["language"], answer)
        for clip, answer in zip(clips, heard)
    ]
    features = spectrogram(model, clips[0]["samples"])
    tokens = start_tokens(model, clips[0]["language"]) + heard[0]["tokens"][:TOKENS_COMPARED]
    before = logits(model, features, tokens)
    state = {key: imported[openai_name(key)] for key in model.state_dict() if openai_name(key)}
    shapes = {key: value.shape for key, value in model.state_dict().items()}
    model.load_state_dict({key: value.reshape(shapes[key]) for key, value in state.items()}, strict=False)
    model.tie_weights()
    logit = (logits(model, features, tokens) - before).abs().max().item()
    shutil.rmtree(made["folder"])

    same = sum(verdict["differs at"] is None for verdict in verdicts)
    margin = max(verdict["margin"] for verdict in verdicts)
    log_probability = max(
        abs(verdict["mean log probability"] - answer["avgLogProbability"]) for verdict, answer in zip(verdicts, heard)
    )
    print(
        f"{name:38} {weights:9.2e} {logit:9.2e} {same:5}/{len(clips):<4} {margin:8.4f} {log_probability:10.4f}",
        flush=True,
    )
    failures = []
    if weights > WEIGHT_TOLERANCE:
        failures.append(f"{name}: weights differ by {weights}")
    if logit > LOGIT_TOLERANCE:
        failures.append(f"{name}: logits differ by {logit}")
    if margin > MARGIN_TOLERANCE:
        told = [(clip["id"], verdict, answer["text"]) for clip, verdict, answer in zip(clips, verdicts, heard)]
        failures.append(f"{name}: other text: {told}")
    if log_probability > LOG_PROBABILITY_TOLERANCE:
        failures.append(f"{name}: log probabilities differ by {log_probability}")
    return failures


def judge_large(folder, work):
    config = WhisperConfig(
        vocab_size=51_866,
        d_model=1_280,
        encoder_layers=32,
        decoder_layers=4,
        encoder_attention_heads=20,
        decoder_attention_heads=20,
        encoder_ffn_dim=5_120,
        decoder_ffn_dim=5_120,
        num_mel_bins=128,
    )
    source = work / "large"
    source.mkdir()
    config.save_pretrained(source)
    shutil.copy(folder / "tokenizer.json", source)
    with torch.device("meta"):
        shapes = WhisperForConditionalGeneration(config).state_dict()
    del shapes["proj_out.weight"]
    parts, names = [{}], {}
    for key, value in shapes.items():
        if sum(each.nbytes for each in parts[-1].values()) > LARGE_PART_BYTES:
            save_part(source, parts, names)
            parts.append({})
        parts[-1][key] = torch.randn(value.shape).mul_(0.02).half()
    save_part(source, parts, names)
    (source / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": names}))

    start = time.monotonic()
    command = ["node", "dist/cli/main.js", "import", source, "--models-dir", work / "models"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds, megabytes = time.monotonic() - start, usage.ru_maxrss * 1_024 / 1e6
    print(f"random, shape of large-v3-turbo: imported in {seconds:.0f} s with {megabytes:.0f} MB of memory")
    failures = [] if status == 0 else ["the large import failed"]
    if megabytes > LARGE_MEGABYTES:
        failures.append(f"the large import took {megabytes} MB")
    return failures


def save_part(source, parts, names):
    name = f"model-{len(parts):05}.safetensors"
    save_file(parts[-1], source / name)
    names.update({key: name for key in parts[-1]})
    parts[-1].clear()


def real_checkpoints(folder, work):
    """Checkpoints of a faster-whisper folder's weights: name, path, the model in float32, base of an adapter."""
    stock = from_ctranslate2(folder)
    yield f"{folder.name}, float16", save(stock, work / "stock", folder, torch.float16), stock, None

    tuned = trained_further(from_ctranslate2(folder)).to(torch.bfloat16).float()
    source = save(tuned, work / "tuned", folder, torch.bfloat16, max_shard_size="30MB")
    yield f"{folder.name} tuned, bfloat16, {len(list(source.glob('*.safetensors')))} files", source, tuned, None

    tuned = trained_further(from_ctranslate2(folder))
    source = save(tuned, work / "plain", folder, torch.float32)
    weights = {key.removeprefix("model."): value for key, value in load_file(source / "model.safetensors").items()}
    save_file(weights, source / "model.safetensors")
    yield f"{folder.name} tuned, float32, WhisperModel", source, tuned, None

    base = save(from_ctranslate2(folder), work / "base", folder, torch.float16)
    config = LoraConfig(r=8, lora_alpha=32, target_modules=["q_proj", "v_proj", "fc1"])
    adapted = get_peft_model(from_ctranslate2(folder), config)
    generator = torch.Generator().manual_seed(7)
    for key, value in adapted.named_parameters():
        if "lora_B" in key:
            value.data.copy_(torch.randn(value.shape, generator=generator) * 0.002)
    adapted.save_pretrained(work / "adapter")
    merged = PeftModel.from_pretrained(from_ctranslate2(folder), work / "adapter").merge_and_unload()
    yield f"{folder.name} with a LoRA adapter", work / "adapter", merged, base


def random_checkpoints(folder, work):
    """Random weights in stock shapes; the tokenizer is that of `folder`."""
    shapes = {
        "random, shape of tiny": dict(
            vocab_size=51_865, d_model=384, heads=6, layers=4, num_mel_bins=80
        ),
        "random, width of large-v3, 2 layers": dict(
            vocab_size=51_866, d_model=1_280, heads=20, layers=2, num_mel_bins=128
        ),
    }
    for name, shape in shapes.items():
        torch.manual_seed(11)
        model = WhisperForConditionalGeneration(whisper_config(**shape)).half().float().eval()
        yield name, save(model, work / "random", folder, torch.float16), model


def whisper_config(vocab_size, d_model, heads, layers, num_mel_bins):
    return WhisperConfig(
        vocab_size=vocab_size,
        d_model=d_model,
        encoder_layers=layers,
        decoder_layers=layers,
        encoder_attention_heads=heads,
        decoder_attention_heads=heads,
        encoder_ffn_dim=4 * d_model,
        decoder_ffn_dim=4 * d_model,
        num_mel_bins=num_mel_bins,
    )


def save(model, target, folder, dtype, **options):
    """Writes a checkpoint as transformers does, with the files beside it, and leaves `model` as it is."""
    shutil.rmtree(target, ignore_errors=True)
    weights = {key: value.to(dtype) for key, value in model.state_dict().items() if key != "proj_out.weight"}
    model.save_pretrained(target, state_dict=weights, **options)
    shutil.copy(folder / "tokenizer.json", target)
    WhisperFeatureExtractor(feature_size=model.config.num_mel_bins).save_pretrained(target)
    (target / "optimizer.pt").write_bytes(b"left by training")
    return target


def trained_further(model):
    generator = torch.Generator().manual_seed(3)
    for value in model.parameters():
        value.data.mul_(1 + 0.01 * torch.randn(value.shape, generator=generator))
    return model


def from_ctranslate2(folder):
    variables, aliases = read_ctranslate2(folder / "model.bin")
    vocabulary, state = variables["decoder/embeddings/weight"].shape
    layers = len({key.split("/")[1] for key in variables if key.startswith("encoder/layer_")} - {"layer_norm"})
    mels = variables["encoder/conv1/weight"].shape[1]
    config = whisper_config(vocabulary, state, state // 64, layers, mels)
    model = WhisperForConditionalGeneration(config).eval()
    weights = {}
    for key, value in variables.items():
        for name, part in hugging_face_parts(key, value):
            weights[f"model.{name}"] = torch.from_numpy(np.ascontiguousarray(part).astype(np.float32))
    weights["proj_out.weight"] = weights["model.decoder.embed_tokens.weight"]
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert not missing and not unexpected, (missing, unexpected)
    stated = json.loads((folder / "config.json").read_text())
    model.generation_config.update(alignment_heads=stated["alignment_heads"])
    model.generation_config.suppress_tokens = stated["suppress_ids"]
    return model


def read_ctranslate2(path):
    data, position = path.read_bytes(), 0

    def take(form):
        nonlocal position
        values = struct.unpack_from(f"<{form}", data, position)
        position += struct.calcsize(f"<{form}")
        return values

    def text():
        (length,) = take("H")
        return take(f"{length}s")[0][:-1].decode()

    types = [np.float32, np.int8, np.int16, np.int32, np.float16]
    take("I"), text(), take("I")
    variables = {}
    for _ in range(take("I")[0]):
        name = text()
        shape = take(f"{take('B')[0]}I")
        dtype = types[take("B")[0]]
        (length,) = take("I")
        values = np.frombuffer(data, dtype, length // np.dtype(dtype).itemsize, position).reshape(shape)
        position += length
        if shape:
            variables[name] = values
    return variables, None


def hugging_face_parts(key, value):
    half, *path, ending = key.split("/")
    module = "/".join(path)
    ending = {"gamma": "weight", "beta": "bias", "encodings": "weight"}.get(ending, ending)
    layer = ""
    if path[0].startswith("layer_") and path[0] != "layer_norm":
        layer, module = f"layers.{path[0][6:]}.", "/".join(path[1:])
    names = {
        "embeddings": ["embed_tokens"],
        "position_encodings": ["embed_positions"],
        "self_attention/layer_norm": ["self_attn_layer_norm"],
        "self_attention/linear_0": ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
        "self_attention/linear_1": ["self_attn.out_proj"],
        "attention/layer_norm": ["encoder_attn_layer_norm"],
        "attention/linear_0": ["encoder_attn.q_proj"],
        "attention/linear_1": ["encoder_attn.k_proj", "encoder_attn.v_proj"],
        "attention/linear_2": ["encoder_attn.out_proj"],
        "ffn/layer_norm": ["final_layer_norm"],
        "ffn/linear_0": ["fc1"],
        "ffn/linear_1": ["fc2"],
    }.get(module, [module])
    for name, part in zip(names, np.split(value, len(names))):
        if not f"{name}.{ending}".endswith("k_proj.bias"):
            yield f"{half}.{layer}{name}.{ending}", part


def openai_name(key):
    """What a tensor of transformers' is called in a ggml file; None for the output, which is the embeddings."""
    if key == "proj_out.weight":
        return None
    name = key.removeprefix("model.").replace(".layers.", ".blocks.")
    for theirs, ours in [
        ("embed_positions.weight", "positional_embedding"),
        ("embed_tokens", "token_embedding"),
        ("self_attn_layer_norm", "attn_ln"),
        ("encoder_attn_layer_norm", "cross_attn_ln"),
        ("final_layer_norm", "mlp_ln"),
        ("encoder_attn.", "cross_attn."),
        ("self_attn.", "attn."),
        ("q_proj", "query"),
        ("k_proj", "key"),
        ("v_proj", "value"),
        ("out_proj", "out"),
        ("fc1", "mlp.0"),
        ("fc2", "mlp.2"),
        ("encoder.layer_norm", "encoder.ln_post"),
        ("decoder.layer_norm", "decoder.ln"),
    ]:
        name = name.replace(theirs, ours)
    return name


def ggml_weights(path):
    """The tensors of a file of whisper.cpp's in f16, in float32."""
    tensors = {}
    with open(path, "rb") as file:

        def integers(count):
            return struct.unpack(f"<{count}i", file.read(4 * count))

        integers(12)
        mels, bins = integers(2)
        file.seek(4 * mels * bins, 1)
        for _ in range(integers(1)[0]):
            file.seek(integers(1)[0], 1)
        while head := file.read(12):
            rank, length, kind = struct.unpack("<3i", head)
            shape = integers(rank)[::-1]
            name = file.read(length).decode()
            dtype = [np.float32, np.float16][kind]
            values = np.frombuffer(file.read(int(np.prod(shape)) * np.dtype(dtype).itemsize), dtype)
            tensors[name] = torch.from_numpy(values.astype(np.float32)).reshape(shape)
    return tensors


def relative_difference(found, expected):
    """Beside weights that 16 bits hold only in steps: those have 2^-25 at most."""
    difference = (found.reshape(expected.shape) - expected).abs()
    return ((difference - 2.0**-25).clamp(min=0) / expected.abs().clamp(min=1e-30)).max().item()


def read_clips():
    """The recordings of people in the repository."""
    rows = [line.split("\t") for line in (ROOT / "test/speech/manifest.tsv").read_text().splitlines()]
    names = rows[0]
    clips = []
    for row in rows[1:]:
        clip = dict(zip(names, row))
        samples, rate = soundfile.read(ROOT / f"test/speech/{clip['id']}.flac", dtype="float32")
        assert rate == SAMPLE_RATE_HZ
        clips.append({"id": clip["id"], "language": clip["language"], "samples": samples})
    return sorted(clips, key=lambda clip: clip["language"] != "en")


def spectrogram(model, samples):
    extractor = WhisperFeatureExtractor(feature_size=model.config.num_mel_bins)
    return extractor(samples, sampling_rate=SAMPLE_RATE_HZ, return_tensors="pt").input_features


def is_english(model):
    return model.config.vocab_size == 51_864


def languages():
    listed = json.loads(
        subprocess.run(
            [
                "node",
                "--input-type=module",
                "-e",
                "import { languagesOfVocabulary } from './dist/models/whisper/languages.js';"
                "console.log(JSON.stringify(languagesOfVocabulary(51866)))",
            ],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    )
    return {language: 50_259 + index for index, language in enumerate(listed)}


LANGUAGES = languages()


def start_tokens(model, language):
    """Start, language, transcribe, no timestamps."""
    if is_english(model):
        return [50_257, 50_362]
    count = model.config.vocab_size - 51_766
    return [50_258, LANGUAGES[language], 50_258 + count + 2, 50_258 + count + 6]


@torch.inference_mode()
def logits(model, features, tokens):
    return model(input_features=features, decoder_input_ids=torch.tensor([tokens])).logits[0]


@torch.inference_mode()
def follow(model, features, language, answer):
    """Whether greedy decoding by `model` gives these tokens: each has to be the likeliest behind those before it."""
    tokens = answer["tokens"]
    end = 50_256 if is_english(model) else 50_257
    start = start_tokens(model, language)
    rows = logits(model, features, start + tokens)[len(start) - 1 :].double()
    # No special tokens in the text, no space and no end before its first word.
    rows[:, end + 1 :] = -torch.inf
    rows[0, [220, end]] = -torch.inf
    # The engine cuts a text that repeats itself without end, and one that is too long.
    expected = torch.tensor(tokens + [end] if answer["truncated"] == "none" else tokens)
    rows = rows[: len(expected)]
    lost = rows.max(-1).values - rows.gather(1, expected[:, None])[:, 0]
    chosen = rows.log_softmax(-1).gather(1, expected[:, None])[:, 0]
    differences = lost.nonzero()
    return {
        "differs at": int(differences[0]) if len(differences) else None,
        "margin": float(lost.max()),
        # As the reference counts it: with the end of the text.
        "mean log probability": float(chosen.sum()) / (len(tokens) + 1),
    }


def engine(path, clips, work):
    arguments = []
    for clip in clips:
        file = work / f"{clip['id']}.f32"
        clip["samples"].tofile(file)
        arguments.append(f"{file}={clip['language']}")
    command = ["node", "--input-type=module", "-e", ENGINE, "--", path, *arguments]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


names = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
if not names:
    sys.exit(__doc__)
main(names, set(sys.argv[1:]) - set(names))
