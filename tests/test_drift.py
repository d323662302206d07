"""What is written down about the settings agrees with the table that makes them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.settings import Layer, markdown, parse, vscode_configuration

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("editors/*/*.md")]
)
FENCE = re.compile(r"^( *)```(json|toml)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)


def test_the_settings_page_is_what_the_table_says() -> None:
    page = ROOT / "docs" / "settings.md"
    assert page.read_text(encoding="utf-8") == markdown(), (
        "write it again: python -m fim_lsp.settings"
    )


def test_the_vs_code_extension_offers_the_settings_of_the_table() -> None:
    package = json.loads((ROOT / "editors/vscode/package.json").read_text())
    offered = package["contributes"]["configuration"]["properties"]
    expected = vscode_configuration()
    own = {key for key in offered if key.split(".")[1] in {"server", "trace"}}
    assert {key: offered[key] for key in offered if key not in own} == expected


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_settings_in_the_documentation_are_settings(page: Path) -> None:
    for values in _settings_in(page.read_text(encoding="utf-8")):
        assert parse([Layer("user", values)]).problems == ()


def _settings_in(text: str) -> Iterator[Mapping[str, Any]]:
    """Every block of JSON or TOML that speaks of our settings."""
    for _, language, block in FENCE.findall(text):
        if language == "toml":
            values = tomllib.loads(block)
        else:
            values = json.loads(re.sub(r"^\s*//.*$", "", block, flags=re.MULTILINE))
        if "fim-lsp" in values or "completion" in values or "providers" in values:
            yield values
