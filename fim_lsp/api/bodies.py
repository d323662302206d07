"""Turns requests to fill in the middle into JSON: a function for each shape of body.

Fields without a value are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..errors import SettingsError
from .requests import FimRequest
from .snippet_comments import as_comments
from .templates import TEMPLATES, Template, family_of, render

# The mark for the place of the cursor in a prompt to a chat model.
_HOLE = "<FILL_HERE>"
# The system prompt for a chat model that is to fill in the middle.
_FILL = f"""\
You complete code where the cursor is, which the mark {_HOLE} stands for.
Answer with exactly one fenced code block.
It holds the text that belongs in place of {_HOLE} and nothing else: no text from \
before or after the mark, no explanation, no comment about the task.
Keep it short, and go on exactly where the text before the mark ends."""
# Tokens of the fence around a chat model's answer.
_FENCE_TOKENS = 32

# How long Ollama keeps a model loaded after a request.
_KEEP_ALIVE = "30m"
# The smallest context that Ollama is asked to reserve, in tokens.
_CONTEXT = 4096
# The largest context that Ollama is asked to reserve, in tokens.
_LARGEST_CONTEXT = 32_768
# The fewest characters of code that one token stands for.
_CHARS_PER_TOKEN = 2.5


def suffix_body(
    request: FimRequest, model: str, template: str | None
) -> dict[str, Any]:
    """`/completions` with `prompt` and `suffix`."""
    del template
    return without_none(
        model=model or None,
        prompt=as_comments(request.snippets, request.language) + request.prefix,
        suffix=request.suffix or None,
        max_tokens=request.max_tokens,
        temperature=request.temperature,
        logprobs=1 if request.logprobs else None,
        stream=True,
        stream_options={"include_usage": True},
    )


def mistral_body(
    request: FimRequest, model: str, template: str | None
) -> dict[str, Any]:
    """`/v1/fim/completions`, which refuses all fields that it does not know."""
    del template
    return without_none(
        model=model,
        prompt=as_comments(request.snippets, request.language) + request.prefix,
        suffix=request.suffix or None,
        max_tokens=request.max_tokens,
        temperature=request.temperature,
        stream=True,
    )


def infill_body(
    request: FimRequest, model: str, template: str | None
) -> dict[str, Any]:
    """llama.cpp's `/infill`.  `prompt` is the line before the cursor.

    The server tokenises `prompt` separately.  So the tokens of the lines above stay the
    same while a line is typed, and the server can reuse its cache.
    """
    del template
    lines, newline, line = request.prefix.rpartition("\n")
    return without_none(
        model=model or None,
        input_prefix=lines + newline,
        input_suffix=request.suffix,
        input_extra=[
            {"filename": snippet.path, "text": snippet.text}
            for snippet in request.snippets
        ],
        prompt=line,
        n_predict=request.max_tokens,
        temperature=request.temperature,
        n_probs=1 if request.logprobs else None,
        cache_prompt=True,
        stream=True,
    )


def template_body(
    request: FimRequest, model: str, template: str | None
) -> dict[str, Any]:
    """`/completions` with the model family's own FIM tokens in the prompt."""
    family = _family(template, model)
    return without_none(
        model=model or None,
        prompt=_written_in(family, request),
        max_tokens=request.max_tokens,
        temperature=request.temperature,
        logprobs=1 if request.logprobs else None,
        stop=list(family.stops),
        stream=True,
        stream_options={"include_usage": True},
    )


def ollama_body(
    request: FimRequest, model: str, template: str | None
) -> dict[str, Any]:
    """Ollama's `/api/generate`, with `suffix` or with the family's own FIM tokens."""
    family = TEMPLATES[template] if template else None
    commented = as_comments(request.snippets, request.language) + request.prefix
    prompt = _written_in(family, request) if family else commented
    longest = (len(prompt) + len(request.suffix)) / _CHARS_PER_TOKEN
    return without_none(
        model=model,
        prompt=prompt,
        suffix=None if family else request.suffix or None,
        raw=True if family else None,
        keep_alive=_KEEP_ALIVE,
        options=without_none(
            num_ctx=_context_size(longest + request.max_tokens),
            num_predict=request.max_tokens,
            temperature=request.temperature,
            stop=list(family.stops) if family else None,
        ),
        stream=True,
    )


def tabby_body(request: FimRequest, model: str, template: str | None) -> dict[str, Any]:
    """Tabby's `/v1/completions`; the server has one model and knows its template."""
    del model, template
    snippets = as_comments(request.snippets, request.language)
    return without_none(
        language=request.language or None,
        segments=without_none(
            prefix=snippets + request.prefix,
            suffix=request.suffix or None,
            filepath=request.path or None,
        ),
        temperature=request.temperature,
    )


def prefix_body(
    request: FimRequest, model: str, template: str | None
) -> dict[str, Any]:
    """`/completions` without the text after the cursor, for one line of answer."""
    del template
    return without_none(
        model=model or None,
        prompt=as_comments(request.snippets, request.language) + request.prefix,
        max_tokens=request.max_tokens,
        temperature=request.temperature,
        stop=["\n"],
        stream=True,
        stream_options={"include_usage": True},
    )


def chat_fim_body(
    request: FimRequest, model: str, template: str | None
) -> dict[str, Any]:
    """`/chat/completions` that asks a chat model to fill in the middle."""
    del template
    mark = _HOLE.replace("<", "< ", 1)
    prefix, suffix = (
        text.replace(_HOLE, mark) for text in (request.prefix, request.suffix)
    )
    snippets = as_comments(request.snippets, request.language)
    document = f"{snippets}{prefix}{_HOLE}{suffix}"
    named = f"This is {request.path}" if request.path else "This is a file"
    return without_none(
        model=model or None,
        messages=[
            {"role": "system", "content": _FILL},
            {"role": "user", "content": f"{named}:\n\n{document}"},
        ],
        max_tokens=request.max_tokens + _FENCE_TOKENS,
        temperature=request.temperature,
        stream=True,
        stream_options={"include_usage": True},
    )


def _written_in(family: Template, request: FimRequest) -> str:
    """The prompt with a family's own FIM tokens.

    Snippets are written as files if the family has a form for that, else as comments.
    """
    if family.file is None:
        snippets = as_comments(request.snippets, request.language)
        request = replace(request, prefix=snippets + request.prefix, snippets=())
    return render(family, request)


def _context_size(tokens: float) -> int:
    """The context that Ollama is asked to reserve for a request, in tokens.

    Ollama loads the model again for another size.  So the size is a power of two, which
    seldom changes while the user types.
    """
    size = _CONTEXT
    while size < min(tokens, _LARGEST_CONTEXT):
        size *= 2
    return size


def _family(template: str | None, model: str) -> Template:
    """The template called `template`, else that of the family in the model's name.

    Raises SettingsError if the model's name does not tell its family.
    """
    name = template or family_of(model)
    if name is None:
        raise SettingsError(
            f'The name of the model "{model}" does not tell its family; set the '
            "provider's template."
        )
    return TEMPLATES[name]


def merged(body: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """`body` with the user's own fields: tables are merged, lists are joined."""
    whole = dict(body)
    for name, value in more.items():
        before = whole.get(name)
        if isinstance(before, dict) and isinstance(value, Mapping):
            whole[name] = merged(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            whole[name] = [*before, *value]
        else:
            whole[name] = value
    return whole


def has_stop(more: Mapping[str, Any]) -> bool:
    """Whether the user's own fields set texts at which an answer ends."""
    options = more.get("options")  # Ollama's table of options
    inner = options.get("stop") if isinstance(options, Mapping) else None
    return bool(more.get("stop") or inner)


def without_none(**fields: Any) -> dict[str, Any]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}
