"""VS Code draws the next edit: two changes are typed, the third is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.install_vscode import CODE_SERVER, UnavailableError, workbench
from tests.e2e.vscode.package import build_extension
from tests.e2e.vscode.scene import Scene, open_scene, picture

# Each test changes another name: what one of them dismisses stays away for all.
START = "".join(f"{name} = client.WORD({n})\n" for n, name in enumerate("abcd", 1))


@pytest.fixture(scope="module")
def scene(
    tmp_path_factory: pytest.TempPathFactory, ran: dict[str, str]
) -> Iterator[Scene]:
    try:
        programs, extension = workbench(), build_extension()
    except UnavailableError as reason:
        pytest.skip(f"VS Code {CODE_SERVER} cannot be had: {reason}")
    with open_scene(programs, extension, tmp_path_factory.mktemp("vscode")) as opened:
        ran["VS Code"] = f"code-server {CODE_SERVER} in {programs.browser}"
        opened.window.do("status", icon="sparkle", patience=60_000)
        yield opened


def beside(scene: Scene, text: str, seconds: float = 8) -> str:
    """What is drawn behind text, once it is `text`."""
    seen: str = scene.window.do("beside", text=text, patience=seconds * 1000)
    return seen


def change(scene: Scene, line: int, old: str, new: str) -> None:
    """The name in a line is changed by keys."""
    scene.window.do("go", line=line, column=len(f"a = client.{old}") + 1)
    for _ in old:
        scene.window.press("Backspace")
    scene.window.type(new)
    scene.window.do("wait", milliseconds=900)


def twice(scene: Scene, old: str, new: str) -> tuple[str, str]:
    """The text before, and after the name is changed in two lines."""
    text = START.replace("WORD", old)
    scene.window.open(f"{old}.py", f"$0{text}")
    change(scene, 1, old, new)
    change(scene, 2, old, new)
    changed = text.replace(f"{old}(1", f"{new}(1").replace(f"{old}(2", f"{new}(2")
    return text, changed


def test_the_third_is_shown_jumped_to_applied_and_undone_in_one_step(
    scene: Scene,
) -> None:
    _, changed = twice(scene, "get", "fetch")
    assert beside(scene, "fetch (2)") == "fetch (2)"
    picture(scene, "next-edit", x=0, y=0, width=520, height=150)
    scene.window.press("Tab")
    assert scene.window.saved("get.py") == changed
    scene.window.press("Tab")
    third = changed.replace("get(3", "fetch(3")
    assert scene.window.until_saved("get.py", third) == third
    assert beside(scene, "fetch") == "fetch"
    scene.window.press("Control+z")
    assert scene.window.until_saved("get.py", changed) == changed
    assert beside(scene, "") == ""


def test_what_is_dismissed_stays_away_and_tab_is_a_tab_again(scene: Scene) -> None:
    _, changed = twice(scene, "put", "send")
    assert beside(scene, "send (2)") == "send (2)"
    scene.window.press("Escape")
    assert beside(scene, "") == ""
    scene.window.do("go", line=4, column=1)
    scene.window.press("Tab")
    assert scene.window.saved("put.py") == changed.replace("d =", "    d =")


def test_all_that_remain_are_one_undo_step(scene: Scene) -> None:
    text, changed = twice(scene, "ask", "query")
    assert beside(scene, "query (2)") == "query (2)"
    scene.window.run("fim-lsp: Apply the Next Edit in All Places")
    done = text.replace("ask", "query")
    assert scene.window.until_saved("ask.py", done) == done
    scene.window.press("Control+z")
    assert scene.window.until_saved("ask.py", changed) == changed


def test_a_change_that_touches_it_takes_it_away(scene: Scene) -> None:
    twice(scene, "pop", "take")
    assert beside(scene, "take (2)") == "take (2)"
    scene.window.do("go", line=3, column=len("a = client.po") + 1)
    scene.window.type("x")
    assert beside(scene, "", seconds=3) == ""


def test_tab_indents_what_is_selected(scene: Scene) -> None:
    _, changed = twice(scene, "jog", "trot")
    assert beside(scene, "trot (2)") == "trot (2)"
    scene.window.do("go", line=3, column=1)
    scene.window.press("Shift+ArrowDown", "Tab")
    indented = changed.replace("c =", "    c =")
    assert scene.window.until_saved("jog.py", indented) == indented
    assert beside(scene, "trot (2)") == "trot (2)"


def test_escape_closes_what_lies_above_before_it_dismisses(scene: Scene) -> None:
    twice(scene, "nap", "doze")
    assert beside(scene, "doze (2)") == "doze (2)"
    scene.window.press("Control+f", "Escape")
    scene.window.press("Control+f")
    scene.window.do("wait", milliseconds=500)
    scene.window.do("focus")
    scene.window.press("Escape")
    assert beside(scene, "doze (2)") == "doze (2)"
    assert not scene.window.do("there", selector=".find-widget.visible")
    scene.window.press("Escape")
    assert beside(scene, "") == ""


def test_the_command_goes_to_the_file_of_the_edit(scene: Scene) -> None:
    _, changed = twice(scene, "buy", "sell")
    assert beside(scene, "sell (2)") == "sell (2)"
    other = scene.window.folder / "aside.py"
    other.write_text("x = 1\ny = 2\nz = 3\n")
    scene.window.do("aside", path=str(other))
    scene.window.run("fim-lsp: Go to the Next Edit, or Apply It")
    scene.window.do("wait", milliseconds=500)
    scene.window.press("Tab")
    third = changed.replace("buy(3", "sell(3")
    assert scene.window.until_saved("buy.py", third) == third
    assert other.read_text() == "x = 1\ny = 2\nz = 3\n"
    scene.window.press("Control+2", "Control+w")


def test_without_a_next_edit_the_command_says_why(scene: Scene) -> None:
    scene.window.open("none.py", "x = 1\n$0")
    scene.window.run("fim-lsp: Go to the Next Edit, or Apply It")
    assert any("No next edit: " in text for text in scene.window.notices("No next"))
