"""What suits a provider counts where nobody chose otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from fim_lsp.session.sources import fitted
from fim_lsp.settings import Layer, parse

from ..api.support import provider


def settings(**completion: Any) -> Any:
    return parse([Layer("user", {"completion": completion})]).settings.completion


@pytest.mark.parametrize(
    ("base_url", "completion", "tokens"),
    [
        ("http://127.0.0.1:8012", {}, 32),
        ("http://127.0.0.1:8012", {"suffixTokens": 128}, 128),
        ("http://127.0.0.1:8012", {"suffixTokens": 16}, 16),
        ("https://llm.example.com", {}, 128),
    ],
)
def test_a_server_on_this_machine_gets_a_short_suffix(
    base_url: str, completion: dict[str, Any], tokens: int
) -> None:
    local = provider("mine", baseUrl=base_url)
    assert fitted(settings(**completion), local).suffix_tokens == tokens


@pytest.mark.parametrize(
    ("dialect", "completion", "trigger"),
    [
        ("chat", {}, "manual"),
        ("chat", {"trigger": "automatic"}, "automatic"),
        ("chat", {"trigger": "manual"}, "manual"),
        ("openai-suffix", {}, "automatic"),
    ],
)
def test_a_provider_that_only_chats_waits_until_it_is_asked(
    dialect: str, completion: dict[str, Any], trigger: str
) -> None:
    chatting = provider("mine", baseUrl="https://a.example", dialect=dialect)
    assert fitted(settings(**completion), chatting).trigger == trigger
