"""Which pieces of other files go along with a request."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fim_lsp.api.requests import Snippet
from fim_lsp.completion.edits import Change
from fim_lsp.completion.snippets import DOCUMENTS, LATER, STABLE, Snippets
from fim_lsp.completion.window import cut_window
from fim_lsp.text import Cell, Document, Lines, OtherCells, Place, document
from tests.harness.clock import Clock, settle

CART = """def total_price(cart, discount):
    subtotal = sum(item.price for item in cart.items)
    rebate_percent = discount.percent or DEFAULT_PERCENT
    shipping_cost = cart.shipping.amount
    return subtotal - subtotal * rebate_percent + shipping_cost
"""
ORDER = """def order_weight(cart, packaging):
    subtotal = sum(item.weight for item in cart.items)
    return subtotal + packaging
"""


class Desk:
    """A context, the document that is being written, and others beside it."""

    def __init__(self, folder: Path, text: str = ORDER) -> None:
        self.folder = folder
        self.clock = Clock()
        self.refused: set[str] = set()
        self.context = Snippets(
            clock=self.clock,
            sleep=self.clock.sleep,
            may_read=lambda path, _: path.name not in self.refused,
        )
        self.current = self.open("order.py", text)

    def open(self, name: str, text: str, language: str = "python") -> Document:
        opened = document((self.folder / name).as_uri(), language, 1, text)
        self.context.seen(opened)
        return opened

    def prepare(self, budget: int = 2400, *, waits: bool = True) -> None:
        place = Place(len(self.current.lines) - 1, 0)
        window = cut_window(self.current, place, prefix_chars=8000, suffix_chars=500)
        self.context.prepare(window, self.folder, budget, waits=waits)

    async def gather(self, budget: int = 2400) -> tuple[Snippet, ...]:
        self.prepare(budget)
        await settle()
        for task in list(self.context._gathering.values()):
            await task
        return self.context.snippets(self.current.uri)


async def test_a_similar_region_of_another_document_goes_along(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.open("cart.py", CART)
    assert [s.path for s in await desk.gather()] == ["cart.py"]


async def test_a_copy_of_the_text_around_the_cursor_does_not(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.open("copy.py", ORDER)
    assert await desk.gather() == ()


async def test_two_copies_of_the_same_region_go_along_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.open("cart.py", CART)
    desk.open("cart_copy.py", CART)
    assert len(await desk.gather()) == 1


async def test_a_recent_edit_comes_first(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.open("cart.py", CART)
    notes = desk.open("notes.md", "The word that was just written.\n", "markdown")
    desk.context.seen(notes, [Change(Place(0, 0), "", "The")])
    assert [s.path for s in await desk.gather()] == ["notes.md", "cart.py"]


async def test_what_an_imported_file_defines_goes_along(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("import os\n\ndef buy(what):\n    return what\n")
    desk = Desk(tmp_path, "from shop import buy\n\n")
    assert await desk.gather() == (Snippet("shop.py", "def buy(what):"),)


async def test_what_may_not_be_sent_stays_here(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("def buy(what):\n    return what\n")
    desk = Desk(tmp_path, f"from shop import buy\n{ORDER}")
    desk.open("cart.py", CART)
    desk.refused = {"shop.py", "cart.py"}
    assert await desk.gather() == ()


async def test_documents_of_other_folders_stay_there(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    desk = Desk(tmp_path / "here")
    desk.open("../there.py", CART)
    assert await desk.gather() == ()


async def test_no_folder_and_no_budget_mean_no_snippets(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.open("cart.py", CART)
    assert await desk.gather(budget=0) == ()
    assert await desk.gather(budget=20) == ()


async def test_snippets_stay_the_same_for_some_seconds(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.open("cart.py", CART)
    first = await desk.gather()
    desk.open("cart.py", CART.replace("discount", "rebate"))
    assert await desk.gather() is first
    await desk.clock.advance(STABLE)
    assert await desk.gather() != first


async def test_an_import_line_that_changes_has_them_gathered_again(
    tmp_path: Path,
) -> None:
    (tmp_path / "cart.py").write_text("def pay(cart, by):\n    return 1\n")
    desk = Desk(tmp_path, "from order import x\n\n\n\n")
    assert await desk.gather() == ()
    desk.current = desk.open("order.py", "from cart import pay\n\n\n\n")
    assert await desk.gather() == (Snippet("cart.py", "def pay(cart, by):"),)


async def test_the_first_request_of_a_document_has_what_it_imports(
    tmp_path: Path,
) -> None:
    helpers = "".join(f"def helper_{n}(a):\n    return a\n" for n in range(60))
    (tmp_path / "cart.py").write_text(f"{helpers}class Order:\n    id: int\n")
    desk = Desk(tmp_path, "from cart import Order\n\n\n\n")
    start = cut_window(desk.current, Place(0, 0), prefix_chars=0, suffix_chars=2000)
    desk.context.opened(start, desk.folder, 2400)
    assert desk.context.are_coming(desk.current.uri)
    await desk.context.ready(desk.current.uri)
    snippets = desk.context.snippets(desk.current.uri)
    assert snippets == (Snippet("cart.py", "class Order:\n    id: int"),)


async def test_a_file_that_is_open_and_imported_and_edited_goes_along_once(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path, f"from cart import total_price\n\n{ORDER}\n")
    cart = desk.open("cart.py", CART)
    (tmp_path / "cart.py").write_text(CART)
    desk.context.seen(cart, [Change(Place(1, 0), "", " ")])
    assert [snippet.path for snippet in await desk.gather()] == ["cart.py"]


async def test_a_region_begins_and_ends_with_a_definition(tmp_path: Path) -> None:
    other = "".join(
        f"def rebate_{n}(cart, discount):\n"
        + "    subtotal = cart.items\n" * 6
        + "    return subtotal\n\n\n"
        for n in range(9)
    )
    desk = Desk(tmp_path)
    desk.open("cart.py", other)
    (snippet,) = await desk.gather()
    assert snippet.text.startswith("def rebate_")
    assert snippet.text.rstrip().endswith("return subtotal")


async def test_a_file_that_may_not_be_read_is_not_outlined(tmp_path: Path) -> None:
    (tmp_path / "cart.py").write_text("def pay(cart, by):\n    return 1\n")
    desk = Desk(tmp_path, "from cart import pay\n\n\n\n")
    desk.refused = {"cart.py"}
    assert await desk.gather() == ()


async def test_the_cells_of_a_notebook_drive_no_document_out(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.open("cart.py", CART)
    nothing = OtherCells(Lines(()), Lines(()), 0)
    notebook = Cell((tmp_path / "a.ipynb").as_uri(), lambda: nothing)
    for number in range(DOCUMENTS + 5):
        cell = document(f"cell:{number}", "python", 1, CART)
        change = Change(Place(0, 0), "", "x")
        desk.context.seen(replace(cell, cell=notebook), [change])
    assert [s.path for s in await desk.gather()] == ["cart.py"]


async def test_the_cells_of_a_notebook_are_no_snippets(tmp_path: Path) -> None:
    """Whatever the client calls them: they are no text of their language on disk."""
    desk = Desk(tmp_path)
    nothing = OtherCells(Lines(()), Lines(()), 0)
    notebook = Cell((tmp_path / "a.ipynb").as_uri(), lambda: nothing)
    cell = document((tmp_path / "a.ipynb#1").as_uri(), "python", 1, CART)
    desk.context.seen(replace(cell, cell=notebook))
    assert await desk.gather() == ()


async def test_an_answer_on_its_way_comes_before_snippets_for_the_next(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    await desk.gather()
    desk.open("cart.py", CART)
    await desk.clock.advance(STABLE)
    desk.prepare(waits=False)
    await settle()
    assert not desk.context._gathering
    await desk.clock.advance(LATER)
    for task in list(desk.context._gathering.values()):
        await task
    assert [s.path for s in desk.context.snippets(desk.current.uri)] == ["cart.py"]


async def test_a_request_that_waits_takes_what_was_put_off(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.gather()
    desk.open("cart.py", CART)
    await desk.clock.advance(STABLE)
    desk.prepare(waits=False)
    assert [s.path for s in await desk.gather()] == ["cart.py"]
    await desk.clock.advance(LATER)
    assert not desk.context._gathering
