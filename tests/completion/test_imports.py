"""Which files a document imports, and which names of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fim_lsp.completion.imports import import_lines, imported_files
from fim_lsp.text import document

Names = set[str] | None
# Language, the document's path and text, and what is imported of which file.
CASES: dict[str, tuple[str, str, str, dict[str, Names]]] = {
    "python, from": (
        "python",
        "shop/cart.py",
        "from shop.order import Order, pay as pay_now\n",
        {"shop/order.py": {"Order", "pay"}},
    ),
    "python, in brackets": (
        "python",
        "shop/cart.py",
        "from .order import (\n    Order,  # one\n    pay,\n)\n",
        {"shop/order.py": {"Order", "pay"}},
    ),
    "python, a module": (
        "python",
        "shop/cart.py",
        "from . import order\n\norder.pay(order.Order(1))\n",
        {"shop/order.py": {"pay", "Order"}},
    ),
    "typescript, braces and an alias": (
        "typescript",
        "src/cart.ts",
        'import { Order, pay as payNow } from "./order";\n',
        {"src/order.ts": {"Order", "pay"}},
    ),
    "typescript, a star": (
        "typescript",
        "src/cart.ts",
        "import * as order from './order'\norder.pay()\n",
        {"src/order.ts": {"pay"}},
    ),
    "typescript, from the root": (
        "typescript",
        "src/deep/cart.ts",
        "import { Order } from '@/order';\n",
        {"src/order.ts": {"Order"}},
    ),
    "javascript, require": (
        "javascript",
        "lib/cart.js",
        "const { Order } = require('./order');\n",
        {"lib/order.js": {"Order"}},
    ),
    "c": ("c", "src/cart.c", '#include "order.h"\n', {"src/order.h": None}),
    "rust, use crate": (
        "rust",
        "src/cart.rs",
        "use crate::order::{Order, pay};\n",
        {"src/order.rs": {"Order", "pay"}},
    ),
    "rust, one name": (
        "rust",
        "src/shop/cart.rs",
        "use super::order::Order;\n",
        {"src/shop/order.rs": {"Order"}},
    ),
    "go, the same package": (
        "go",
        "shop/cart.go",
        "package shop\n",
        {"shop/order.go": None},
    ),
    "go, another package": (
        "go",
        "main.go",
        'package main\n\nimport (\n\t"example.com/m/shop"\n)\n\nvar o = shop.Order{}\n',
        {"shop/order.go": {"Order"}, "shop/cart.go": {"Order"}},
    ),
    "java, import": (
        "java",
        "src/main/java/a/b/Cart.java",
        "package a.b;\n\nimport a.c.Order;\n",
        {"src/main/java/a/c/Order.java": None},
    ),
    "java, the same package": (
        "java",
        "src/main/java/a/c/Cart.java",
        "package a.c;\n",
        {"src/main/java/a/c/Order.java": None},
    ),
    "html, a stylesheet": (
        "html",
        "web/index.html",
        '<link rel="stylesheet" href="css/site.css">\n',
        {"web/css/site.css": None},
    ),
    "ruby": (
        "ruby",
        "lib/cart.rb",
        "require_relative 'order'\n",
        {"lib/order.rb": None},
    ),
}
FILES = (
    *("shop/order.py", "src/order.ts", "lib/order.js", "src/order.h", "src/order.rs"),
    *("src/shop/order.rs", "shop/order.go", "shop/cart.go", "lib/order.rb"),
    *("src/main/java/a/c/Order.java", "web/css/site.css"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x\n")
    (tmp_path / "go.mod").write_text("module example.com/m\n")
    (tmp_path / "Cargo.toml").write_text("[package]\n")
    return tmp_path


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_imports_are_found_with_their_names(
    case: tuple[str, str, str, dict[str, Names]], folder: Path
) -> None:
    language, name, text, expected = case
    own = folder / name
    code = document(own.as_uri(), language, 1, text)
    found = imported_files(code, own, folder, text)
    names = {
        item.path.relative_to(folder).as_posix(): None
        if item.names is None
        else set(item.names)
        for item in found
    }
    assert {path: names.get(path, "missing") for path in expected} == expected


def test_nothing_outside_the_folder_is_read(folder: Path) -> None:
    (folder.parent / "secret.py").write_text("x = 1\n")
    own = folder / "a.py"
    code = document(own.as_uri(), "python", 1, "from ..secret import x\n")
    assert imported_files(code, own, folder, code.text) == []


def test_only_a_change_of_an_import_line_changes_the_imports() -> None:
    before = document("file:///a.py", "python", 1, "import a\nx = 1\n")
    after = document("file:///a.py", "python", 2, "import a\nx = 2\n")
    other = document("file:///a.py", "python", 3, "import b\nx = 2\n")
    assert import_lines(before) == import_lines(after) != import_lines(other)
