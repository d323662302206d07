"""How each model family writes a prompt, for endpoints without a field for the suffix.

The token for the beginning of a sequence is not part of a prompt, as the endpoint adds
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .requests import FimRequest
from .special_tokens import SPECIAL_TOKENS


@dataclass(frozen=True, slots=True)
class Template:
    """How one model family writes a prompt; the strings are for `str.format`.

    form: the prompt, with `{prefix}` and `{suffix}`.
    markers: the family's special tokens; an answer ends before the first of them.
    file: how another file is written before `form`, with `{path}` and `{text}`.  None
        if the family has no such form, so that snippets are sent as comments.
    this_file: the text between the other files and `form`, with `{path}`.
    """

    form: str
    markers: tuple[str, ...]
    file: str | None = None
    this_file: str = ""

    @property
    def stops(self) -> tuple[str, ...]:
        return self.markers


_PIPED = "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>"

TEMPLATES: Mapping[str, Template] = {
    "qwen": Template(
        _PIPED,
        SPECIAL_TOKENS["qwen"],
        file="<|file_sep|>{path}\n{text}\n",
        this_file="<|file_sep|>{path}\n",
    ),
    "starcoder": Template(
        "<fim_prefix>{prefix}<fim_suffix>{suffix}<fim_middle>",
        SPECIAL_TOKENS["starcoder"],
        file="<file_sep>{path}\n{text}\n",
        this_file="<file_sep>",
    ),
    "granite": Template(_PIPED, SPECIAL_TOKENS["granite"]),
    "codellama": Template(
        "<PRE> {prefix} <SUF>{suffix} <MID>", SPECIAL_TOKENS["codellama"]
    ),
    "deepseek": Template(
        "<｜fim▁begin｜>{prefix}<｜fim▁hole｜>{suffix}<｜fim▁end｜>",
        SPECIAL_TOKENS["deepseek"],
    ),
    "codestral": Template(
        "[SUFFIX]{suffix}[PREFIX]{prefix}", SPECIAL_TOKENS["codestral"]
    ),
    "codegemma": Template(
        _PIPED,
        SPECIAL_TOKENS["codegemma"],
        file="{path}\n{text}\n<|file_separator|>",
    ),
    "seed-coder": Template(
        "<[fim-suffix]>{suffix}<[fim-prefix]>{prefix}<[fim-middle]>",
        SPECIAL_TOKENS["seed-coder"],
    ),
    "glm": Template(
        "<|code_prefix|>{prefix}<|code_suffix|>{suffix}<|code_middle|>",
        SPECIAL_TOKENS["glm"],
    ),
}

# Parts of a model's name, most telling first, with the family that each part means.
# GLM 5 is left out because it has no FIM tokens.
_FAMILIES = (
    ("seed-coder", "seed-coder"),
    ("seedcoder", "seed-coder"),
    ("zeta-2", "seed-coder"),
    ("zeta2", "seed-coder"),
    ("glm-4", "glm"),
    ("glm4", "glm"),
    ("codestral", "codestral"),
    ("codegemma", "codegemma"),
    ("codellama", "codellama"),
    ("code-llama", "codellama"),
    ("starcoder", "starcoder"),
    ("stable-code", "starcoder"),
    # Granite Code, which is older than Granite 3.
    ("granite-code", "starcoder"),
    ("granite-3b-code", "starcoder"),
    ("granite-8b-code", "starcoder"),
    ("granite-20b-code", "starcoder"),
    ("granite-34b-code", "starcoder"),
    ("granite", "granite"),
    ("deepseek", "deepseek"),
    ("qwen", "qwen"),
)


def family_of(model: str) -> str | None:
    """The family in a model's name, as a key of `TEMPLATES`; None if it has none."""
    name = model.lower()
    return next((family for part, family in _FAMILIES if part in name), None)


def render(template: Template, request: FimRequest) -> str:
    """The prompt of a request; without `template.file` the snippets are left out."""

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
    """`text` with a space in each special token, so that the model reads it as text.

    A user's file may contain such tokens, for instance in code about models.
    """
    for marker in template.markers:
        text = text.replace(marker, f"{marker[0]} {marker[1:]}")
    return text
