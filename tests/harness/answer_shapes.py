"""How each kind of endpoint shapes an answer: JSON in one piece, or events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .model_script import Script, Seen


class TextShape:
    """`/completions`: `choices[0].text`."""

    object = "text_completion"

    def chunk(self, fields: Mapping[str, Any], finish: str | None) -> dict[str, Any]:
        choice = {"index": 0, "text": fields.get("content") or "", "logprobs": None}
        return self._around([choice | {"finish_reason": finish}])

    def end(self, text: str, script: Script, seen: Seen) -> list[bytes]:
        events = [event(self.chunk({}, script.finish))]
        usage = script.usage(text, seen)
        if (seen.body.get("stream_options") or {}).get("include_usage"):
            events.append(event(self._around([]) | {"usage": usage}))
        return [*events, b"data: [DONE]\n\n"]

    def whole(
        self, text: str, _message: Mapping[str, Any], script: Script, seen: Seen
    ) -> dict[str, Any]:
        body = self.chunk({"content": text}, script.finish)
        return body | {"usage": script.usage(text, seen)}

    def _around(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": "fake-1",
            "object": self.object,
            "created": 1700000000,
            "model": "fake",
            "system_fingerprint": "fp_fake",
            "choices": choices,
        }


class ChatShape(TextShape):
    """`/chat/completions`, and Mistral's FIM: `choices[0].delta` or `.message`."""

    object = "chat.completion.chunk"

    def chunk(self, fields: Mapping[str, Any], finish: str | None) -> dict[str, Any]:
        choice = {"index": 0, "delta": dict(fields), "logprobs": None}
        return self._around([choice | {"finish_reason": finish}])

    def whole(
        self, text: str, message: Mapping[str, Any], script: Script, seen: Seen
    ) -> dict[str, Any]:
        said: dict[str, Any] = {"role": "assistant", "content": text or None}
        if script.reasoning:
            said["reasoning_content"] = script.reasoning
        choice = {"index": 0, "message": said | dict(message), "logprobs": None}
        body = self._around([choice | {"finish_reason": script.finish}])
        body["object"] = "chat.completion"
        return body | {"usage": script.usage(text, seen)}


class InfillShape(TextShape):
    """llama.cpp's `/infill`: no end mark but `stop: true`."""

    def chunk(self, fields: Mapping[str, Any], finish: str | None) -> dict[str, Any]:
        return {
            "index": 0,
            "content": fields.get("content") or "",
            "stop": finish is not None,
        }

    def end(self, text: str, script: Script, seen: Seen) -> list[bytes]:
        return [
            event(self.whole("", {}, script, seen) | {"tokens_predicted": len(text)})
        ]

    def whole(
        self, text: str, _message: Mapping[str, Any], script: Script, seen: Seen
    ) -> dict[str, Any]:
        usage = script.usage(text, seen)
        return {
            "index": 0,
            "content": text,
            "stop": True,
            "stop_type": "limit" if script.finish == "length" else "eos",
            "tokens_predicted": usage["completion_tokens"],
            "tokens_evaluated": usage["prompt_tokens"],
            "timings": {"cache_n": usage["prompt_cache_hit_tokens"]},
        }


def shape_of(seen: Seen) -> TextShape:
    if seen.path.endswith(
        ("/chat/completions", "/fim/completions", "/edit/completions")
    ):
        return ChatShape()
    return InfillShape() if seen.path.endswith("/infill") else TextShape()


def event(value: Mapping[str, Any]) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"
