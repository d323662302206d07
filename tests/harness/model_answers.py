"""What models write, and the responses in which servers send it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from .http_server import Call, Response


def filling(suffix: str) -> str:
    """What a model writes that reads the text after the cursor."""
    found = re.search(r'== "(\w+)"', suffix)
    return found[1] if found else ""


def guessing(_suffix: str) -> str:
    """What a model writes that does not read it."""
    return 'test_name"\n    assert name'


_FORMS = (
    r"<\|fim_prefix\|>.*<\|fim_suffix\|>(?P<suffix>.*)<\|fim_middle\|>",
    r"<PRE> .* <SUF>(?P<suffix>.*) <MID>",
    r"\[SUFFIX\](?P<suffix>.*)\[PREFIX\].*",
    r"<\[fim-suffix\]>(?P<suffix>.*)<\[fim-prefix\]>.*<\[fim-middle\]>",
)


def by_template(prompt: str) -> str:
    """What a model writes that knows the templates of some families."""
    for form in _FORMS:
        if match := re.fullmatch(form, prompt, re.DOTALL):
            return filling(match["suffix"])
    return guessing("")


def models(*ids: str, owner: str = "someone", **headers: str) -> Response:
    data = [{"id": name, "object": "model", "owned_by": owner} for name in ids]
    return Response({"object": "list", "data": data}, headers=headers)


def events(values: Sequence[Any]) -> Response:
    lines = [f"data: {json.dumps(value)}\n\n" for value in values]
    return Response("".join([*lines, "data: [DONE]\n\n"]), kind="text/event-stream")


def completion(text: str, model: str = "m") -> Response:
    """A stream of `/v1/completions`."""
    middle = len(text) // 2
    usage = {"prompt_tokens": 30, "completion_tokens": 9}
    return events(
        [
            *(
                {"model": model, "choices": [{"text": part, "finish_reason": None}]}
                for part in (text[:middle], text[middle:])
            ),
            {"choices": [{"text": "", "finish_reason": "stop"}], "usage": usage},
        ]
    )


def chat(text: str) -> Response:
    return events(
        [
            {"choices": [{"delta": {"content": text}, "finish_reason": None}]},
            {"choices": [{"delta": {}, "finish_reason": "stop"}]},
        ]
    )


def chats(call: Call) -> Response:
    """A chat model that does what it is asked."""
    text = call.body["messages"][-1]["content"]
    return chat(f"```python\n{filling(text)}\n```")


def error(status: int, message: str, **more: Any) -> Response:
    return Response({"error": {"message": message, "code": status, **more}}, status)


def not_found(call: Call) -> Response:
    return error(404, f"File Not Found: {call.path}")


def page(status: int = 200) -> Response:
    return Response("<!DOCTYPE html><html>Log in</html>", status, "text/html")
