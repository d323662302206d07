from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.cli.user_file import Tables, as_toml, with_settings

OFFICE: Tables = {
    ("completion",): {"provider": "office"},
    ("providers", "office"): {
        "baseUrl": "https://llm.example.com/v1",
        "dialect": "openai-suffix",
        "template": None,
        "allowInsecure": True,
    },
}
NEW = """\
[completion]
provider = "office"

[providers.office]
baseUrl = "https://llm.example.com/v1"
dialect = "openai-suffix"
allowInsecure = true
"""


def test_a_new_file_holds_the_settings_alone() -> None:
    assert with_settings("", OFFICE) == as_toml(OFFICE) == NEW


def test_what_stands_there_stays_with_its_comments() -> None:
    before = """\
# mine
[completion]
maxTokens = 99      # short

[completion.languages]
sql = false

[budget]
daily = 2
"""
    after = with_settings(before, OFFICE)
    assert after == before.replace(
        "99      # short\n", '99      # short\nprovider = "office"\n'
    ) + NEW.removeprefix('[completion]\nprovider = "office"\n')


def test_settings_of_before_are_replaced_and_taken_away() -> None:
    before = """\
[providers.office]
baseUrl = "http://old"
template = "qwen"
prices = { "m" = { input = 1, output = 2 } }
[completion]
provider = "deepseek" # the old one
"""
    assert (
        with_settings(before, OFFICE)
        == """\
[providers.office]
baseUrl = "https://llm.example.com/v1"
prices = { "m" = { input = 1, output = 2 } }
dialect = "openai-suffix"
allowInsecure = true
[completion]
provider = "office"
"""
    )


def test_to_write_twice_is_to_write_once() -> None:
    once = with_settings("[log]\nlevel = 'debug'\n", OFFICE)
    assert with_settings(once, OFFICE) == once


def test_settings_under_the_name_of_the_program_stay_under_it() -> None:
    after = with_settings('[fim-lsp.completion]\nprovider = "x"\n', OFFICE)
    assert tomllib.loads(after)["fim-lsp"]["completion"]["provider"] == "office"
    assert "office" in tomllib.loads(after)["fim-lsp"]["providers"]


def test_line_ends_stay_as_they_are() -> None:
    after = with_settings("[log]\r\nlevel = 'debug'\r\n", OFFICE)
    assert after.count("\n") == after.count("\r\n") > 5


@pytest.mark.parametrize(
    "before",
    [
        "completion = { maxTokens = 9 }\n",
        'providers.office = { baseUrl = "http://x" }\n',
        'completion.provider = "x"\n',
        "not toml",
    ],
)
def test_a_file_that_is_written_otherwise_is_left_alone(before: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        with_settings(before, OFFICE)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "[completion]",
                "[providers.office]",
                '[providers."office".timeouts]',
                "[log]",
                'level = "debug"',
                'provider = "x"',
                "# provider = 1",
                'baseUrl = "a=b"',
                '  dialect="x" # y',
                "total = 3",
                "",
            ]
        ),
        max_size=8,
    )
)
def test_the_result_always_says_what_it_should(lines: list[str]) -> None:
    before = "\n".join(lines)
    try:
        after = tomllib.loads(with_settings(before, OFFICE))
    except ValueError:
        return
    was = tomllib.loads(before)
    assert after["completion"] == {**was.get("completion", {}), "provider": "office"}
    assert after["providers"]["office"]["dialect"] == "openai-suffix"
    assert after.get("log") == was.get("log")
