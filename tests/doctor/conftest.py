"""The doctor is tried through the command line, with its fixtures."""

from __future__ import annotations

from tests.cli.conftest import api, fim_lsp, key

__all__ = ["api", "fim_lsp", "key"]
