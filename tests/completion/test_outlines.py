"""Outlines hold what is imported by name: signatures, fields, members, prototypes."""

from __future__ import annotations

import pytest

from fim_lsp.completion.outlines import definitions, outline, selectors

SOURCES = {
    "a function": (
        "def area(width: float, height: float) -> float:\n    return width * height\n",
        "area",
        "def area(width: float, height: float) -> float:",
    ),
    "a signature of several lines": (
        "def area(\n    width: float,\n    height: float,\n) -> float:\n    return 1\n",
        "area",
        "def area(\n    width: float,\n    height: float,\n) -> float:",
    ),
    "the fields of a dataclass": (
        (
            '@dataclass\nclass Order:\n    """One."""\n\n'
            "    id: int\n    total: float = 0\n\n"
            "    def pay(self, by: str) -> None:\n        self.total = 0\n"
        ),
        "Order",
        (
            "class Order:\n    id: int\n    total: float = 0\n"
            "    def pay(self, by: str) -> None:"
        ),
    ),
    "a description of many lines is no member": (
        'class Order:\n    """One.\n\n    number = 5\n    """\n\n    id: int\n',
        "Order",
        "class Order:\n    id: int",
    ),
    "the members of a TypeScript class": (
        (
            "export class Cart {\n  items: Item[] = [];\n  add(item: Item): void {\n"
            "    this.items.push(item);\n  }\n}\n"
        ),
        "Cart",
        "export class Cart {\n  items: Item[] = [];\n  add(item: Item): void {",
    ),
    "an interface": (
        "export interface Item {\n  id: string;\n  price: number;\n}\n",
        "Item",
        "export interface Item {\n  id: string;\n  price: number;",
    ),
    "a prototype in a C header": (
        "#pragma once\nstruct shape;\nint area(const struct shape *s, int unit);\n",
        "area",
        "int area(const struct shape *s, int unit);",
    ),
    "a Rust struct and its methods": (
        (
            "pub struct Point {\n    pub x: f64,\n}\n\nimpl Point {\n"
            "    pub fn new(x: f64) -> Self {\n        Self { x }\n    }\n}\n"
        ),
        "Point",
        (
            "pub struct Point {\n    pub x: f64,\nimpl Point {\n"
            "    pub fn new(x: f64) -> Self {"
        ),
    ),
    "a Go method belongs to its type": (
        (
            "type Cart struct {\n\tItems []Item\n}\n\n"
            "func (c *Cart) Add(i Item) error {\n"
            "\treturn nil\n}\n\nfunc Other() {\n}\n"
        ),
        "Cart",
        "type Cart struct {\n\tItems []Item\nfunc (c *Cart) Add(i Item) error {",
    ),
    "a Java class": (
        (
            "package a;\n\npublic class Order {\n    private final int id;\n\n"
            "    public Order(int id) {\n        this.id = id;\n    }\n\n"
            "    public int getId() {\n        return id;\n    }\n}\n"
        ),
        "Order",
        (
            "public class Order {\n    private final int id;\n"
            "    public Order(int id) {\n"
            "    public int getId() {"
        ),
    ),
    "a constant": ("LIMIT = 5\nOTHER = 6\n", "LIMIT", "LIMIT = 5"),
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_what_is_wanted_is_outlined(source: tuple[str, str, str]) -> None:
    text, name, expected = source
    lines = text.splitlines(keepends=True)
    assert outline(lines, {name}.__contains__) == expected


def test_what_is_not_wanted_takes_no_room() -> None:
    helpers = "".join(f"def helper_{n}(a, b):\n    return a\n\n\n" for n in range(40))
    text = f"{helpers}class Order:\n    id: int\n"
    lines = text.splitlines(keepends=True)
    assert outline(lines, {"Order"}.__contains__) == "class Order:\n    id: int"
    assert len([*definitions(lines)]) == 41


def test_a_stylesheet_is_known_by_its_selectors() -> None:
    sheet = ".card, .box > p {\n  color: red;\n}\n@media print {\n  h1 { }\n}\n"
    assert selectors(sheet.splitlines()) == ".card, .box > p, h1"
