"""`connect` against a real llama.cpp server, whose model says nothing sensible."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

pytest.importorskip("xllamacpp")

from .test_llamacpp import Server, running


def connect(server: Server, *options: str) -> dict[str, Any]:
    """What `connect --json` says, with an exit code that fits."""
    done = subprocess.run(
        [sys.executable, "-m", "fim_lsp", "connect", server.url, "--json", *options],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    data: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (0 if data["chosen"] else 1)
    assert 0 < data["calls"] <= 6
    return data


def verdicts(data: dict[str, Any]) -> dict[tuple[str, str | None], str]:
    return {(a["dialect"], a["template"]): a["verdict"] for a in data["attempts"]}


def test_a_real_server_is_recognised_and_nonsense_proves_nothing() -> None:
    with running() as server:
        data = connect(server)
    assert data["server"] == "llama.cpp"
    found = verdicts(data)
    assert next(iter(found)) == ("infill", None)
    assert found["infill", None] in ("ignores-suffix", "empty")
    assert found["openai-suffix", None] in ("ignores-suffix", "empty")
    assert data["chosen"] is None


def test_a_model_without_fim_tokens_refuses_and_a_wrong_template_proves_nothing() -> (
    None
):
    with running("--without-fim") as server:
        data = connect(server)
    found = verdicts(data)
    assert found["infill", None] == "refuses-suffix"
    # The model has no such tokens, so each template is wrong for it.
    assert found["openai-template", "qwen"] in ("ignores-suffix", "empty", "prose")
    assert data["chosen"] is None


def test_a_key_that_only_the_models_call_does_not_need() -> None:
    with running("--key", "sk-right") as server:
        data = connect(server)
    assert list(verdicts(data).values())[-1] == "key-refused"
    assert "--key-env" in data["advice"]
