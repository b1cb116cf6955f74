"""Files for the engine: a model with one constant neuron more, and directions as its adapters.

The engine takes low-rank adapters per request, and no control vectors. So the feed-forward layer of
each block gets one neuron whose activation is always 1 and whose weights to the state are 0: the
model is unchanged. A rank-1 adapter on these weights then adds its direction to the state, times
the scale of the request.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np

from arena.steering.forward import ARCHITECTURE, Array, Sizes

_GATE: Final = 10.0
"""Input of the gate of the constant neuron; any number far from 0 would do."""
_INNER: Final = "llama.feed_forward_length"
_LEAST = 32
"""Neurons added at least; the others are nought."""


def widened(model: Path, target: Path) -> tuple[int, int]:
    """Write a model with a constant neuron in each block.

    Weights keep their quantisation: bytes of nought are numbers of nought in all of its types.

    Returns:
        The place of the constant neuron, and the number of neurons with it.

    Raises:
        BadInput: the model is of another architecture.
    """
    from gguf import GGML_QUANT_SIZES, GGUFReader, GGUFWriter  # noqa: PLC0415 - it takes seconds

    reader = GGUFReader(model)
    sizes = Sizes.of(reader, model)
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    parts = [t for name, t in tensors.items() if ".ffn_" in name and name.endswith(".weight")]
    added = max(_LEAST, *(GGML_QUANT_SIZES[tensor.tensor_type][0] for tensor in parts))
    writer = GGUFWriter(target, ARCHITECTURE)
    _copy_keys(reader, writer, inner=sizes.inner + added)
    for name, tensor in tensors.items():
        if name.endswith((".ffn_gate.bias", ".ffn_up.bias")):
            continue
        data = np.asarray(tensor.data)
        if name.endswith((".ffn_gate.weight", ".ffn_up.weight")):
            data = np.concatenate([data, np.zeros((added, data.shape[1]), data.dtype)])
        elif name.endswith(".ffn_down.weight"):
            data = np.pad(data, ((0, 0), (0, data.shape[1] * added // sizes.inner)))
        writer.add_tensor(name, data, raw_dtype=tensor.tensor_type)
    for block in range(sizes.blocks):
        for part, value in (("gate", _GATE), ("up", (1 + np.exp(-_GATE)) / _GATE)):
            known = tensors.get(f"blk.{block}.ffn_{part}.bias")
            bias = np.zeros(sizes.inner + added, np.float32)
            if known is not None:
                bias[: sizes.inner] = known.data
            bias[sizes.inner] = value
            writer.add_tensor(f"blk.{block}.ffn_{part}.bias", bias)
    _write(writer)
    return sizes.inner, sizes.inner + added


def biased(model: Path, target: Path, direction: Array, scale: float, blocks: range) -> None:
    """Write a model whose feed-forward layers add a direction: the oracle of the adapters."""
    from gguf import GGUFReader, GGUFWriter  # noqa: PLC0415 - it takes seconds

    reader, writer = GGUFReader(model), GGUFWriter(target, ARCHITECTURE)
    _copy_keys(reader, writer)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, np.asarray(tensor.data), raw_dtype=tensor.tensor_type)
    for block in blocks:
        writer.add_tensor(f"blk.{block}.ffn_down.bias", direction[block] * np.float32(scale))
    _write(writer)


def adapter(target: Path, direction: Array, blocks: range, inner: int, neuron: int) -> None:
    """Write a direction as an adapter of a widened model.

    Args:
        target: the file.
        direction: an array of blocks and width.
        blocks: in which it is added to the state.
        inner: neurons of a feed-forward layer of the widened model.
        neuron: place of the constant neuron.
    """
    from gguf import GGUFWriter  # noqa: PLC0415 - it takes seconds

    writer = GGUFWriter(target, ARCHITECTURE)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 1.0)
    constant = np.zeros((1, inner), np.float32)
    constant[0, neuron] = 1
    for block in blocks:
        writer.add_tensor(f"blk.{block}.ffn_down.weight.lora_a", constant)
        writer.add_tensor(
            f"blk.{block}.ffn_down.weight.lora_b", np.ascontiguousarray(direction[block][:, None])
        )
    _write(writer)


def control_vector(target: Path, direction: Array, blocks: range) -> None:
    """Write a direction in the format of control vectors, for other programs.

    Source: the program cvector-generator of llama.cpp.
    """
    from gguf import GGUFWriter  # noqa: PLC0415 - it takes seconds

    writer = GGUFWriter(target, "controlvector")
    writer.add_string("controlvector.model_hint", ARCHITECTURE)
    writer.add_uint32("controlvector.layer_count", len(blocks))
    for block in blocks:
        writer.add_tensor(f"direction.{block}", np.ascontiguousarray(direction[block]))
    _write(writer)


def _copy_keys(reader: Any, writer: Any, inner: int | None = None) -> None:  # noqa: ANN401 - not typed
    """Copy what a file says of its model, with another number of neurons if one is given."""
    from gguf import GGUFValueType  # noqa: PLC0415 - it takes seconds

    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":  # the writer adds them
            continue
        kind = field.types[0]
        inside = field.types[-1] if kind == GGUFValueType.ARRAY else None
        stated = inner if inner and name == _INNER else field.contents()
        writer.add_key_value(name, stated, kind, sub_type=inside)


def _write(writer: Any) -> None:  # noqa: ANN401 - gguf is not typed throughout
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
