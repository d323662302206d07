"""Endpoints that `connect` knows neither by name nor by their answers."""

from __future__ import annotations

import json
import re

from .http_server import Call, Respond, Response
from .model_answers import chat, chats, completion, error, filling, models, not_found

_CODE = re.compile(r"<fim_prefix>.*<fim_suffix>(?P<suffix>.*)<fim_middle>", re.DOTALL)


def gateway(*offered: str, reads: str) -> Respond:
    """A gateway to several models, of which `reads` alone reads a suffix."""

    def respond(call: Call) -> Response:
        match call.path:
            case "/v1/models":
                return models(*offered)
            case "/v1/completions" if call.body["model"] == reads:
                return completion(filling(call.body.get("suffix", "")))
            case "/v1/completions":
                return completion("None  # todo\n")
            case "/v1/chat/completions":
                return chat("Hello! How can I help you today?")
        return not_found(call)

    return respond


def with_key_in(header: str, key: str, words: str, status: int = 401) -> Respond:
    """A service that takes its key in a header of its own."""

    def respond(call: Call) -> Response:
        if call.headers.get(header) != key:
            return error(status, words)
        match call.path:
            case "/v1/models":
                return models("fast-coder-2")
            case "/v1/completions":
                return completion(filling(call.body.get("suffix", "")))
        return not_found(call)

    return respond


def unversioned(*, lists: bool = True, fim: bool = True) -> Respond:
    """A service below `/api` whose paths have no version."""

    def respond(call: Call) -> Response:
        match call.path:
            case "/api/models" if lists:
                return models("mistralai/codestral-2508")
            case "/api/fim/completions" if fim:
                return completion(filling(call.body.get("suffix", "")))
            case "/api/chat/completions":
                return chats(call)
        return not_found(call)

    return respond


def many_models() -> Respond:
    """400 models, of which one completes, by the tokens of its family alone."""
    ids = [f"vendor{number % 17}/model-{number}-chat" for number in range(398)]
    coder = "vendor9/Granite-8B-Code-Base"

    def respond(call: Call) -> Response:
        match call.path:
            case "/v1/models":
                return models(*ids, "vendor3/text-embed-code-9", coder)
            case "/v1/completions" if call.body.get("suffix"):
                return error(400, "extra fields not permitted: suffix")
            case "/v1/completions":
                match = _CODE.fullmatch(call.body["prompt"])
                return completion(filling(match["suffix"]) if match else "x")
        return not_found(call)

    return respond


def renamed_model() -> Respond:
    """A server that drops the suffix, with a model whose name misleads."""

    def respond(call: Call) -> Response:
        match call.path:
            case "/v1/models":
                return models("qwen-house-tune")
            case "/v1/completions":
                match = _CODE.fullmatch(call.body["prompt"])
                return completion(filling(match["suffix"]) if match else "x")
        return not_found(call)

    return respond


def errors_that_say_ok() -> Respond:
    """A service that reports its errors under the status 200."""

    def respond(call: Call) -> Response:
        match call.path:
            case "/v1/models":
                return Response({"code": 0, "data": [{"id": "ernie-code-1"}]})
            case "/v1/completions":
                words = "the suffix parameter is not allowed for this model"
                return Response({"error_code": 336003, "error_msg": words})
            case "/v1/chat/completions":
                return chats(call)
        return Response({"error_code": 3, "error_msg": "Unsupported openapi method"})

    return respond


def unlisted() -> Respond:
    """A service that does not list its models, and wants the name of one."""

    def respond(call: Call) -> Response:
        if call.path != "/v1/completions":
            return not_found(call)
        if not call.body.get("model"):
            complaint = {"loc": ["body", "model"], "msg": "field required"}
            return Response({"detail": [complaint]}, 422)
        return completion(filling(call.body.get("suffix", "")))

    return respond


def refusing(refusal: Response) -> Respond:
    """A service whose list of models is open to all, and nothing else is."""
    return lambda call: models("p-coder") if call.path == "/v1/models" else refusal


def thinking() -> Respond:
    """A model that thinks aloud before it answers anything."""

    def respond(call: Call) -> Response:
        thoughts = "<think>\nLet me think about what the user wants here"
        match call.path:
            case "/v1/models":
                return models("deep-coder", "plain-coder")
            case "/v1/completions":
                return completion(thoughts)
            case "/v1/chat/completions":
                return chat(thoughts)
        return not_found(call)

    return respond


def repeating() -> Respond:
    """A server that repeats the prompt in front of the answer."""

    def respond(call: Call) -> Response:
        match call.path:
            case "/v1/models":
                return Response(["echo-coder"])
            case "/v1/completions":
                answer = filling(call.body.get("suffix", ""))
                return completion(call.body["prompt"] + answer)
        return not_found(call)

    return respond


def always_streaming() -> Respond:
    """Streams whatever is asked for, with comments and the line ends of Windows."""

    def respond(call: Call) -> Response:
        match call.path:
            case "/v1/models":
                return models("tiny-coder")
            case "/v1/completions":
                text = filling(call.body.get("suffix", ""))
                events = "".join(
                    f"data: {json.dumps({'choices': [{'text': part}]})}\r\n\r\n"
                    for part in (text[:3], text[3:])
                )
                stream = f": ping\r\n\r\n{events}data: [DONE]\r\n\r\n"
                return Response(stream, kind="text/event-stream")
        return not_found(call)

    return respond


def other_web_service() -> Respond:
    """A service that has nothing to do with models."""
    return lambda _call: Response({"message": "Not Found", "reason": None}, 404)
