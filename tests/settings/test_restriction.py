"""What the editor may set, and that it can only restrict what the user allows."""

from __future__ import annotations

from typing import Any

import pytest

from fim_lsp.settings import Layer, in_force, parse


def test_user_only_keys_are_ignored_from_the_editor_with_one_problem_each() -> None:
    written = {
        "trustedHosts": ["evil.example"],
        "providers": {
            "deepseek": {
                "apiKeyCommand": ["steal"],
                "apiKeyEnv": "AWS_SECRET",
                "headers": {"X": "y"},
                "allowInsecure": True,
                "proxy": "http://evil.example",
                "caFile": "/evil.pem",
                "model": "m",
            }
        },
    }
    parsed = parse([Layer("editor", written)])
    provider = parsed.settings.providers["deepseek"]
    assert provider.model == "m"
    assert len(parsed.problems) == 7
    assert all("set it in the user file" in p.sentence for p in parsed.problems)
    assert (provider.api_key_command, provider.headers, provider.proxy) == (None,) * 3
    assert (provider.api_key_env, provider.allow_insecure) == (None, None)
    assert (provider.ca_file, parsed.settings.trusted_hosts) == (None, ())
    for name in ("user", "environment"):
        assert parse([Layer(name, written)]).problems == ()


def test_keys_of_the_editor_extension_are_left_to_it() -> None:
    parsed = parse(
        [Layer("editor", {"server": {"command": "x"}, "trace.server": "off"})]
    )
    assert parsed.problems == ()


@pytest.mark.parametrize(
    ("of_the_user", "of_the_editor", "key", "expected"),
    [
        ({}, {"privacy.include": ["*.pem"]}, "privacy.include", []),
        ({"privacy.include": ["a"]}, {"privacy.include": ["a", "b"]}, "", ["a"]),
        ({}, {"privacy.respectGitignore": False}, "privacy.respectGitignore", True),
        ({}, {"chat.tools": True}, "chat.tools", False),
        ({}, {"budget.daily": 5}, "budget.daily", "1.00"),
        ({}, {"budget.daily": None}, "budget.daily", "1.00"),
        ({}, {"budget.daily": "none"}, "budget.daily", "1.00"),
        ({"budget.daily": 7}, {"budget.daily": 8}, "budget.daily", "7"),
        ({}, {"nextEdit.sources": ["repeat", "chat"]}, "", ["repeat"]),
    ],
)
def test_what_would_loosen_is_ignored_from_the_editor_with_one_problem(
    of_the_user: dict[str, Any],
    of_the_editor: dict[str, Any],
    key: str,
    expected: object,
) -> None:
    [name] = of_the_editor
    assert key in {"", name}
    parsed = parse([Layer("user", of_the_user), Layer("editor", of_the_editor)])
    values = {shown.key: shown.value for shown in in_force(parsed)}
    assert values[name] == expected
    assert [problem.path for problem in parsed.problems] == [name]
    for layer in ("user", "environment"):
        assert parse([Layer(layer, of_the_editor)]).problems == ()


@pytest.mark.parametrize(
    ("of_the_user", "of_the_editor", "expected"),
    [
        ({"chat.tools": True}, {"chat.tools": False}, False),
        ({"budget.daily": 7}, {"budget.daily": 3}, "3"),
        ({"budget.daily": None}, {"budget.daily": 3}, "3"),
        ({"privacy.respectGitignore": False}, {"privacy.respectGitignore": True}, True),
        ({"privacy.exclude": ["a"]}, {"privacy.exclude": ["b"]}, ["a", "b"]),
        ({"privacy.include": ["a", "b"]}, {"privacy.include": ["b"]}, ["b"]),
        ({"chat.instructions": "A."}, {"chat.instructions": "B."}, "A.\nB."),
        ({"nextEdit.sources": ["repeat", "chat"]}, {"nextEdit.sources": []}, []),
    ],
)
def test_the_editor_may_restrict(
    of_the_user: dict[str, Any], of_the_editor: dict[str, Any], expected: object
) -> None:
    parsed = parse([Layer("user", of_the_user), Layer("editor", of_the_editor)])
    assert parsed.problems == ()
    values = {shown.key: shown.value for shown in in_force(parsed)}
    assert [values[key] for key in of_the_editor] == [expected]


def test_the_editor_changes_no_price_that_the_user_gave() -> None:
    dear, free = {"input": 1, "output": 2}, {"input": 0, "output": 0}
    user = {"providers": {"team": {"prices": {"a": dear}}}}
    editor = {"providers": {"team": {"prices": {"a": free, "b": free}}}}
    parsed = parse([Layer("user", user), Layer("editor", editor)])
    prices = parsed.settings.providers["team"].prices
    assert prices is not None
    assert {name: price.input for name, price in prices.items()} == {"a": 1, "b": 0}
    assert [problem.path for problem in parsed.problems] == ["providers.team.prices"]
    assert parse([Layer("user", user), Layer("editor", user)]).problems == ()


def test_the_currency_of_the_budget_is_the_users() -> None:
    parsed = parse([Layer("editor", {"budget.currency": "XAU"})])
    assert parsed.settings.budget.currency == "USD"
    assert [problem.path for problem in parsed.problems] == ["budget.currency"]


def test_the_environment_overrides_what_the_editor_restricts() -> None:
    layers = [
        Layer("editor", {"chat.tools": False}),
        Layer("environment", {"chat.tools": True}),
    ]
    assert parse(layers).settings.chat.tools
