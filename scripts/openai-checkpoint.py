"""Writes the weights of a ggml file as a checkpoint such as OpenAI's own, with Python's pickler and zip writer:

    python3 scripts/openai-checkpoint.py MODEL.bin OUT.pt

PyTorch is not needed: torch.save hands tensors to the same pickler, by the names of two functions and a class, and
stores their bytes in the same archive. An import of OUT.pt in f16 has to give MODEL.bin again, byte for byte, where
that is in f16: scripts/judge-openai-import.mjs compares them.
"""

import pickle
import struct
import sys
import types
import zipfile
from collections import OrderedDict

SIZES = ("n_vocab", "n_audio_ctx", "n_audio_state", "n_audio_head", "n_audio_layer", "n_text_ctx", "n_text_state",
         "n_text_head", "n_text_layer", "n_mels")


def module(name, *functions):
    """A module that pickles refer to, with things that pickle by name."""
    made = types.ModuleType(name)
    for each in functions:
        thing = type(each, (), {"__module__": name}) if each.endswith("Storage") else lambda *_: None
        thing.__module__, thing.__name__, thing.__qualname__ = name, each, each
        setattr(made, each, thing)
    sys.modules[name] = made
    return made


TORCH = module("torch", "FloatStorage", "HalfStorage")
TORCH._utils = module("torch._utils", "_rebuild_tensor_v2")


class Tensor:
    def __init__(self, shape, storage_class, data):
        self.shape, self.storage_class, self.data = shape, storage_class, data

    def __reduce_ex__(self, _protocol):
        strides = []
        for length in reversed(self.shape):
            strides.insert(0, strides[0] * self.shape[len(self.shape) - len(strides)] if strides else 1)
        return (TORCH._utils._rebuild_tensor_v2,
                (Storage(self), 0, self.shape, tuple(strides), False, OrderedDict()))


class Storage:
    def __init__(self, tensor):
        self.tensor = tensor


class Pickler(pickle.Pickler):
    def __init__(self, file, storages):
        super().__init__(file, protocol=2)
        self.storages = storages

    def persistent_id(self, value):
        if not isinstance(value, Storage):
            return None
        self.storages.append(value.tensor.data)
        storage_class = value.tensor.storage_class
        size = 2 if storage_class is TORCH.HalfStorage else 4
        return ("storage", storage_class, str(len(self.storages) - 1), "cpu", len(value.tensor.data) // size)


def read_ggml(path):
    with open(path, "rb") as file:
        def integers(count):
            return struct.unpack(f"<{count}i", file.read(4 * count))

        assert integers(1)[0] == 0x67676D6C, "no ggml file"
        sizes = dict(zip(SIZES, integers(len(SIZES))))
        integers(1)
        bands, bins = integers(2)
        file.read(4 * bands * bins)
        for _ in range(integers(1)[0]):
            file.read(integers(1)[0])
        tensors = OrderedDict()
        while head := file.read(12):
            rank, name_length, kind = struct.unpack("<3i", head)
            shape = tuple(reversed(integers(rank)))
            name = file.read(name_length).decode()
            count = 1
            for length in shape:
                count *= length
            assert kind in (0, 1), f"{name} is neither f32 nor f16"
            if name.startswith("encoder.conv") and name.endswith(".bias"):
                shape = shape[:1]
            storage_class = TORCH.HalfStorage if kind == 1 else TORCH.FloatStorage
            tensors[name] = Tensor(shape, storage_class, file.read(count * (2 if kind == 1 else 4)))
        return sizes, tensors


def write_checkpoint(path, sizes, tensors):
    storages = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        with archive.open("checkpoint/data.pkl", "w") as file:
            # PyTorch hangs the versions of a module's parts to its dictionary of tensors.
            tensors._metadata = OrderedDict([("", {"version": 1})])
            Pickler(file, storages).dump({"dims": sizes, "model_state_dict": tensors})
        archive.writestr("checkpoint/byteorder", "little")
        for index, data in enumerate(storages):
            # As PyTorch does for archives of more than 4 GB.
            with archive.open(f"checkpoint/data/{index}", "w", force_zip64=True) as file:
                file.write(data)
        archive.writestr("checkpoint/version", "3\n")


if __name__ == "__main__":
    write_checkpoint(sys.argv[2], *read_ggml(sys.argv[1]))
