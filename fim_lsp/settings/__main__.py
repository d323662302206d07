"""`python -m fim_lsp.settings` writes `docs/settings.md` from the table of settings."""

from __future__ import annotations

from pathlib import Path

from .reference import markdown

if __name__ == "__main__":
    page = Path(__file__).parents[2] / "docs" / "settings.md"
    page.write_text(markdown(), encoding="utf-8")
