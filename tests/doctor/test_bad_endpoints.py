"""`connect` where there is no model server, or one that does not work."""

from __future__ import annotations

import json

import pytest

from fim_lsp.api.calls import StreamLimits
from tests.cli.conftest import Run
from tests.harness import servers as fake
from tests.harness.http_server import Call, Response, greeting
from tests.harness.model_answers import completion, error, filling, models, page

from .probing import connect


@pytest.mark.parametrize("empty", [[], None])
def test_a_server_without_models_says_so(empty: object, fim_lsp: Run) -> None:
    probed = connect(fim_lsp, lambda _call: Response({"object": "list", "data": empty}))
    assert (probed.data["calls"], probed.data["models"]) == (1, [])
    assert "offers no models" in probed.data["advice"]


def test_a_captive_portal_is_told_from_a_service(fim_lsp: Run) -> None:
    probed = connect(fim_lsp, fake.portal())
    assert probed.verdicts == [("models", "not-an-api")]
    assert "login.hotel.example/start" in probed.data["advice"]
    assert "login in the browser" in probed.data["advice"]
    assert "secret" not in json.dumps(probed.data)


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
    probed = connect(fim_lsp, lambda _call: page)
    assert probed.verdicts == [("models", "not-an-api")]
    assert words in probed.data["advice"]


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
    probed = connect(fim_lsp, fake.hanging_from(3))
    assert [verdict for _, verdict in probed.verdicts] == [
        "refuses-suffix",
        "error",
        "error",
    ]
    assert "did not answer" in probed.data["advice"]
    assert probed.data["calls"] == 4


def test_an_endpoint_that_answers_each_call_differently_proves_nothing(
    fim_lsp: Run,
) -> None:
    probed = connect(fim_lsp, fake.ever_changing())
    assert probed.chosen is None
    assert "error" in [verdict for _, verdict in probed.verdicts]


def test_special_tokens_in_an_answer_are_warned_of(fim_lsp: Run) -> None:
    def respond(call: Call) -> Response:
        if call.path == "/v1/models":
            return models("qwen2.5-coder-base")
        suffix = call.body.get("suffix", "")
        return completion(f"{filling(suffix)}<|endoftext|>")

    probed = connect(fim_lsp, respond)
    assert probed.chosen == ("openai-suffix", None)
    assert "Special tokens" in probed.data["advice"]


def test_a_model_made_for_chat_is_warned_of(fim_lsp: Run) -> None:
    advice = connect(fim_lsp, fake.lm_studio()).data["advice"]
    assert "qwen2.5-coder-7b-instruct was trained to converse" in advice


def test_a_model_that_is_still_loading_is_not_probed_further(fim_lsp: Run) -> None:
    loading = error(503, "Loading model", type="unavailable_error")
    probed = connect(fim_lsp, lambda _call: loading)
    assert probed.data["calls"] == 1
    assert "still loading" in probed.data["advice"]
