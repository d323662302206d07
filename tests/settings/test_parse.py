from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.settings import Layer, LayerName, Parsed, Settings, parse
from fim_lsp.settings.table import ROWS


def user(values: Mapping[str, Any]) -> Parsed:
    return parse([Layer("user", values)])


def value(found: Settings, path: str) -> Any:
    result: Any = found
    for part in path.split("."):
        result = result[part] if isinstance(result, Mapping) else getattr(result, part)
    return result


def test_without_layers_everything_has_its_default() -> None:
    parsed = parse([])
    assert parsed.problems == ()
    assert parsed.settings.completion.max_tokens == 256
    assert parsed.settings.completion.languages["*"] is True
    assert parsed.settings.completion.languages["markdown"] == "manual"
    assert parsed.settings.budget.daily == Decimal("1.00")
    assert not parsed.settings.budget.is_set
    assert parsed.settings.providers == {}
    assert set(parsed.origins.values()) == {"default"}


@pytest.mark.parametrize(
    "written",
    [
        {"completion": {"maxTokens": 9}},
        {"completion.maxTokens": 9},
        {"fim-lsp": {"completion": {"maxTokens": 9}}},
        {"fim-lsp": {"completion.maxTokens": 9}},
        {"fim-lsp.completion.maxTokens": 9},
        {"fim-lsp.completion": {"maxTokens": 9}},
        {"completion": {"maxTokens": 9.0}},
    ],
)
def test_every_spelling_is_read(written: dict[str, Any]) -> None:
    parsed = user(written)
    assert parsed.settings.completion.max_tokens == 9
    assert parsed.problems == ()
    assert parsed.origins["completion.maxTokens"] == "user"


@pytest.mark.parametrize(
    ("written", "path", "expected"),
    [
        ({"completion.debounceMs": "adaptive"}, "completion.debounce_ms", None),
        ({"completion.debounceMs": 80}, "completion.debounce_ms", 80.0),
        ({"completion.languages.go": False}, "completion.languages.go", False),
        ({"completion.languages": {"*": "manual"}}, "completion.languages.*", "manual"),
        ({"fallback": []}, "fallback", ()),
        ({"fallback": "echo"}, "fallback", ("echo",)),
        ({"budget.daily": "2.50"}, "budget.daily", Decimal("2.50")),
        ({"budget.daily": 0}, "budget.daily", Decimal(0)),
        ({"budget.daily": 0.1}, "budget.daily", Decimal("0.1")),
        ({"budget.daily": "none"}, "budget.daily", None),
        ({"budget.daily": None}, "budget.daily", None),
        ({"trustedHosts": ["AI.Example.com"]}, "trusted_hosts", ("ai.example.com",)),
        (
            {"providers.x.apiKeyCommand": "pass show 'my key'"},
            "providers.x.api_key_command",
            ("pass", "show", "my key"),
        ),
    ],
)
def test_values_are_read(written: dict[str, Any], path: str, expected: object) -> None:
    parsed = user(written)
    assert parsed.problems == ()
    assert value(parsed.settings, path) == expected


def test_records_inside_settings_are_values_too() -> None:
    parsed = user(
        {
            "providers.x": {
                "prices": {"q2.5": {"input": "1", "output": 2, "cacheHit": 0.1}},
                "timeouts": {"firstToken": 3},
            },
            "chat.actions.mine": {"title": "T", "prompt": "P", "apply": "show"},
        }
    )
    assert parsed.problems == ()
    provider = parsed.settings.providers["x"]
    assert provider.prices is not None
    assert provider.timeouts is not None
    assert provider.prices["q2.5"].cache_hit == Decimal("0.1")
    assert provider.timeouts.first_token == 3
    assert provider.timeouts.connect is None
    assert parsed.settings.chat.actions["mine"].apply == "show"


def test_a_stronger_layer_wins_whatever_the_order() -> None:
    names: tuple[LayerName, ...] = ("environment", "user", "editor")
    for count, winner in ((3, "environment"), (2, "editor"), (1, "user")):
        present = sorted(names, key=("user", "editor", "environment").index)[:count]
        layers = [
            Layer(name, {"completion.maxTokens": 10 + names.index(name)})
            for name in names
            if name in present
        ]
        parsed = parse(layers)
        assert parsed.origins["completion.maxTokens"] == winner


def test_languages_of_all_layers_are_merged() -> None:
    parsed = parse(
        [
            Layer("user", {"completion.languages": {"go": False, "rust": "manual"}}),
            Layer("editor", {"completion.languages": {"go": True, "rust": None}}),
        ]
    )
    languages = parsed.settings.completion.languages
    assert (languages["go"], languages["rust"]) == (True, "manual")
    assert languages["csv"] is False


def test_null_is_not_set_in_every_layer() -> None:
    """`budget.daily` is the exception: there null is no limit."""
    for name in ("user", "editor", "environment"):
        nulls = {
            row.key.replace("*", "x"): None for row in ROWS if row.key != "budget.daily"
        }
        parsed = parse([Layer(name, nulls)])
        assert parsed == parse([])


def test_what_vs_code_sends_for_an_unset_budget_leaves_the_default() -> None:
    parsed = parse([Layer("editor", {"budget": {"daily": ""}})])
    assert parsed == parse([])


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"completion.maxTokns": 1}, "did you mean completion.maxTokens?"),
        ({"completion": {"maxtokens": 1}}, "did you mean completion.maxTokens?"),
        ({"maxTokens": 1}, "did you mean completion.maxTokens?"),
        (
            {"providers.deepseek.baseURL": "x"},
            "did you mean providers.deepseek.baseUrl",
        ),
        ({"completions": {"enabled": True}}, "is not a setting"),
        ({"completion": True}, "completion in the user file should be a table"),
        ({"fim-lsp": 3}, "fim-lsp in the user file should be a table"),
        ({"fim-lsp": {"completion": []}}, "completion in the user file should be"),
        ({"completion.enabled": "yes"}, "should be true or false"),
        ({"completion.maxTokens": 0}, "from 1 to 4096"),
        ({"completion.maxTokens": True}, "from 1 to 4096"),
        ({"completion.maxTokens": 1.5}, "from 1 to 4096"),
        ({"completion.temperature": float("nan")}, "from 0 to 2"),
        ({"completion.temperature": 10**400}, "from 0 to 2"),
        ({"completion.maxTokens": 10**400}, "from 1 to 4096"),
        ({"completion.trigger": "automatc"}, 'one of "automatic", "manual"'),
        ({"completion.languages": {"go": "off"}}, '"go" should be one of true, false'),
        ({"completion.provider": ""}, "the name of a provider"),
        ({"completion.debounceMs": "quick"}, 'or "adaptive"'),
        ({"budget.daily": -1}, "not negative"),
        ({"budget.daily": "a lot"}, "not negative"),
        ({"budget.daily": "NaN"}, "not negative"),
        ({"fallback": 3}, "a list of names of providers"),
        ({"privacy.exclude": ["a", 3]}, "a list of patterns"),
        ({"chat.actions.x": {"title": "T"}}, '"prompt" is missing'),
        (
            {"chat.actions.x": {"title": "T", "prompt": "P", "do": 1}},
            '"do" is not part of it',
        ),
        ({"providers.x.apiKeyCommand": "'"}, "a command"),
        ({"providers.x.prices.m": {"input": "dear", "output": 1}}, "prices by model"),
        ({"providers.deepseek.baseUrl": "api.example.com"}, "https:// or http://"),
        ({"providers.deepseek.baseUrl": "https://"}, "https:// or http://"),
        ({"providers.deepseek.baseUrl": "http://h:port"}, "https:// or http://"),
        ({"providers.deepseek.baseUrl": 5}, "https:// or http://"),
    ],
)
def test_what_is_wrong_is_said_once_and_the_rest_counts(
    written: dict[str, Any], words: str
) -> None:
    parsed = user({**written, "log.level": "debug"})
    assert len(parsed.problems) == 1
    assert words in parsed.problems[0].sentence
    assert "the user file" in parsed.problems[0].sentence
    assert parsed.settings.log.level == "debug"


def test_a_wrong_value_leaves_the_weaker_layer() -> None:
    parsed = parse(
        [
            Layer("user", {"completion.maxTokens": 100}),
            Layer("editor", {"completion.maxTokens": "many"}),
        ]
    )
    assert parsed.settings.completion.max_tokens == 100
    assert parsed.origins["completion.maxTokens"] == "user"


def test_the_good_entries_of_a_list_or_table_count() -> None:
    parsed = user(
        {"privacy.exclude": ["a", 3], "completion.languages": {"go": 7, "c": False}}
    )
    assert parsed.settings.privacy.exclude == ("a",)
    assert parsed.settings.completion.languages["c"] is False
    assert "go" not in parsed.settings.completion.languages


@pytest.mark.parametrize("written", ["api.example.com", "ftp://h", "http://a b"])
def test_an_unusable_base_url_is_not_replaced_by_the_preset(written: str) -> None:
    """Else text would go to a host that the user meant to leave."""
    parsed = user({"providers.deepseek.baseUrl": written})
    assert parsed.settings.providers["deepseek"].base_url == written


def test_a_base_url_knows_which_layer_it_is_from() -> None:
    written = {"providers.deepseek.baseUrl": "http://127.0.0.1:1"}
    for name in ("user", "editor", "environment"):
        found = parse([Layer(name, written)]).settings.providers["deepseek"]
        assert found.base_url_origin == name


def test_no_secret_shows_in_the_repr_of_settings() -> None:
    secret = "hunter2hunter2"
    parsed = user(
        {
            "providers.x": {
                "baseUrl": f"https://me:{secret}@h",
                "proxy": f"http://me:{secret}@h",
                "headers": {"Authorization": secret},
                "apiKeyCommand": ["echo", secret],
            }
        }
    )
    assert secret not in repr(parsed)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
_KEYS = st.sampled_from([row.key.replace("*", "deepseek") for row in ROWS])


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        _KEYS | st.sampled_from(["completion", "providers", "providers.x", "x", "."]),
        _JSON,
        max_size=4,
    ),
    st.sampled_from(get_args(LayerName)),
)
def test_nothing_that_json_can_say_breaks_it(
    written: dict[str, Any], name: LayerName
) -> None:
    parsed = parse([Layer(name, written)])
    assert 1 <= parsed.settings.completion.max_tokens <= 4096
    assert all(problem.sentence.endswith((".", "?")) for problem in parsed.problems)
