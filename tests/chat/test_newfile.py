from __future__ import annotations

from pathlib import Path

import pytest

from fim_lsp.chat.actions import Action, Apply, Needs, find_action
from fim_lsp.chat.newfile import new_path
from fim_lsp.errors import InputError
from fim_lsp.text import document

OWN = Action("notes", "Notes", "refactor", Apply.NEW_FILE, Needs.SELECTION, "Note it.")


def _path(root: Path, source: str, *existing: str, action: Action | None = None) -> str:
    for name in (source, *existing):
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    written = document((root / source).as_uri(), "python", 1, "")
    path = new_path(action or find_action("tests"), written)
    assert not path.exists()
    return path.relative_to(root).as_posix()


@pytest.mark.parametrize(
    ("source", "existing", "expected"),
    [
        ("cart.py", ["pyproject.toml"], "test_cart.py"),
        ("cart.py", ["tests/"], "tests/test_cart.py"),
        ("src/shop/cart.py", ["tests/", "pyproject.toml"], "tests/test_cart.py"),
        ("a/cart.py", ["tests/", "a/pyproject.toml"], "a/test_cart.py"),
        ("cart.py", ["tests/test_cart.py"], "tests/test_cart_2.py"),
        ("cart.go", [], "cart_test.go"),
        ("cart.go", ["cart_test.go"], "cart_2_test.go"),
        ("cart.ts", [], "cart.test.ts"),
        ("cart.ts", ["other.spec.ts"], "cart.spec.ts"),
        ("cart.tsx", ["__tests__/"], "__tests__/cart.test.tsx"),
        ("cart.ts", ["cart.test.ts"], "cart_2.test.ts"),
        ("src/main/java/shop/Cart.java", [], "src/test/java/shop/CartTest.java"),
        (
            "src/main/java/shop/Cart.java",
            ["src/test/java/shop/CartTest.java"],
            "src/test/java/shop/Cart2Test.java",
        ),
        ("Cart.java", [], "CartTest.java"),
        ("cart.rs", [], "cart_test.rs"),
        ("cart.ex", [], "cart_test.exs"),
    ],
)
def test_tests_go_where_their_language_has_them(
    tmp_path: Path, source: str, existing: list[str], expected: str
) -> None:
    assert _path(tmp_path, source, *existing) == expected


def test_own_new_files_stand_beside_their_source(tmp_path: Path) -> None:
    assert _path(tmp_path, "a/cart.py", action=OWN) == "a/cart_notes.py"
    assert _path(tmp_path, "a/cart.py", action=OWN) == "a/cart_notes.py"


def test_there_is_an_end_to_names() -> None:
    source = document("file:///a/cart.py", "python", 1, "")
    with pytest.raises(InputError, match="already 9"):
        new_path(find_action("tests"), source, exists=lambda _: True)


def test_a_document_without_a_file_has_no_place_for_another() -> None:
    source = document("untitled:1", "python", 1, "")
    with pytest.raises(InputError, match="Save the document"):
        new_path(find_action("tests"), source)
