"""Our requests to JSON bodies, one function a shape.  Only set fields are sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .. import languages
from ..errors import SettingsError
from ..languages import Language
from .requests import ChatRequest, EditRequest, FimRequest, Message, Snippet, Tool
from .templates import TEMPLATES, Template, family_of, render


def suffix_body(
    request: FimRequest, model: str, template: str | None
) -> dict[str, Any]:
    """`/completions` with `prompt` and `suffix`."""
    del template
    return _set(
        model=model,
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
    """`/v1/fim/completions`: refuses every field that it does not know."""
    del template
    return _set(
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
    """llama.cpp's `/infill`.  The current line's start goes into `prompt`.

    The server tokenises that part by itself, so the tokens before it stay the same
    while a line is typed, and its cache can be reused.
    """
    del template
    lines, newline, line = request.prefix.rpartition("\n")
    return _set(
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
    if family.file is None:
        snippets = as_comments(request.snippets, request.language)
        request = replace(request, prefix=snippets + request.prefix, snippets=())
    return _set(
        model=model,
        prompt=render(family, request),
        max_tokens=request.max_tokens,
        temperature=request.temperature,
        logprobs=1 if request.logprobs else None,
        stop=list(family.stops),
        stream=True,
        stream_options={"include_usage": True},
    )


def _family(template: str | None, model: str) -> Template:
    """The template of that name, else the one that the model's name points to.

    Raises SettingsError where neither names a family.
    """
    name = template or family_of(model)
    if name is None:
        raise SettingsError(
            f'The name of the model "{model}" does not tell its family; set the '
            "provider's template."
        )
    return TEMPLATES[name]


def chat_body(request: ChatRequest, model: str, *, thinking: bool) -> dict[str, Any]:
    """`/chat/completions`.  `thinking`: the endpoint knows the field of that name."""
    mode = "enabled" if request.thinking else "disabled"
    return _set(
        model=model or None,
        messages=[_message(message) for message in request.messages],
        max_tokens=request.max_tokens,
        tools=[_tool(tool) for tool in request.tools] or None,
        tool_choice=request.tool_choice,
        thinking={"type": mode} if thinking else None,
        temperature=request.temperature,
        stream=True,
        stream_options={"include_usage": True},
    )


def edit_body(request: EditRequest, model: str) -> dict[str, Any]:
    """The next edit: Mercury takes one chat message and does not stream."""
    if request.dialect == "mercury":
        return {
            "model": model,
            "messages": [{"role": "user", "content": request.prompt}],
            "max_tokens": request.max_tokens,
            "stream": False,
        }
    return _set(
        model=model,
        prompt=request.prompt,
        max_tokens=request.max_tokens,
        temperature=0,
        stop=list(request.stop) or None,
        stream=True,
        stream_options={"include_usage": True},
    )


def as_comments(snippets: tuple[Snippet, ...], language: str) -> str:
    """Snippets as comments of the language, each headed by its path.

    The text ends with a blank line.  A language without line comments gets a block
    comment for each snippet; a text that has no comments at all gets the bare lines.
    The same snippets give the same bytes, so that the provider's cache can hit.
    """
    facts = languages.language(language)
    return "".join(_as_comment(snippet, facts) for snippet in snippets)


def _as_comment(snippet: Snippet, facts: Language) -> str:
    lines = [snippet.path, *snippet.text.strip("\n").split("\n")]
    if mark := facts.line_comment:
        body = "\n".join(f"{mark} {line}".rstrip() for line in lines)
    elif block := facts.block_comment:
        opener, closer = block
        # A comment inside the snippet must not end the comment around it.
        inner = "\n".join(lines).replace(closer, f"{closer[0]} {closer[1:]}")
        body = f"{opener} {inner}\n{closer}"
    else:
        body = "\n".join(lines)
    return f"{body}\n\n"


def _message(message: Message) -> dict[str, Any]:
    """`content` is sent even where it is null; reasoning only beside tool calls."""
    calls = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for call in message.tool_calls
    ]
    return {
        "role": message.role,
        "content": message.content,
        **_set(
            tool_calls=calls or None,
            tool_call_id=message.tool_call_id,
            reasoning_content=message.reasoning if calls else None,
        ),
    }


def _tool(tool: Tool) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": dict(tool.parameters),
        },
    }


def _set(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
