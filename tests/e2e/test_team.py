"""A team's gateway: a real LiteLLM proxy in front of a real llama.cpp server.

It runs where `litellm` is on the PATH, as after `pipx install 'litellm[proxy]'`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("xllamacpp")

from .test_llamacpp import Server, running

ROOT = Path(__file__).parents[2]
KEY = "sk-gateway-of-nobody"
LITELLM = shutil.which("litellm")
START_SECONDS = 90.0

pytestmark = pytest.mark.skipif(LITELLM is None, reason="litellm is not installed")


def configuration(server: Server) -> str:
    """The configuration of `docs/team.md`, pointed to a server of this machine."""
    page = (ROOT / "docs" / "team.md").read_text("utf-8")
    block = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert block is not None
    text = block[1].replace("os.environ/GATEWAY_MASTER_KEY", KEY)
    text = re.sub(r"http://\S+/v1", f"{server.url}/v1", text)
    return re.sub(r"(text-completion-openai|openai)/\S+", r"\1/tiny", text)


@contextmanager
def gateway(server: Server, folder: Path) -> Iterator[str]:
    """The URL of a proxy that answers."""
    assert LITELLM is not None
    config = folder / "config.yaml"
    config.write_text(configuration(server), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    arguments = ["--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
    log = folder / "log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [LITELLM, *arguments], stdout=output, stderr=output, cwd=folder
        ) as process,
    ):
        end = time.monotonic() + START_SECONDS
        while "Uvicorn running" not in log.read_text("utf-8", "replace"):
            assert process.poll() is None, log.read_text("utf-8", "replace")
            assert time.monotonic() < end, log.read_text("utf-8", "replace")
            time.sleep(0.2)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def fim_lsp(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fim_lsp", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **environ},
    )


def test_a_team_works_through_a_real_gateway(tmp_path: Path) -> None:
    with running() as server, gateway(server, tmp_path) as url:
        options = ("--key-env", "TEAM_LLM_KEY", "--json")
        found = fim_lsp("connect", url, *options, TEAM_LLM_KEY=KEY)
        wrong = fim_lsp("connect", url, *options, TEAM_LLM_KEY="sk-wrong")
        code = tmp_path / "sums.py"
        code.write_text("def add(a, b):\n    return \n", encoding="utf-8")
        settings = {
            "FIM_LSP_COMPLETION_PROVIDER": "team",
            "FIM_LSP_PROVIDERS_TEAM_BASE_URL": url,
            "FIM_LSP_PROVIDERS_TEAM_DIALECT": "openai-template",
            "FIM_LSP_PROVIDERS_TEAM_TEMPLATE": "qwen",
            "FIM_LSP_PROVIDERS_TEAM_MODEL": "code-completion",
            "FIM_LSP_PROVIDERS_TEAM_API_KEY_ENV": "TEAM_LLM_KEY",
            "TEAM_LLM_KEY": KEY,
        }
        completed = fim_lsp("complete", f"{code}:2:12", "--json", **settings)
    data: dict[str, Any] = json.loads(found.stdout)
    assert data["server"] == "LiteLLM"
    assert data["models"] == ["code-completion", "code-chat"]
    assert data["attempts"][0]["dialect"] == "openai-suffix"
    refused = json.loads(wrong.stdout)
    assert refused["attempts"][-1]["verdict"] == "key-refused"
    answer = json.loads(completed.stdout)
    assert (answer["source"], answer["outcome"]) != ("echo", "echo")
    assert answer["tokens"]["prompt"] > 0
    assert KEY not in found.stdout + found.stderr + completed.stdout + completed.stderr
