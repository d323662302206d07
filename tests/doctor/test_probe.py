"""`connect` against servers that behave as the real ones: what it finds, and how."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from fim_lsp.api.calls import StreamLimits
from tests.cli.conftest import Run
from tests.harness import servers as fake
from tests.harness.http_server import Call, Respond, Response, greeting, running
from tests.harness.model_answers import completion, error, filling, models, page

QWEN = "qwen"


@dataclass(frozen=True)
class Found:
    """What `connect` said, and how many requests the server saw."""

    data: dict[str, Any]
    exit_code: int
    seen: list[Call]

    @property
    def chosen(self) -> tuple[str, str | None] | None:
        chosen = self.data["chosen"]
        return chosen and (chosen["dialect"], chosen["template"])

    @property
    def verdicts(self) -> list[tuple[str, str]]:
        return [(each["dialect"], each["verdict"]) for each in self.data["attempts"]]

    @property
    def provider(self) -> dict[str, Any]:
        (provider,) = self.data["settings"]["providers"].values()
        return dict(provider)


def connect(fim_lsp: Run, respond: Respond, *options: str, path: str = "") -> Found:
    with running(respond) as server:
        result = fim_lsp("connect", f"{server.url}{path}", "--json", *options)
        data = json.loads(result.stdout)
    assert data["calls"] == len(server.seen) <= 6
    assert result.exit_code == (0 if data["chosen"] else 1)
    return Found(data, result.exit_code, server.seen)


@pytest.mark.parametrize(
    ("respond", "server", "chosen", "verdicts"),
    [
        (
            fake.llama_cpp(),
            "llama.cpp",
            ("infill", None),
            [("infill", "reads-suffix"), ("chat", "prose")],
        ),
        (
            fake.llama_cpp(fim=False),
            "llama.cpp",
            ("openai-template", QWEN),
            [
                ("infill", "refuses-suffix"),
                ("openai-suffix", "ignores-suffix"),
                ("openai-template", "reads-suffix"),
                ("chat", "prose"),
            ],
        ),
        (
            fake.ollama(),
            "Ollama",
            ("ollama", None),
            [("ollama", "reads-suffix"), ("chat", "reads-suffix")],
        ),
        (
            fake.ollama(insert=False),
            "Ollama",
            ("ollama", QWEN),
            [
                ("ollama", "refuses-suffix"),
                ("ollama", "reads-suffix"),
                ("chat", "reads-suffix"),
            ],
        ),
        (
            fake.ollama(insert=False, model="llama3:8b"),
            "Ollama",
            ("chat", None),
            [
                ("ollama", "refuses-suffix"),
                ("openai-suffix", "refuses-suffix"),
                ("openai-template", "empty"),
                ("openai-template", "empty"),
                ("chat", "reads-suffix"),
            ],
        ),
        (
            fake.vllm(),
            "vLLM",
            ("openai-template", QWEN),
            [
                ("openai-suffix", "refuses-suffix"),
                ("openai-template", "reads-suffix"),
                ("chat", "reads-suffix"),
            ],
        ),
        (
            fake.lm_studio(),
            "LM Studio",
            ("openai-template", QWEN),
            [
                ("openai-suffix", "ignores-suffix"),
                ("openai-template", "reads-suffix"),
                ("chat", "reads-suffix"),
            ],
        ),
        (
            fake.tgi(),
            "Text Generation Inference",
            ("openai-template", "codellama"),
            [
                ("openai-suffix", "glues-suffix"),
                ("openai-template", "reads-suffix"),
                ("chat", "error"),
            ],
        ),
        (
            fake.docker_model_runner(),
            "Docker Model Runner",
            ("openai-template", QWEN),
            [
                ("openai-suffix", "refuses-suffix"),
                ("openai-template", "reads-suffix"),
                ("chat", "error"),
            ],
        ),
        (
            fake.tabby(),
            "Tabby",
            ("tabby", None),
            [
                ("openai-suffix", "error"),
                ("tabby", "reads-suffix"),
                ("chat", "error"),
            ],
        ),
        (
            fake.siliconflow(),
            None,
            ("openai-suffix", None),
            [("openai-suffix", "reads-suffix"), ("chat", "reads-suffix")],
        ),
        (
            fake.inception(),
            "Inception",
            ("mistral-fim", None),
            [("mistral-fim", "reads-suffix"), ("chat", "error")],
        ),
        (
            fake.chat_only(),
            None,
            ("chat", None),
            [
                ("openai-suffix", "error"),
                ("mistral-fim", "error"),
                ("infill", "error"),
                ("ollama", "error"),
                ("chat", "reads-suffix"),
            ],
        ),
        (
            fake.talkative(),
            None,
            None,
            [
                ("openai-suffix", "prose"),
                ("infill", "error"),
                ("ollama", "error"),
                ("openai-template", "prose"),
                ("chat", "prose"),
            ],
        ),
    ],
)
def test_each_server_is_asked_in_its_own_way(
    respond: Respond,
    server: str | None,
    chosen: tuple[str, str | None] | None,
    verdicts: list[tuple[str, str]],
    fim_lsp: Run,
) -> None:
    found = connect(fim_lsp, respond)
    assert found.data["server"] == server
    assert found.verdicts == verdicts
    assert found.chosen == chosen


def test_a_name_that_tells_no_family_has_the_common_templates_tried(
    fim_lsp: Run,
) -> None:
    found = connect(fim_lsp, fake.vllm("served-as-default"))
    assert found.chosen == ("openai-template", QWEN)
    assert found.provider["template"] == QWEN


def test_the_settings_are_those_that_were_proved(fim_lsp: Run) -> None:
    found = connect(fim_lsp, fake.ollama(insert=False))
    assert found.data["settings"]["completion"] == {"provider": "localhost"}
    assert found.provider == {
        "baseUrl": found.data["url"],
        "dialect": "ollama",
        "model": "qwen2.5-coder:7b",
        "template": "qwen",
    }
    proof = next(call for call in found.seen if call.body and call.body.get("raw"))
    assert proof.path == "/api/generate"


def test_docker_model_runner_is_found_behind_its_engines(fim_lsp: Run) -> None:
    found = connect(fim_lsp, fake.docker_model_runner())
    assert found.provider["baseUrl"] == f"{found.data['url']}/engines"
    assert found.provider["model"] == "ai/qwen2.5-coder:7B-Q4_K_M"


@pytest.mark.parametrize("passes", [True, False])
def test_a_gateway_may_drop_the_suffix_in_silence(
    passes: bool, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_KEY", "sk-gateway")
    respond = fake.litellm(passes=passes, model="codestral" if passes else "some-coder")
    found = connect(fim_lsp, respond, "--key-env", "GATEWAY_KEY")
    assert found.data["server"] == "LiteLLM"
    verdict = "reads-suffix" if passes else "ignores-suffix"
    assert found.verdicts[0] == ("openai-suffix", verdict)
    assert found.chosen == ("openai-suffix" if passes else "chat", None)
    assert found.provider["apiKeyEnv"] == "GATEWAY_KEY"
    assert "sk-gateway" not in json.dumps(found.data)


def test_a_gateway_that_hides_its_wish_for_a_key_behind_an_error(fim_lsp: Run) -> None:
    found = connect(fim_lsp, fake.litellm(passes=True))
    assert found.chosen is None
    assert "--key-env" in found.data["advice"]


def test_a_gateway_that_hides_its_refusal_of_a_key_in_other_words(
    fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_KEY", "sk-wrong")
    found = connect(fim_lsp, fake.litellm(passes=True), "--key-env", "GATEWAY_KEY")
    assert found.verdicts == [("models", "key-refused")]
    assert "refuses the key from GATEWAY_KEY" in found.data["advice"]


def test_deepseek_is_known_wherever_it_is(
    fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEP", "sk-deep")
    found = connect(fim_lsp, fake.deepseek(), "--key-env", "DEEP")
    assert found.data["server"] == "DeepSeek"
    assert found.chosen == ("openai-suffix", None)
    assert found.provider["baseUrl"] == f"{found.data['url']}/beta"
    assert found.data["chat"] is True
    assert [call.path for call in found.seen] == [
        "/v1/models",
        "/models",
        "/beta/completions",
        "/chat/completions",
    ]
    assert " USD" in found.data["advice"]


@pytest.mark.parametrize("path", ["/v1", "/beta", "/beta/completions", "/models"])
def test_deepseek_is_found_by_each_of_its_addresses(
    path: str, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEP", "sk-deep")
    found = connect(fim_lsp, fake.deepseek(), "--key-env", "DEEP", path=path)
    assert found.chosen == ("openai-suffix", None)
    assert found.provider["baseUrl"].endswith("/beta")


def test_a_server_that_glues_and_lists_no_models_has_templates_tried(
    fim_lsp: Run,
) -> None:
    gluing = fake.tgi()

    def respond(call: Call) -> Response | None:
        is_list = call.path.endswith("/models")
        return Response("", 404, "text/plain") if is_list else gluing(call)

    found = connect(fim_lsp, respond)
    assert found.data["server"] == "Text Generation Inference"
    assert found.chosen == ("openai-template", QWEN)


@pytest.mark.parametrize("lists", [True, False])
def test_mistrals_hosts_are_asked_by_their_own_call(
    lists: bool, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "right")
    respond = fake.mistral("right", lists=lists)
    found = connect(fim_lsp, respond, "--key-env", "MISTRAL_API_KEY")
    assert found.chosen == ("mistral-fim", None)
    assert found.provider["model"] == "codestral-latest"


def test_a_key_for_mistrals_other_host_is_explained(
    fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "for-the-other")
    respond = fake.mistral("right", lists=False)
    found = connect(fim_lsp, respond, "--key-env", "MISTRAL_API_KEY")
    assert found.verdicts == [("models", "key-refused")]
    assert found.data["calls"] == 1
    assert "keys of two kinds" in found.data["advice"]
    assert found.data["settings"] is None


def test_of_400_models_one_that_completes_code_is_asked(fim_lsp: Run) -> None:
    found = connect(fim_lsp, fake.siliconflow())
    assert len(found.data["models"]) == 400
    assert found.provider["model"] == "Qwen/Qwen2.5-Coder-7B"


def test_the_model_that_is_named_is_asked(fim_lsp: Run) -> None:
    found = connect(fim_lsp, fake.siliconflow(), "--model", "org/chat-model-7")
    named = {call.body.get("model") for call in found.seen if call.body}
    assert named - {None} == {"org/chat-model-7"}


def test_a_model_that_is_not_offered_is_not_asked(fim_lsp: Run) -> None:
    found = connect(fim_lsp, fake.vllm(), "--model", "gpt-9")
    assert found.data["calls"] == 1
    assert "does not offer the model gpt-9" in found.data["advice"]


@pytest.mark.parametrize("empty", [[], None])
def test_a_server_without_models_says_so(empty: object, fim_lsp: Run) -> None:
    found = connect(fim_lsp, lambda _call: Response({"object": "list", "data": empty}))
    assert (found.data["calls"], found.data["models"]) == (1, [])
    assert "offers no models" in found.data["advice"]


def test_a_captive_portal_is_told_from_a_service(fim_lsp: Run) -> None:
    found = connect(fim_lsp, fake.portal())
    assert found.verdicts == [("models", "not-an-api")]
    assert "login.hotel.example/start" in found.data["advice"]
    assert "login in the browser" in found.data["advice"]
    assert "secret" not in json.dumps(found.data)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (page(), "address of its API"),
        (page(502), "A proxy answers in place of"),
        (page(403), "A proxy answers in place of"),
        (page(511), "login in the browser"),
        (Response("hello", kind="text/plain"), "not the API of a model server"),
    ],
)
def test_what_is_no_api_is_asked_once(page: Response, words: str, fim_lsp: Run) -> None:
    found = connect(fim_lsp, lambda _call: page)
    assert found.verdicts == [("models", "not-an-api")]
    assert words in found.data["advice"]


def test_an_ssh_port_is_named(fim_lsp: Run) -> None:
    with greeting(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n") as url:
        data = json.loads(fim_lsp("connect", url, "--json").stdout)
    assert data["attempts"][0]["verdict"] == "not-an-api"
    assert "An SSH server answers" in data["advice"]


def test_a_closed_port_is_unreachable(fim_lsp: Run) -> None:
    with greeting(b"") as url:
        pass
    result = fim_lsp("connect", url, "--json")
    data = json.loads(result.stdout)
    assert result.exit_code == 1
    assert data["attempts"][0]["verdict"] == "unreachable"
    assert "Nothing listens" in data["advice"]


def test_an_endpoint_that_hangs_is_given_up(
    fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = StreamLimits(connect=1, first_token=1, silence=1, total=0.2)
    monkeypatch.setattr("fim_lsp.doctor.probe._LIMITS", quick)
    found = connect(fim_lsp, fake.hanging_from(3))
    assert [verdict for _, verdict in found.verdicts] == [
        "refuses-suffix",
        "error",
        "error",
    ]
    assert "did not answer" in found.data["advice"]
    assert found.data["calls"] == 4


def test_an_endpoint_that_answers_each_call_differently_proves_nothing(
    fim_lsp: Run,
) -> None:
    found = connect(fim_lsp, fake.ever_changing())
    assert found.chosen is None
    assert "error" in [verdict for _, verdict in found.verdicts]


def test_special_tokens_in_an_answer_are_warned_of(fim_lsp: Run) -> None:
    def respond(call: Call) -> Response:
        if call.path == "/v1/models":
            return models("qwen2.5-coder-base")
        suffix = call.body.get("suffix", "")
        return completion(f"{filling(suffix)}<|endoftext|>")

    found = connect(fim_lsp, respond)
    assert found.chosen == ("openai-suffix", None)
    assert "Special tokens" in found.data["advice"]


def test_a_model_made_for_chat_is_warned_of(fim_lsp: Run) -> None:
    advice = connect(fim_lsp, fake.lm_studio()).data["advice"]
    assert "qwen2.5-coder-7b-instruct was trained to converse" in advice


def test_a_model_that_is_still_loading_is_not_probed_further(fim_lsp: Run) -> None:
    loading = error(503, "Loading model", type="unavailable_error")
    found = connect(fim_lsp, lambda _call: loading)
    assert found.data["calls"] == 1
    assert "still loading" in found.data["advice"]
