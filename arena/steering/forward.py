"""`Llama`: the forward pass of a model of the llama architecture, in numpy, from its GGUF file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from games import BadInput

Array = NDArray[np.float32]

ARCHITECTURE: Final = "llama"
_BLOCKED: Final = ("expert_count", "rope.scaling.type", "rope.scaling.factor")
"""Keys of models whose forward pass has parts that this one lacks."""


@dataclass(frozen=True)
class Sizes:
    """Sizes of a model.

    Args:
        blocks: number of blocks.
        width: length of a state.
        inner: neurons of a feed-forward layer.
        heads: heads of the queries.
        shared_heads: heads of the keys and values.
        base: base of the rotary frequencies.
        epsilon: added to the mean square where states are normalised.
    """

    blocks: int
    width: int
    inner: int
    heads: int
    shared_heads: int
    base: float
    epsilon: float

    @classmethod
    def of(cls, reader: Any, path: Path) -> Self:  # noqa: ANN401 - gguf is not typed throughout
        """The sizes that a file states.

        Raises:
            BadInput: the model is of another architecture, or has parts that are not known here.
        """
        architecture = _stated(reader, "general.architecture")
        if architecture != ARCHITECTURE:
            raise BadInput(
                f"model file {path} has the architecture {architecture!r}: vectors can be made for "
                f"{ARCHITECTURE!r} alone"
            )
        for key in _BLOCKED:
            if _stated(reader, f"llama.{key}") not in {None, 0, 1.0, "none"}:
                raise BadInput(f"model file {path} has llama.{key}, which is not supported")
        heads = int(_stated(reader, "llama.attention.head_count"))
        return cls(
            int(_stated(reader, "llama.block_count")),
            int(_stated(reader, "llama.embedding_length")),
            int(_stated(reader, "llama.feed_forward_length")),
            heads,
            int(_stated(reader, "llama.attention.head_count_kv") or heads),
            float(_stated(reader, "llama.rope.freq_base") or 10_000.0),
            float(_stated(reader, "llama.attention.layer_norm_rms_epsilon")),
        )


def _stated(reader: Any, key: str) -> Any:  # noqa: ANN401 - any value
    field = reader.get_field(key)
    return None if field is None else field.contents()


class Llama:
    """A model with its weights in memory, in single precision.

    Args:
        path: a GGUF file.

    Raises:
        BadInput: see `Sizes.of`.
    """

    def __init__(self, path: Path) -> None:
        from gguf import GGUFReader, dequantize  # noqa: PLC0415 - it takes seconds

        reader = GGUFReader(path)
        self.sizes = Sizes.of(reader, path)
        self._weights: dict[str, Array] = {
            tensor.name: np.asarray(dequantize(tensor.data, tensor.tensor_type), np.float32)
            for tensor in reader.tensors
        }

    def states(self, texts: Sequence[Sequence[int]]) -> Array:
        """State of the last token after each block.

        Args:
            texts: token ids of each text, which may differ in length.

        Returns:
            An array of texts, blocks and width.
        """
        longest = max(map(len, texts))
        ids = np.array([[*text, *[0] * (longest - len(text))] for text in texts])
        last = np.array([len(text) - 1 for text in texts])
        state = self._weights["token_embd.weight"][ids]
        rows, kept = np.arange(len(texts)), []
        turns = self._turns(longest)
        for block in range(self.sizes.blocks):
            state = state + self._attention(block, state, turns)
            state = state + self._feed_forward(block, state)
            kept.append(state[rows, last])
        return np.stack(kept, axis=1)

    def log_probabilities(self, text: Sequence[int]) -> Array:
        """Log probability of each token of the vocabulary behind a text."""
        state = self._normalised(self.states([text])[0, -1], "output_norm.weight")
        output = self._weights.get("output.weight", self._weights["token_embd.weight"])
        logits = output @ state
        logits -= logits.max()
        return np.asarray(logits - np.log(np.exp(logits).sum()), np.float32)

    def _normalised(self, state: Array, name: str) -> Array:
        square = np.mean(state**2, axis=-1, keepdims=True)
        return np.asarray(
            state / np.sqrt(square + self.sizes.epsilon) * self._weights[name], np.float32
        )

    def _project(self, state: Array, name: str) -> Array:
        projected = state @ self._weights[f"{name}.weight"].T
        bias = self._weights.get(f"{name}.bias")
        return np.asarray(projected if bias is None else projected + bias, np.float32)

    def _turns(self, length: int) -> tuple[Array, Array]:
        """Cosine and sine of the rotary angles, by position and pair."""
        half = self.sizes.width // self.sizes.heads // 2
        pairs = self.sizes.base ** (-np.arange(half) / half)
        angles = np.outer(np.arange(length), pairs)[:, None, :]
        return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)

    def _attention(self, block: int, state: Array, turns: tuple[Array, Array]) -> Array:
        texts, length, _ = state.shape
        heads, shared = self.sizes.heads, self.sizes.shared_heads
        size = self.sizes.width // heads
        seen = self._normalised(state, f"blk.{block}.attn_norm.weight")
        split = {
            part: self._project(seen, f"blk.{block}.attn_{part}").reshape(texts, length, -1, size)
            for part in "qkv"
        }
        query, key = _turned(split["q"], turns), _turned(split["k"], turns)
        query = query.reshape(texts, length, shared, heads // shared, size)
        scores = np.einsum("bqgrd,bkgd->bgrqk", query, key, optimize=True) / np.sqrt(size)
        scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = np.einsum("bgrqk,bkgd->bqgrd", scores, split["v"], optimize=True)
        return self._project(
            mixed.reshape(texts, length, -1).astype(np.float32), f"blk.{block}.attn_output"
        )

    def _feed_forward(self, block: int, state: Array) -> Array:
        seen = self._normalised(state, f"blk.{block}.ffn_norm.weight")
        gate = self._project(seen, f"blk.{block}.ffn_gate")
        inner = gate / (1 + np.exp(-gate)) * self._project(seen, f"blk.{block}.ffn_up")
        return self._project(inner, f"blk.{block}.ffn_down")


def _turned(states: Array, turns: tuple[Array, Array]) -> Array:
    """Queries or keys with each pair of neighbours turned by the angle of its position."""
    cosine, sine = turns
    even, odd = states[..., 0::2], states[..., 1::2]
    turned = np.stack([even * cosine - odd * sine, even * sine + odd * cosine], axis=-1)
    return np.asarray(turned.reshape(states.shape), np.float32)
