"""Model families and their FIM tokens, for endpoints that have no `suffix` field.

The endpoint adds the beginning-of-sequence token itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .requests import FimRequest


@dataclass(frozen=True, slots=True)
class Template:
    """How a family writes a prompt; the strings are forms for `str.format`.

    `form` holds `{prefix}` and `{suffix}`, in the family's order.  `file` is one
    other file (`{path}`, `{text}`), written before everything else; None where the
    family knows no form and comments are used.  `this_file` (`{path}`) stands
    between the other files and `form`, if there are other files.
    """

    form: str
    markers: tuple[str, ...]
    file: str | None = None
    this_file: str = ""

    @property
    def stops(self) -> tuple[str, ...]:
        return self.markers


_QWEN_MARKERS = (
    "<|fim_prefix|>",
    "<|fim_suffix|>",
    "<|fim_middle|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
)
_STARCODER_MARKERS = (
    "<fim_prefix>",
    "<fim_suffix>",
    "<fim_middle>",
    "<fim_pad>",
    "<repo_name>",
    "<file_sep>",
    "<|endoftext|>",
)
_DEEPSEEK_MARKERS = (
    "<｜fim▁begin｜>",
    "<｜fim▁hole｜>",
    "<｜fim▁end｜>",
    "<｜end▁of▁sentence｜>",
)
_GEMMA_MARKERS = (
    "<|fim_prefix|>",
    "<|fim_suffix|>",
    "<|fim_middle|>",
    "<|file_separator|>",
    "<end_of_turn>",
    "<eos>",
)
_GRANITE_MARKERS = (
    "<|fim_prefix|>",
    "<|fim_suffix|>",
    "<|fim_middle|>",
    "<|end_of_text|>",
)
_CODELLAMA_MARKERS = ("<PRE>", "<SUF>", "<MID>", "<EOT>")
_CODESTRAL_MARKERS = ("[SUFFIX]", "[PREFIX]")
_PIPED = "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>"

TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        "qwen": Template(
            _PIPED,
            _QWEN_MARKERS,
            file="<|file_sep|>{path}\n{text}\n",
            this_file="<|file_sep|>{path}\n",
        ),
        "starcoder": Template(
            "<fim_prefix>{prefix}<fim_suffix>{suffix}<fim_middle>",
            _STARCODER_MARKERS,
            file="<file_sep>{path}\n{text}\n",
            this_file="<file_sep>",
        ),
        "granite": Template(_PIPED, _GRANITE_MARKERS),
        "codellama": Template("<PRE> {prefix} <SUF>{suffix} <MID>", _CODELLAMA_MARKERS),
        "deepseek": Template(
            "<｜fim▁begin｜>{prefix}<｜fim▁hole｜>{suffix}<｜fim▁end｜>",
            _DEEPSEEK_MARKERS,
        ),
        "codestral": Template("[SUFFIX]{suffix}[PREFIX]{prefix}", _CODESTRAL_MARKERS),
        "codegemma": Template(
            _PIPED,
            _GEMMA_MARKERS,
            file="{path}\n{text}\n<|file_separator|>",
        ),
    }
)

# Parts of a model's name, most telling first; the first that occurs decides.
_FAMILIES = (
    ("codestral", "codestral"),
    ("codegemma", "codegemma"),
    ("codellama", "codellama"),
    ("code-llama", "codellama"),
    ("starcoder", "starcoder"),
    ("stable-code", "starcoder"),
    ("granite", "granite"),
    ("deepseek", "deepseek"),
    ("qwen", "qwen"),
)


def family_of(model: str) -> str | None:
    """The family that a model's name tells, or None."""
    name = model.lower()
    return next((family for part, family in _FAMILIES if part in name), None)


def render(template: Template, request: FimRequest) -> str:
    """The prompt.  Snippets are left out where the family has no form for them."""

    def clean(text: str) -> str:
        return neutral(template, text)

    files = ""
    if template.file is not None and request.snippets:
        for snippet in request.snippets:
            files += template.file.format(
                path=clean(snippet.path), text=clean(snippet.text.rstrip("\n"))
            )
        files += template.this_file.format(path=clean(request.path))
    return files + template.form.format(
        prefix=clean(request.prefix), suffix=clean(request.suffix)
    )


def neutral(template: Template, text: str) -> str:
    """`text` with a space inside each marker, so that a file about them is text."""
    for marker in template.markers:
        text = text.replace(marker, f"{marker[0]} {marker[1:]}")
    return text
