"""What goes over the wire, and what is read from it, dialect by dialect."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.api import answers, bodies, snippet_comments
from fim_lsp.api.chat_bodies import chat_body
from fim_lsp.api.requests import (
    ChatRequest,
    FimRequest,
    Message,
    Snippet,
    Tool,
    ToolCall,
    Usage,
)
from fim_lsp.api.templates import TEMPLATES, family_of, neutral, render
from fim_lsp.languages import LANGUAGES

PLAIN = FimRequest("a", "b", 8)
FULL = FimRequest(
    prefix="x = 1\ny = ",
    suffix="\n",
    max_tokens=8,
    snippets=(Snippet("lib/a.py", "def a():\n    pass\n"),),
    path="main.py",
    language="python",
    temperature=0,
    logprobs=True,
)
COMMENTED = "# lib/a.py\n# def a():\n#     pass\n\nx = 1\ny = "


def test_openai_suffix_sends_only_what_is_set() -> None:
    assert bodies.suffix_body(PLAIN, "m", None) == {
        "model": "m",
        "prompt": "a",
        "suffix": "b",
        "max_tokens": 8,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_openai_suffix_sends_every_field() -> None:
    assert bodies.suffix_body(FULL, "m", None) == {
        "model": "m",
        "prompt": COMMENTED,
        "suffix": "\n",
        "max_tokens": 8,
        "temperature": 0,
        "logprobs": 1,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_mistral_gets_no_field_that_it_refuses() -> None:
    assert bodies.mistral_body(FULL, "m", None) == {
        "model": "m",
        "prompt": COMMENTED,
        "suffix": "\n",
        "max_tokens": 8,
        "temperature": 0,
        "stream": True,
    }


def test_infill_has_a_field_for_everything() -> None:
    body = bodies.infill_body(FULL, "", None)
    assert body["input_prefix"] + body["prompt"] == FULL.prefix
    assert body["prompt"] == "y = "
    assert body["input_suffix"] == "\n"
    assert body["input_extra"] == [
        {"filename": "lib/a.py", "text": "def a():\n    pass\n"}
    ]
    assert body["n_predict"] == 8 and body["cache_prompt"] is True
    assert "model" not in body


@pytest.mark.parametrize(
    ("language", "comment"),
    [
        ("python", "# a\n# x\n\n"),
        ("typescript", "// a\n// x\n\n"),
        ("sql", "-- a\n-- x\n\n"),
        ("latex", "% a\n% x\n\n"),
        ("css", "/* a\nx\n*/\n\n"),
        ("markdown", "<!-- a\nx\n-->\n\n"),
        ("svg", "<!-- a\nx\n-->\n\n"),
        ("ocaml", "(* a\nx\n*)\n\n"),
        ("plaintext", "a\nx\n\n"),
    ],
)
def test_snippets_become_comments_of_the_language(language: str, comment: str) -> None:
    assert snippet_comments.as_comments((Snippet("a", "x"),), language) == comment


def test_a_comment_in_a_snippet_does_not_end_the_comment_around_it() -> None:
    text = snippet_comments.as_comments((Snippet("a", "/* x */ y"),), "css")
    assert text.count("*/") == 1
    assert text.endswith("*/\n\n")


def test_a_language_without_line_comments_never_gets_a_hash() -> None:
    for row in LANGUAGES.values():
        text = snippet_comments.as_comments((Snippet("a", "x"),), row.id)
        mark = row.line_comment or next(iter(row.block_comment or ()), "")
        assert ("#" in text) == ("#" in mark), row.id


def test_without_snippets_the_prompt_is_the_prefix() -> None:
    assert snippet_comments.as_comments((), "python") == ""


@pytest.mark.parametrize(
    ("family", "prompt"),
    [
        ("qwen", "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>"),
        ("starcoder", "<fim_prefix>a<fim_suffix>b<fim_middle>"),
        ("granite", "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>"),
        ("codellama", "<PRE> a <SUF>b <MID>"),
        ("deepseek", "<｜fim▁begin｜>a<｜fim▁hole｜>b<｜fim▁end｜>"),
        ("codestral", "[SUFFIX]b[PREFIX]a"),
        ("codegemma", "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>"),
        ("seed-coder", "<[fim-suffix]>b<[fim-prefix]>a<[fim-middle]>"),
        ("glm", "<|code_prefix|>a<|code_suffix|>b<|code_middle|>"),
    ],
)
def test_each_family_writes_its_prompt(family: str, prompt: str) -> None:
    body = bodies.template_body(PLAIN, "m", family)
    assert body["prompt"] == prompt
    assert "suffix" not in body
    assert set(TEMPLATES[family].markers) <= set(body["stop"])


def test_a_family_with_a_form_for_files_uses_it() -> None:
    body = bodies.template_body(FULL, "m", "qwen")
    assert body["prompt"] == (
        "<|file_sep|>lib/a.py\ndef a():\n    pass\n<|file_sep|>main.py\n"
        "<|fim_prefix|>x = 1\ny = <|fim_suffix|>\n<|fim_middle|>"
    )


def test_a_family_without_one_gets_comments() -> None:
    body = bodies.template_body(FULL, "m", "codestral")
    assert body["prompt"] == f"[SUFFIX]\n[PREFIX]{COMMENTED}"


@pytest.mark.parametrize("family", TEMPLATES)
def test_a_file_about_markers_cannot_break_the_prompt(family: str) -> None:
    template = TEMPLATES[family]
    text = "{suffix} {0} " + "".join(template.markers)
    request = FimRequest(text, text, 8, (Snippet(text, text),), path=text)
    prompt = render(template, request)
    plain = render(template, FimRequest("", "", 8, (Snippet("", ""),), path=""))
    for marker in template.markers:
        assert prompt.count(marker) == plain.count(marker)
    assert "{suffix} {0}" in prompt


@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from(sorted(TEMPLATES)))
def test_no_marker_survives_in_the_users_text(data: st.DataObject, name: str) -> None:
    template = TEMPLATES[name]
    pieces = st.sampled_from([*template.markers, "<", "|", ">", "[", "]", " ", "a"])
    text = neutral(template, "".join(data.draw(st.lists(pieces, max_size=8))))
    assert not any(marker in text for marker in template.markers)


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("Qwen/Qwen2.5-Coder-7B", "qwen"),
        ("deepseek-coder-v2:16b", "deepseek"),
        ("codestral-22b", "codestral"),
        ("starcoder2:3b", "starcoder"),
        ("bytedance/seed-coder-8b-base", "seed-coder"),
        ("zed-industries/zeta-2", "seed-coder"),
        ("THUDM/GLM-4-9B", "glm"),
        ("glm-5.1", None),
        ("gpt-4", None),
    ],
)
def test_a_models_name_tells_its_family(model: str, family: str | None) -> None:
    assert family_of(model) == family


def test_chat_sends_only_what_is_set() -> None:
    request = ChatRequest((Message("user", "hi"),))
    assert chat_body(request, "m", thinking=False) == {
        "model": "m",
        "messages": [{"role": "user", "content": "hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_chat_sends_every_field() -> None:
    call = ToolCall("1", "read_file", "{}")
    request = ChatRequest(
        messages=(
            Message("system", "be brief"),
            Message("assistant", None, tool_calls=(call,), reasoning="hm"),
            Message("tool", "text", tool_call_id="1"),
        ),
        max_tokens=5,
        tools=(Tool("read_file", "Reads.", {"type": "object"}),),
        tool_choice="none",
        thinking=True,
        temperature=0.5,
    )
    assert chat_body(request, "m", thinking=True) == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "be brief"},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "1",
                        "type": "function",
                        "function": {"name": "read_file", "arguments": "{}"},
                    }
                ],
                "reasoning_content": "hm",
            },
            {"role": "tool", "content": "text", "tool_call_id": "1"},
        ],
        "max_tokens": 5,
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "read_file",
                    "description": "Reads.",
                    "parameters": {"type": "object"},
                },
            }
        ],
        "tool_choice": "none",
        "thinking": {"type": "enabled"},
        "temperature": 0.5,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_reasoning_without_tool_calls_is_not_sent_back() -> None:
    request = ChatRequest((Message("assistant", "a", reasoning="hm"),))
    body: dict[str, Any] = chat_body(request, "m", thinking=True)
    assert "reasoning_content" not in body["messages"][0]


def test_ollama_is_asked_with_a_suffix_and_keeps_its_model() -> None:
    body = bodies.ollama_body(PLAIN, "qwen2.5-coder:7b", None)
    assert (body["prompt"], body["suffix"], body["stream"]) == ("a", "b", True)
    assert body["keep_alive"] == "30m"
    assert body["options"]["num_predict"] == PLAIN.max_tokens
    assert body["options"]["num_ctx"] == 4096
    assert "raw" not in body


def test_ollama_gets_more_context_for_a_longer_prompt_and_no_end_of_it() -> None:
    prefixes = ["x" * length for length in (1_000, 9_000, 11_000, 40_000, 10_000_000)]
    asked = [replace(PLAIN, prefix=prefix) for prefix in prefixes]
    options = [bodies.ollama_body(each, "m", None)["options"] for each in asked]
    assert [each["num_ctx"] for each in options] == [4096, 4096, 8192, 16_384, 32_768]


def test_ollama_with_a_template_is_asked_raw() -> None:
    body = bodies.ollama_body(PLAIN, "m", "qwen")
    assert body["prompt"] == "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>"
    assert body["raw"] is True
    assert "suffix" not in body
    assert "<|fim_middle|>" in body["options"]["stop"]


def test_lines_of_ollama_are_read() -> None:
    assert answers.ollama_delta({"response": "x", "done": False}).text == "x"
    last = answers.ollama_delta(
        {
            "response": "",
            "done": True,
            "done_reason": "length",
            "prompt_eval_count": 26,
            "eval_count": 5,
        }
    )
    assert last.finish_reason == "length"
    assert last.usage == Usage(prompt=26, completion=5)


def test_tabby_gets_segments_and_no_model() -> None:
    body = bodies.tabby_body(replace(PLAIN, language="python", path="a.py"), "m", None)
    assert body == {
        "language": "python",
        "segments": {"prefix": "a", "suffix": "b", "filepath": "a.py"},
    }


def test_a_chat_model_is_asked_for_one_block_at_the_mark() -> None:
    body = bodies.chat_fim_body(replace(PLAIN, prefix="<FILL_HERE> a"), "m", None)
    system, user = (message["content"] for message in body["messages"])
    assert "exactly one fenced code block" in system
    assert user.endswith("< FILL_HERE> a<FILL_HERE>b")
    assert body["max_tokens"] > PLAIN.max_tokens


def test_without_a_suffix_one_line_is_asked_for() -> None:
    body = bodies.prefix_body(PLAIN, "m", None)
    assert (body["prompt"], body["stop"]) == ("a", ["\n"])
    assert "suffix" not in body
