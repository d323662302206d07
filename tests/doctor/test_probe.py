"""`connect` against servers that behave as the real ones: what it finds, and how."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Run
from tests.harness import servers as fake
from tests.harness.http_server import Call, Respond, Response

from .probing import connect

QWEN = "qwen"


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
    probed = connect(fim_lsp, respond)
    assert probed.data["server"] == server
    assert probed.verdicts == verdicts
    assert probed.chosen == chosen


def test_a_name_that_tells_no_family_has_the_common_templates_tried(
    fim_lsp: Run,
) -> None:
    probed = connect(fim_lsp, fake.vllm("served-as-default"))
    assert probed.chosen == ("openai-template", QWEN)
    assert probed.provider["template"] == QWEN


def test_the_settings_are_those_that_were_proved(fim_lsp: Run) -> None:
    probed = connect(fim_lsp, fake.ollama(insert=False))
    assert probed.data["settings"]["completion"] == {"provider": "localhost"}
    assert probed.provider == {
        "baseUrl": probed.data["url"],
        "dialect": "ollama",
        "model": "qwen2.5-coder:7b",
        "template": "qwen",
    }
    proof = next(call for call in probed.seen if call.body and call.body.get("raw"))
    assert proof.path == "/api/generate"


def test_docker_model_runner_is_found_behind_its_engines(fim_lsp: Run) -> None:
    probed = connect(fim_lsp, fake.docker_model_runner())
    assert probed.provider["baseUrl"] == f"{probed.data['url']}/engines"
    assert probed.provider["model"] == "ai/qwen2.5-coder:7B-Q4_K_M"


@pytest.mark.parametrize("passes", [True, False])
def test_a_gateway_may_drop_the_suffix_in_silence(
    passes: bool, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_KEY", "sk-gateway")
    respond = fake.litellm(passes=passes, model="codestral" if passes else "some-coder")
    probed = connect(fim_lsp, respond, "--key-env", "GATEWAY_KEY")
    assert probed.data["server"] == "LiteLLM"
    verdict = "reads-suffix" if passes else "ignores-suffix"
    assert probed.verdicts[0] == ("openai-suffix", verdict)
    assert probed.chosen == ("openai-suffix" if passes else "chat", None)
    assert probed.provider["apiKeyEnv"] == "GATEWAY_KEY"
    assert "sk-gateway" not in json.dumps(probed.data)


def test_a_gateway_that_hides_its_wish_for_a_key_behind_an_error(fim_lsp: Run) -> None:
    probed = connect(fim_lsp, fake.litellm(passes=True))
    assert probed.chosen is None
    assert "--key-env" in probed.data["advice"]


def test_a_gateway_that_hides_its_refusal_of_a_key_in_other_words(
    fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_KEY", "sk-wrong")
    probed = connect(fim_lsp, fake.litellm(passes=True), "--key-env", "GATEWAY_KEY")
    assert probed.verdicts == [("models", "key-refused")]
    assert "refuses the key from GATEWAY_KEY" in probed.data["advice"]


def test_deepseek_is_known_wherever_it_is(
    fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEP", "sk-deep")
    probed = connect(fim_lsp, fake.deepseek(), "--key-env", "DEEP")
    assert probed.data["server"] == "DeepSeek"
    assert probed.chosen == ("openai-suffix", None)
    assert probed.provider["baseUrl"] == f"{probed.data['url']}/beta"
    assert probed.data["chat"] is True
    assert [call.path for call in probed.seen] == [
        "/v1/models",
        "/models",
        "/beta/completions",
        "/chat/completions",
    ]
    assert " USD" in probed.data["advice"]


@pytest.mark.parametrize("path", ["/v1", "/beta", "/beta/completions", "/models"])
def test_deepseek_is_found_by_each_of_its_addresses(
    path: str, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEP", "sk-deep")
    probed = connect(fim_lsp, fake.deepseek(), "--key-env", "DEEP", path=path)
    assert probed.chosen == ("openai-suffix", None)
    assert probed.provider["baseUrl"].endswith("/beta")


def test_a_server_that_glues_and_lists_no_models_has_templates_tried(
    fim_lsp: Run,
) -> None:
    gluing = fake.tgi()

    def respond(call: Call) -> Response | None:
        is_list = call.path.endswith("/models")
        return Response("", 404, "text/plain") if is_list else gluing(call)

    probed = connect(fim_lsp, respond)
    assert probed.data["server"] == "Text Generation Inference"
    assert probed.chosen == ("openai-template", QWEN)


@pytest.mark.parametrize("lists", [True, False])
def test_mistrals_hosts_are_asked_by_their_own_call(
    lists: bool, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "right")
    respond = fake.mistral("right", lists=lists)
    probed = connect(fim_lsp, respond, "--key-env", "MISTRAL_API_KEY")
    assert probed.chosen == ("mistral-fim", None)
    assert probed.provider["model"] == "codestral-latest"


def test_a_key_for_mistrals_other_host_is_explained(
    fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "for-the-other")
    respond = fake.mistral("right", lists=False)
    probed = connect(fim_lsp, respond, "--key-env", "MISTRAL_API_KEY")
    assert probed.verdicts == [("models", "key-refused")]
    assert probed.data["calls"] == 1
    assert "keys of two kinds" in probed.data["advice"]
    assert probed.data["settings"] is None


def test_of_400_models_one_that_completes_code_is_asked(fim_lsp: Run) -> None:
    probed = connect(fim_lsp, fake.siliconflow())
    assert len(probed.data["models"]) == 400
    assert probed.provider["model"] == "Qwen/Qwen2.5-Coder-7B"


def test_the_model_that_is_named_is_asked(fim_lsp: Run) -> None:
    probed = connect(fim_lsp, fake.siliconflow(), "--model", "org/chat-model-7")
    named = {call.body.get("model") for call in probed.seen if call.body}
    assert named - {None} == {"org/chat-model-7"}


def test_a_model_that_is_not_offered_is_not_asked(fim_lsp: Run) -> None:
    probed = connect(fim_lsp, fake.vllm(), "--model", "gpt-9")
    assert probed.data["calls"] == 1
    assert "does not offer the model gpt-9" in probed.data["advice"]
