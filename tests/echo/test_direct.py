from __future__ import annotations

from pathlib import Path

import pytest

from fim_lsp.echo.direct import cover, guess_now, read_now
from fim_lsp.text import Place, document


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("total = sum_of(", "prices, taxes)"),
        ("spoon.", "stir(with_care)"),
        ("# total = sum_of(", None),
        ("token = ", None),
    ],
)
def test_guesses_come_without_a_child_process(
    tmp_path: Path, typed: str, expected: str | None
) -> None:
    written = "total = sum_of(prices, taxes)\n" * 3
    secret = f'token = "{"AKIA" + "ABCDEFGHIJKLMNOP"}"\n' * 3
    (tmp_path / "a.py").write_text(written + secret, "utf-8")
    sources = read_now(tmp_path, near=None, may_read=lambda _: True)
    uri = (tmp_path / "b.py").as_uri()
    cover(sources, document(uri, "python", 1, f"spoon.stir(with_care)\n\n{typed}"))
    asked = document(uri, "python", 2, f"spoon.stir(with_care)\n\n{typed}")
    found = guess_now(sources, asked, Place(2, len(typed)), 0.0)
    assert (found and found.text) == expected
