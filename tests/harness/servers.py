"""Model servers as `connect` may meet them: each answers as the real one does.

with running(ollama()) as server:  # server.url, server.seen
"""

from __future__ import annotations

import json
from dataclasses import replace

from .http_server import Call, Respond, Response
from .model_answers import (
    by_template,
    chat,
    chats,
    completion,
    error,
    events,
    filling,
    guessing,
    models,
    not_found,
    page,
)

GO_404 = "404 page not found"


def llama_cpp(*, fim: bool = True, model: str = "qwen2.5-coder.gguf") -> Respond:
    def respond(call: Call) -> Response:
        match call.path:
            case "/v1/models" | "/models":
                answer = models(model, owner="llamacpp")
                return Response(answer.body, headers={"server": "llama.cpp"})
            case "/infill" if not fim:
                words = "Infill is not supported by this model: prefix token is missing"
                return error(501, words, type="not_supported_error")
            case "/infill":
                text = filling(call.body["input_suffix"])
                end = {"content": "", "stop": True, "stop_type": "eos"}
                return events([{"content": text, "stop": False}, end])
            case "/v1/completions":
                return completion(by_template(call.body["prompt"]))
            case "/v1/chat/completions":
                return chat("I can help you with that.")
        return not_found(call)

    return respond


def ollama(*, insert: bool = True, model: str = "qwen2.5-coder:7b") -> Respond:
    def respond(call: Call) -> Response:
        if call.path == "/v1/models":
            return models(model, owner="library")
        if call.path == "/v1/chat/completions":
            return chats(call)
        if call.path not in ("/api/generate", "/v1/completions"):
            return Response(GO_404, 404, "text/plain")
        return _ollama_refusal(call, model, insert) or _ollama_answer(call)

    return respond


def _ollama_refusal(call: Call, model: str, insert: bool) -> Response | None:
    if call.body.get("model") != model:
        words = f'model "{call.body.get("model")}" not found, try pulling it first'
        return Response({"error": words}, 404)
    if call.body.get("suffix") and not insert:
        words = f"registry.ollama.ai/library/{model} does not support insert"
        if call.path == "/api/generate":
            return Response({"error": words}, 400)
        return error(400, words, type="api_error")
    return None


def _ollama_answer(call: Call) -> Response:
    text = filling(call.body.get("suffix", ""))
    if call.path == "/v1/completions":
        return completion(text)
    if call.body.get("raw"):
        text = by_template(call.body["prompt"])
    end = {"response": "", "done": True, "done_reason": "stop", "eval_count": 9}
    lines = [{"response": text, "done": False}, end]
    ndjson = "".join(json.dumps(line) + "\n" for line in lines)
    return Response(ndjson, kind="application/x-ndjson")


def vllm(model: str = "Qwen/Qwen2.5-Coder-7B") -> Respond:
    def respond(call: Call) -> Response:
        match call.path:
            case "/v1/models":
                return models(model, owner="vllm")
            case "/v1/completions" if call.body.get("suffix"):
                words = "suffix is not currently supported"
                return error(400, words, type="BadRequestError")
            case "/v1/completions":
                return completion(by_template(call.body["prompt"]))
            case "/v1/chat/completions":
                return chats(call)
        return Response({"detail": "Not Found"}, 404)

    return respond


def lm_studio(model: str = "qwen2.5-coder-7b-instruct") -> Respond:
    def respond(call: Call) -> Response:
        match call.path:
            case "/v1/models":
                return models(model, owner="organization_owner")
            case "/v1/completions":
                return completion(by_template(call.body["prompt"]))
            case "/v1/chat/completions":
                return chats(call)
        words = f"Unexpected endpoint or method. ({call.method} {call.path})"
        return Response({"error": words})

    return respond


def tgi(model: str = "codellama/CodeLlama-7b-hf") -> Respond:
    """Appends the suffix to whatever the model has written."""

    def respond(call: Call) -> Response:
        match call.path:
            case "/v1/models":
                return models(model, owner=model)
            case "/v1/completions":
                text = by_template(call.body["prompt"])
                return completion(text + call.body.get("suffix", ""))
        return Response("", 404, "text/plain")

    return respond


def litellm(*, passes: bool, model: str = "codestral") -> Respond:
    """A gateway with a key of its own; what it fronts may never see the suffix.

    It names itself in the headers of completions alone, and its answer to who has no
    key is an error of its own, as LiteLLM 1.108 does without a database.
    """
    named = {"x-litellm-version": "1.108.7"}

    def respond(call: Call) -> Response:
        key = call.headers.get("authorization")
        if key is None:
            return Response("Internal Server Error", 500, "text/plain")
        if key != "Bearer sk-gateway":
            return error(400, "No connected db.")
        match call.path:
            case "/v1/models" | "/models":
                return models(model, owner="openai")
            case "/v1/completions":
                reads = filling if passes else guessing
                answer = completion(reads(call.body.get("suffix", "")))
                return replace(answer, headers=named)
            case "/v1/chat/completions":
                return replace(chats(call), headers=named)
        return Response({"detail": "Not Found"}, 404)

    return respond


def docker_model_runner(model: str = "ai/qwen2.5-coder:7B-Q4_K_M") -> Respond:
    def respond(call: Call) -> Response:
        match call.path:
            case "/models":
                return Response([{"id": "sha256:0a1b", "tags": [model], "created": 1}])
            case "/engines/v1/models":
                return models(model, owner="docker")
            case "/engines/v1/completions" if call.body.get("suffix"):
                return error(500, "Unsupported param: suffix")
            case "/engines/v1/completions":
                return completion(by_template(call.body["prompt"]))
        return Response("not found", 404, "text/plain")

    return respond


def tabby() -> Respond:
    def respond(call: Call) -> Response:
        if call.path == "/v1/completions":
            segments = call.body.get("segments")
            if not segments:
                return Response(
                    "empty prompt from completion request", 400, "text/plain"
                )
            choice = {"index": 0, "text": filling(segments["suffix"])}
            return Response({"id": "cmpl-1", "choices": [choice]})
        return page(404)

    return respond


def deepseek(key: str = "sk-deep") -> Respond:
    def respond(call: Call) -> Response:
        if call.headers.get("authorization") != f"Bearer {key}":
            return error(401, "Authentication Fails, Your api key is invalid")
        match call.path:
            case "/models":
                return models("deepseek-flash", "deepseek-v4-pro", owner="deepseek")
            case "/beta/completions":
                return completion(filling(call.body["suffix"]), "deepseek-flash")
            case "/chat/completions":
                return chats(call)
        return Response("", 404, "text/plain")

    return respond


def mistral(key: str, *, lists: bool = True) -> Respond:
    """Mistral's own host, and Codestral's, which does not list its models."""

    def respond(call: Call) -> Response:
        if call.headers.get("authorization") != f"Bearer {key}":
            return Response({"message": "Unauthorized", "request_id": "1"}, 401)
        match call.path:
            case "/v1/models" if lists:
                return models("mistral-small", "codestral-latest", owner="mistralai")
            case "/v1/fim/completions":
                unknown = call.body.keys() & {"stream_options", "logprobs"}
                if unknown or not call.body.get("model"):
                    return Response({"detail": [{"loc": ["body"], "msg": "no"}]}, 422)
                message = {"content": filling(call.body["suffix"])}
                choice = {"message": message, "finish_reason": "stop"}
                return Response({"choices": [choice]})
            case "/v1/chat/completions":
                return chats(call)
        return Response({"message": "no Route matched with those values"}, 404)

    return respond


def siliconflow(count: int = 400) -> Respond:
    """Many models of every kind; one that completes code is among them."""

    def respond(call: Call) -> Response:
        ids = [f"org/chat-model-{number}" for number in range(count - 2)]
        match call.path:
            case "/v1/models":
                return models(*ids, "BAAI/bge-code", "Qwen/Qwen2.5-Coder-7B", owner="")
            case "/v1/completions" if call.body["model"] == "Qwen/Qwen2.5-Coder-7B":
                return completion(filling(call.body.get("suffix", "")))
            case "/v1/chat/completions":
                return chats(call)
        return Response({"code": 20012, "message": "Model does not exist."}, 400)

    return respond


def inception() -> Respond:
    def respond(call: Call) -> Response:
        match call.path:
            case "/v1/models":
                return models("mercury-2", "mercury-coder", owner="Inception")
            case "/v1/fim/completions":
                return completion(filling(call.body["suffix"]))
        return Response({"detail": "Not Found"}, 404)

    return respond


def chat_only(model: str = "gpt-large") -> Respond:
    def respond(call: Call) -> Response:
        match call.path:
            case "/v1/models":
                return models(model)
            case "/v1/chat/completions":
                return chats(call)
        return Response({"error": {"message": "Unknown request URL"}}, 404)

    return respond


def talkative(model: str = "llama3-instruct") -> Respond:
    """An instruct model behind `/v1/completions` that talks instead of filling in."""

    def respond(call: Call) -> Response:
        words = "Sure, here is the code that you asked for: the name is set."
        match call.path:
            case "/v1/models":
                return models(model)
            case "/v1/completions":
                return completion(words)
            case "/v1/chat/completions":
                return chat(words)
        return Response({"detail": "Not Found"}, 404)

    return respond


def portal() -> Respond:
    """A network that sends everybody to its login page first."""
    target = {"location": "https://login.hotel.example/start?next=x&token=secret"}
    return lambda _call: Response("", 302, "text/html", target)


def hanging_from(number: int) -> Respond:
    """Answers in vain until the call of that number, which hangs like all later."""
    respond = vllm()

    def respond_once(call: Call) -> Response | None:
        if call.path == "/v1/models":
            return models("nameless")
        return None if call.number >= number else respond(call)

    return respond_once


def ever_changing() -> Respond:
    """Answers each call in another way."""
    answers = (
        models("fickle-coder"),
        error(500, "boom"),
        Response("not even JSON", kind="text/plain"),
        completion(""),
        Response({"unexpected": [1]}),
        completion("Sorry, but as a model I cannot do that."),
    )
    return lambda call: answers[(call.number - 1) % len(answers)]
