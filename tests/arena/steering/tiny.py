"""A model of the llama architecture with random weights, which loads in an instant."""

from pathlib import Path

import numpy as np
from gguf import GGUFWriter, TokenType

BLOCKS, WIDTH, INNER, HEADS, SHARED = 4, 64, 96, 4, 2
TEMPLATE = "{% for message in messages %}{{ message['content'] }}\n{% endfor %}"


def letters() -> list[str]:
    """The characters that stand for the 256 bytes in vocabularies of GPT-2's kind."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return [chr(byte if byte in plain else next(others)) for byte in range(256)]


def write(path: Path, architecture: str = "llama", seed: int = 0) -> Path:
    """Write the model."""
    rng = np.random.default_rng(seed)
    writer = GGUFWriter(path, architecture)
    for add, value in (
        (writer.add_block_count, BLOCKS),
        (writer.add_context_length, 4096),
        (writer.add_embedding_length, WIDTH),
        (writer.add_feed_forward_length, INNER),
        (writer.add_head_count, HEADS),
        (writer.add_head_count_kv, SHARED),
        (writer.add_rope_dimension_count, WIDTH // HEADS),
        (writer.add_eos_token_id, 256),
        (writer.add_bos_token_id, 256),
    ):
        add(value)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10_000.0)
    writer.add_add_bos_token(value=False)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    every = [*letters(), "<|end|>", letters()[ord("i")] + letters()[ord("n")]]
    writer.add_token_list(every)
    writer.add_token_types([*[TokenType.NORMAL] * 256, TokenType.CONTROL, TokenType.NORMAL])
    writer.add_token_merges(["i n"])
    writer.add_chat_template(TEMPLATE)

    def matrix(name: str, *shape: int) -> None:
        drawn = rng.standard_normal(shape) / np.sqrt(shape[-1])
        writer.add_tensor(f"{name}.weight", drawn.astype(np.float32))

    matrix("token_embd", len(every), WIDTH)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    for block in range(BLOCKS):
        for part in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{block}.{part}.weight", np.ones(WIDTH, np.float32))
        for part, rows in (("q", WIDTH), ("k", WIDTH * SHARED // HEADS), ("v", WIDTH // 2)):
            matrix(f"blk.{block}.attn_{part}", rows, WIDTH)
        matrix(f"blk.{block}.attn_output", WIDTH, WIDTH)
        matrix(f"blk.{block}.ffn_gate", INNER, WIDTH)
        matrix(f"blk.{block}.ffn_up", INNER, WIDTH)
        matrix(f"blk.{block}.ffn_down", WIDTH, INNER)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
