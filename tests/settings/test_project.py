from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from fim_lsp.settings import Layer, Settings, parse, restrict

BASE = parse(
    [
        Layer(
            "user",
            {
                "chat": {"instructions": "Be brief.", "tools": True, "menu": ["fix"]},
                "privacy": {"exclude": ["a"], "respectGitignore": False},
            },
        )
    ]
).settings


def restricted(values: dict[str, Any]) -> Settings:
    settings, problems = restrict(BASE, values)
    assert problems == ()
    return settings


def test_a_project_may_restrict() -> None:
    settings = restricted(
        {
            "completion": {
                "enabled": False,
                "trigger": "manual",
                "maxTokens": 10,
                "contextTokens": 0,
            },
            "fallback": [],
            "budget": {"daily": 0.25},
            "privacy": {"exclude": ["b", "a"], "respectGitignore": True},
            "chat": {"tools": False, "menu": []},
        }
    )
    completion = settings.completion
    assert (completion.enabled, completion.trigger) == (False, "manual")
    assert (completion.max_tokens, completion.context_tokens) == (10, 0)
    assert settings.fallback == ()
    assert settings.budget.daily == Decimal("0.25")
    assert settings.budget.is_set
    assert settings.privacy.exclude == ("a", "b")
    assert settings.privacy.respect_gitignore
    assert not settings.chat.tools
    assert settings.chat.menu == ()


def test_chat_instructions_are_added() -> None:
    settings = restricted({"chat.instructions": "Use tabs."})
    assert settings.chat.instructions == "Be brief.\nUse tabs."


def test_each_language_gets_the_stricter_rule() -> None:
    settings = restricted({"completion.languages": {"*": "manual", "go": False}})
    languages = settings.completion.languages
    assert (languages["*"], languages["go"]) == ("manual", False)
    assert languages["csv"] is False
    settings = restricted({"completion.languages": {"csv": True, "rust": False}})
    assert settings.completion.languages["csv"] is False
    assert settings.completion.languages["rust"] is False
    assert settings.completion.languages["*"] is True


def test_what_a_project_repeats_is_no_problem() -> None:
    assert restricted({"completion": {"enabled": True, "maxTokens": 256}}) == BASE


@pytest.mark.parametrize(
    "loosening",
    [
        {"completion.maxTokens": 257},
        {"budget.daily": 5},
        {"budget.daily": "none"},
        {"completion.provider": "mistral"},
        {"completion.popup": "always"},
        {"providers.deepseek.baseUrl": "https://evil.example"},
        {"providers.deepseek.apiKeyCommand": "steal"},
        {"providers.x.model": "m"},
        {"privacy.include": [".env"]},
        {"trustedHosts": ["evil.example"]},
        {"chat.actions.x": {"title": "T", "prompt": "P"}},
        {"log.level": "debug"},
        {"chat.thinking": True},
        {"completion.enbled": False},
        {"completion.enabled": "no"},
    ],
)
def test_what_would_loosen_is_ignored_with_one_problem(
    loosening: dict[str, Any],
) -> None:
    settings, problems = restrict(BASE, loosening)
    assert settings == BASE
    assert len(problems) == 1
    assert problems[0].layer == "project"


def test_a_restricted_switch_is_not_switched_back() -> None:
    off, _ = restrict(BASE, {"completion": {"enabled": False, "trigger": "manual"}})
    on, problems = restrict(
        off, {"completion": {"enabled": True, "trigger": "automatic"}}
    )
    assert on == off
    assert len(problems) == 2


def test_a_project_may_shorten_the_suffix_and_raise_the_confidence() -> None:
    stricter = {"completion": {"suffixTokens": 16, "minConfidence": 0.5}}
    settings, problems = restrict(parse([]).settings, stricter)
    assert problems == ()
    assert settings.completion.suffix_tokens == 16
    assert settings.completion.suffix_is_chosen
    assert settings.completion.min_confidence == 0.5
    _, problems = restrict(settings, {"completion.minConfidence": 0.1})
    assert [problem.path for problem in problems] == ["completion.minConfidence"]


def test_entries_that_a_project_may_not_add_are_said() -> None:
    settings, problems = restrict(BASE, {"chat.menu": ["explain"]})
    assert settings.chat.menu == ()
    assert [problem.path for problem in problems] == ["chat.menu"]
