"""`connect` against endpoints that it does not know, each of another kind."""

from __future__ import annotations

import re

import pytest

from tests.cli.conftest import Run
from tests.harness import unknown_servers as fake
from tests.harness.http_server import Respond, Response
from tests.harness.model_answers import error

from .probing import connect


@pytest.mark.parametrize(
    ("respond", "path", "chosen", "model"),
    [
        (
            fake.gateway(
                "acme/chat", "acme/coder", "acme/coder-fim", reads="acme/coder-fim"
            ),
            "",
            ("openai-suffix", None),
            "acme/coder-fim",
        ),
        (
            fake.unversioned(),
            "/api",
            ("mistral-fim", None),
            "mistralai/codestral-2508",
        ),
        (
            fake.unversioned(fim=False),
            "/api/chat/completions",
            ("chat", None),
            "mistralai/codestral-2508",
        ),
        (
            fake.many_models(),
            "",
            ("openai-template", "starcoder"),
            "vendor9/Granite-8B-Code-Base",
        ),
        (
            fake.renamed_model(),
            "",
            ("openai-template", "starcoder"),
            "qwen-house-tune",
        ),
        (fake.errors_that_say_ok(), "", ("chat", None), "ernie-code-1"),
        (fake.always_streaming(), "", ("openai-suffix", None), "tiny-coder"),
    ],
)
def test_an_unknown_endpoint_is_asked_until_it_completes(
    respond: Respond,
    path: str,
    chosen: tuple[str, str | None],
    model: str,
    fim_lsp: Run,
) -> None:
    probed = connect(fim_lsp, respond, path=path)
    assert (probed.chosen, probed.provider["model"]) == (chosen, model)


@pytest.mark.parametrize(
    ("respond", "words"),
    [
        (
            fake.gateway("acme/one-coder", "acme/two-coder", reads="acme/two-coder"),
            "another model, such as acme/two-coder, with --model",
        ),
        (fake.unlisted(), "add --model MODEL"),
        (fake.thinking(), "thinks before it answers.*such as plain-coder"),
        (fake.repeating(), "never reads what stands after the cursor"),
        (fake.other_web_service(), "none of the calls of a model server"),
        (
            fake.refusing(error(429, "You exceeded your current quota")),
            "nothing left; top it up",
        ),
        (
            fake.refusing(error(429, "1 request per minute")),
            "try again in a minute",
        ),
        (
            fake.refusing(Response({"msg": "token is missing or illegal"}, 400)),
            "wants a key.*--key-env",
        ),
    ],
)
def test_where_nothing_completes_the_advice_says_what_to_do(
    respond: Respond, words: str, fim_lsp: Run
) -> None:
    probed = connect(fim_lsp, respond)
    assert probed.chosen is None
    assert re.search(words, probed.data["advice"])


@pytest.mark.parametrize(
    ("header", "words", "status"),
    [
        ("api-key", "missing subscription key: send the 'api-key' header.", 401),
        ("x-api-key", "Missing header X-API-Key", 403),
    ],
)
def test_a_key_goes_into_the_header_that_the_refusal_names(
    header: str, words: str, status: int, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFICE", "k-1")
    respond = fake.with_key_in(header, "k-1", words, status)
    probed = connect(fim_lsp, respond, "--key-env", "OFFICE")
    assert probed.chosen == ("openai-suffix", None)
    assert probed.provider["apiKeyHeader"] == header
    assert "authorization" not in probed.seen[-1].headers


def test_a_wrong_key_in_such_a_header_is_refused_once_more_and_no_further(
    fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFICE", "wrong")
    respond = fake.with_key_in("api-key", "k-1", "Check the api-key header")
    probed = connect(fim_lsp, respond, "--key-env", "OFFICE")
    assert len(probed.seen) == 2
    assert "refuses the key from OFFICE" in probed.data["advice"]


def test_a_server_that_repeats_the_prompt_is_not_taken_for_one_that_glues(
    fim_lsp: Run,
) -> None:
    probed = connect(fim_lsp, fake.repeating())
    assert probed.data["server"] is None
    assert "glues-suffix" not in [verdict for _, verdict in probed.verdicts]


def test_an_unversioned_service_without_a_list_is_told_by_the_address_of_its_call(
    fim_lsp: Run,
) -> None:
    respond = fake.unversioned(lists=False)
    options = ("--model", "codestral")
    probed = connect(fim_lsp, respond, *options, path="/api/chat/completions")
    assert probed.chosen == ("mistral-fim", None)
    assert probed.provider["unversioned"] is True
