"""JSON with comments: a key is set and taken out, and nothing else changes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.cli.setup.jsonc import NotUnderstood, parse, with_value, without_value


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("", '{\n    "k": [\n        "v"\n    ]\n}\n'),
        ("{}", '{\n    "k": [\n        "v"\n    ]\n}'),
        ('{"k": 1}', '{"k": [\n        "v"\n    ]}'),
        ('{ "a": 1 }', '{\n    "k": [\n        "v"\n    ],\n    "a": 1 }'),
        (
            '{ // why\n  "a": "//" /* , */\n}\n',
            '{\n  "k": [\n    "v"\n  ], // why\n  "a": "//" /* , */\n}\n',
        ),
    ],
)
def test_a_key_is_set_in_json_with_comments(text: str, after: str) -> None:
    assert with_value(text, ("k",), ["v"]) == after


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(), JSON), st.text(), st.none() | st.integers(0, 4))
def test_setting_a_key_changes_no_other(
    document: dict[str, object], key: str, indent: int | None
) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=False)
    after = with_value(text, ("outer", key), 1) if "outer" not in document else text
    if after != text:
        assert parse(after) == {**document, "outer": {key: 1}}


@pytest.mark.parametrize("text", ["{", "{]", '{"a" 1}', "'", '{"a": 1,, }'])
def test_what_is_not_json_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood):
        with_value(text, ("k",), 1)


JSON_VALUES = st.recursive(
    st.integers() | st.text("ab", max_size=3) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("xyz", min_size=1, max_size=2), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(st.text("xyz", min_size=1, max_size=2), JSON_VALUES, max_size=4),
    st.sampled_from([None, 2, "\t"]),
    st.lists(st.sampled_from("abx"), min_size=1, max_size=3),
)
@settings(max_examples=200, deadline=None)
def test_what_was_set_in_json_can_be_taken_out_again(
    document: dict[str, object], indent: int | str | None, keys: list[str]
) -> None:
    text, path = json.dumps(document, indent=indent), tuple(keys)
    try:
        edited = with_value(text, path, {"command": ["fim"]})
    except NotUnderstood:
        return
    after = parse(without_value(edited, path))
    inner = after
    for key in path[:-1]:
        inner = inner[key]
    assert path[-1] not in inner
    for key in document.keys() - {path[0]}:
        assert after[key] == document[key]
