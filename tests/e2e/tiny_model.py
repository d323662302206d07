"""A real llama.cpp server with a model of 0.7 MB that says nothing sensible.

    python -m tests.e2e.tiny_model [--without-fim] [--key KEY]

prints its URL on one line, writes its log to standard error, and ends when its
standard input does.  The model is random but always the same, so that answers at
temperature 0 are too.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import gguf
import numpy as np
import xllamacpp

LAYERS, WIDTH, HEADS, HIDDEN, CONTEXT = 2, 64, 4, 128, 8192

FIM_TOKENS = {
    "fim_pre": "<|fim_prefix|>",
    "fim_suf": "<|fim_suffix|>",
    "fim_mid": "<|fim_middle|>",
    "fim_pad": "<|fim_pad|>",
    "fim_rep": "<|repo_name|>",
    "fim_sep": "<|file_sep|>",
}
CHAT_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
MERGES = ("Ġ Ġ", "ĠĠ ĠĠ", "r e", "i n", "d e", "de f")
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def write_model(path: Path, *, fim: bool) -> None:
    """Writes the model; without `fim` it has no tokens to fill in the middle."""
    special = (*CHAT_TOKENS, *(FIM_TOKENS.values() if fim else ()))
    pieces = [*_byte_pieces(), *(merge.replace(" ", "") for merge in MERGES)]
    tokens = [*pieces, *special]
    kinds = [gguf.TokenType.NORMAL] * len(pieces)
    kinds += [gguf.TokenType.CONTROL] * len(special)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(MERGES)
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_add_bos_token(value=False)
    writer.add_chat_template(CHAT_TEMPLATE)
    if fim:
        for name, token in FIM_TOKENS.items():
            key = f"tokenizer.ggml.{name}_token_id"
            writer.add_uint32(key, tokens.index(token))
    _add_weights(writer, len(tokens))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def serve(model: Path, key: str | None) -> xllamacpp.Server:
    """A running server; `n_batch` below the context keeps `input_extra` whole."""
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.n_ctx = CONTEXT
    params.n_batch = 512
    params.n_parallel = 2
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.warmup = False
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = 1
    if key is not None:
        params.api_keys = [key]
    return xllamacpp.Server(params)


def _byte_pieces() -> list[str]:
    """The 256 characters that stand for bytes in a GPT-2 vocabulary, in its order."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return [chr(byte) for byte in shown] + [chr(256 + at) for at in range(len(hidden))]


def _add_weights(writer: gguf.GGUFWriter, vocabulary: int) -> None:
    random = np.random.default_rng(7)

    def add(name: str, *shape: int) -> None:
        weights = random.standard_normal(shape, dtype=np.float32) * 0.1
        writer.add_tensor(f"{name}.weight", weights)

    def add_norm(name: str) -> None:
        writer.add_tensor(f"{name}.weight", np.ones(WIDTH, dtype=np.float32))

    add("token_embd", vocabulary, WIDTH)
    add_norm("output_norm")
    add("output", vocabulary, WIDTH)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        add_norm(f"{block}.attn_norm")
        add_norm(f"{block}.ffn_norm")
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"{block}.{part}", WIDTH, WIDTH)
        add(f"{block}.ffn_gate", HIDDEN, WIDTH)
        add(f"{block}.ffn_up", HIDDEN, WIDTH)
        add(f"{block}.ffn_down", WIDTH, HIDDEN)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--without-fim", action="store_true")
    parser.add_argument("--key")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder, "tiny.gguf")
        write_model(model, fim=not options.without_fim)
        server = serve(model, options.key)
        sys.stdout.write(f"{server.listening_address}\n")
        sys.stdout.flush()
        sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
