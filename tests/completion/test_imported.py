"""What a document takes from other files: the right definitions, within the budget."""

from __future__ import annotations

from pathlib import Path

import pytest

from fim_lsp.completion.imported import imported_regions
from fim_lsp.completion.window import cut_window
from fim_lsp.text import Place, document

ORDER = """class Order:
    id: int

    def __init__(self, id: int) -> None:
        self.id = id

    def pay(self, by: str) -> None:
        ...

    def cancel(self) -> None:
        ...
"""
FILES = {
    "shop/order.py": ORDER,
    "shop/api.py": "from .order import Order\nfrom .prices import *\n",
    "shop/prices.py": "def price_of(name: str) -> int:\n    return 1\n",
    "src/order.ts": "export function pay(id: string): void {\n}\n",
    "src/index.ts": "export * from './order';\n",
    "src/lines.ts": "export { pay } from './index';\nimport { no } from './no';\n",
    "src/no.ts": "export function no(): void {\n}\n",
    "src/shop/mod.rs": "mod order;\npub use order::Order;\n",
    "src/shop/order.rs": (
        "pub struct Order {\n    id: u32,\n}\n\nimpl Order {\n"
        "    pub fn new(id: u32) -> Self {\n        Self { id }\n    }\n"
        "    pub fn pay(&self, by: &str) {\n    }\n}\n"
    ),
    "Cargo.toml": "[package]\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def taken(
    folder: Path, name: str, language: str, marked: str, budget: int = 2400
) -> dict[str, str]:
    """The text of each file that is sent for the cursor `$0`."""
    before, _, after = marked.partition("$0")
    opened = document((folder / name).as_uri(), language, 1, before + after)
    lines = before.split("\n")
    place = Place(len(lines) - 1, len(lines[-1]))
    window = cut_window(opened, place, prefix_chars=8000, suffix_chars=512)

    def read(path: Path) -> list[str]:
        return path.read_text().splitlines(keepends=True)

    regions = imported_regions(window, opened, folder, budget, read)
    return {region.path: region.text for region in regions}


@pytest.mark.parametrize(
    ("name", "language", "text", "path", "signature"),
    [
        (
            *("main.py", "python", "from shop.api import Order\nx = Order($0)\n"),
            *("shop/order.py", "    def __init__(self, id: int) -> None:"),
        ),
        (
            *("main.py", "python", "from shop.api import price_of\nprice_of($0)\n"),
            *("shop/prices.py", "def price_of(name: str) -> int:"),
        ),
        (
            *("src/main.ts", "typescript", "import { pay } from './lines';\npay($0)\n"),
            *("src/order.ts", "export function pay(id: string): void {"),
        ),
        (
            *(
                "src/main.rs",
                "rust",
                "use crate::shop::Order;\nlet o = Order::new($0)\n",
            ),
            *("src/shop/order.rs", "    pub fn new(id: u32) -> Self {"),
        ),
    ],
)
def test_a_name_that_is_passed_on_is_followed_to_its_definition(  # noqa: PLR0917 — a table
    folder: Path, name: str, language: str, text: str, path: str, signature: str
) -> None:
    assert signature in taken(folder, name, language, text)[path].split("\n")


def test_a_script_passes_on_only_what_it_exports(folder: Path) -> None:
    text = "import { no } from './lines';\nno($0)\n"
    assert "src/no.ts" not in taken(folder, "src/main.ts", "typescript", text)


def test_imports_below_a_long_comment_count(folder: Path) -> None:
    text = '"""' + "Words.\n" * 400 + '"""\nfrom shop.order import Order\n$0\n'
    assert "shop/order.py" in taken(folder, "main.py", "python", text)


def test_how_all_is_called_comes_before_the_members_of_one(folder: Path) -> None:
    text = "from shop.order import Order\nfrom shop.prices import price_of\n$0\nOrder\n"
    sent = taken(folder, "main.py", "python", text, budget=140)
    assert "def __init__" in sent["shop/order.py"]
    assert "def cancel" not in sent["shop/order.py"]
    assert "def price_of" in sent["shop/prices.py"]


def test_members_that_are_used_come_before_the_others(folder: Path) -> None:
    text = "from shop.order import Order\nx = Order(1)\nx.cancel()\n$0\n"
    sent = taken(folder, "main.py", "python", text, budget=170)["shop/order.py"]
    assert "def cancel" in sent
    assert "def pay" not in sent


def test_no_more_is_sent_than_the_budget_holds(folder: Path) -> None:
    text = "from shop.order import Order\nfrom shop.prices import price_of\n$0\n"
    for budget in range(0, 300, 20):
        sent = taken(folder, "main.py", "python", text, budget=budget)
        assert sum(len(path) + len(text) for path, text in sent.items()) <= budget


def test_the_first_line_of_a_value_is_enough(folder: Path) -> None:
    (folder / "data.py").write_text("TABLE = [\n" + "    1,\n" * 30 + "]\n")
    sent = taken(folder, "main.py", "python", "from data import TABLE\n$0TABLE\n")
    assert sent["data.py"] == "TABLE = ["
