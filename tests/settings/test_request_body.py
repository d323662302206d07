"""Fields that the user adds to the body of a request."""

from __future__ import annotations

from typing import Any

import pytest

from fim_lsp.settings import Layer, LayerName, Parsed, parse
from fim_lsp.settings.request_body import OWNED


def parsed(layer: LayerName = "user", /, **fields: Any) -> Parsed:
    return parse([Layer(layer, {"providers": {"deepseek": fields}})])


def test_fields_that_an_endpoint_may_know_are_kept_as_they_are() -> None:
    body = {"top_p": 0.5, "seed": 1, "options": {"num_ctx": 8192}, "stop": "END"}
    found = parsed(completionBody=body)
    assert found.problems == ()
    kept = found.settings.providers["deepseek"].completion_body
    assert kept == {**body, "stop": ["END"]}


@pytest.mark.parametrize("name", sorted(OWNED))
@pytest.mark.parametrize("setting", ["completionBody", "chatBody"])
def test_what_fim_lsp_sets_itself_is_refused_with_a_sentence(
    setting: str, name: str
) -> None:
    found = parsed("user", **{setting: {name: 1, "top_p": 1}})
    (problem,) = found.problems
    assert f'without "{name}", which fim-lsp sets itself' in problem.sentence
    provider = found.settings.providers["deepseek"]
    assert (provider.completion_body or provider.chat_body) == {"top_p": 1}


def test_what_fim_lsp_sets_itself_is_refused_inside_a_table_too() -> None:
    found = parsed(completionBody={"options": {"num_predict": 9, "num_ctx": 1}})
    assert "num_predict" in found.problems[0].sentence


@pytest.mark.parametrize(
    ("setting", "field", "value"),
    [
        ("completionBody", "top_p", "high"),
        ("completionBody", "logprobs", True),
        ("chatBody", "logprobs", 5),
        ("chatBody", "response_format", "json_object"),
        ("chatBody", "tool_choice", 3),
        ("completionBody", "frequency_penalty", 9),
        ("completionBody", "anything", float("inf")),
        ("completionBody", "anything", object()),
    ],
)
def test_a_value_of_the_wrong_type_is_told_and_left_out(
    setting: str, field: str, value: Any
) -> None:
    found = parsed("user", **{setting: {field: value, "seed": 7}})
    assert f'"{field}"' in found.problems[0].sentence
    provider = found.settings.providers["deepseek"]
    assert (provider.completion_body or provider.chat_body) == {"seed": 7}


def test_they_count_in_the_user_file_alone() -> None:
    found = parsed("editor", completionBody={"top_p": 1})
    assert "ignored" in found.problems[0].sentence
    assert not found.settings.providers.get("deepseek")
