"""Files that are renamed, read-only, nameless, long or changed by another program."""

from __future__ import annotations

import re

from tests.e2e.vscode.scene import Scene, in_chat, rest_of
from tests.e2e.vscode.window import Window
from tests.harness.model_script import Seen

PLAIN = "def total(prices):\n    result = 0\n    return result\n"
DOCUMENTED = 'def total(prices):\n    """Sum."""\n    result = 0\n    return result\n'
DOCUMENTS = in_chat(f"```python\n{DOCUMENTED}```")
SELECTED = re.compile(r"Selected code[^\n]*:\n(`{3,})\w*\n(.*?)\1", re.DOTALL)
SLOW = 1.5  # seconds in which something happens to the file


def act(window: Window, lines: int = 3) -> None:
    """The first lines are selected, and documented by the command."""
    window.press(*["Shift+ArrowDown"] * lines)
    window.run("fim-lsp: Document")


def noting(seen: Seen) -> str:
    """A model that writes a note behind the last line of the selected code."""
    selected = SELECTED.search(seen.body["messages"][-1]["content"])
    return f"```python\n{selected[2].rstrip()}  # note\n```" if selected else ""


def test_a_read_only_text_is_not_changed(vscode: Scene) -> None:
    vscode.api.answer = DOCUMENTS
    vscode.window.open("locked.py", f"$0{PLAIN}")
    vscode.window.do("exactly", title="File: Set Active Editor Read-only in Session")
    act(vscode.window)
    assert any(
        "read-only" in text for text in vscode.window.notices("did not apply the edit")
    )
    assert '"""Sum."""' not in vscode.window.screen("return result")
    vscode.window.do("dismiss")


def test_a_file_renamed_meanwhile_is_not_edited_and_does_not_come_back(
    vscode: Scene,
) -> None:
    vscode.api.answer, vscode.api.first_delay = DOCUMENTS, SLOW
    vscode.window.open("old.py", f"$0{PLAIN}")
    act(vscode.window)
    vscode.window.do("rename", name="new.py")
    assert vscode.window.notices("old.py is not there any more")
    assert (vscode.window.folder / "new.py").read_text() == PLAIN
    assert not (vscode.window.folder / "old.py").exists()
    vscode.window.do("dismiss")


def test_what_another_program_wrote_above_moves_the_edit(vscode: Scene) -> None:
    vscode.api.answer, vscode.api.first_delay = DOCUMENTS, SLOW
    vscode.window.open("two.py", f"$0{PLAIN}\n\nx = 1\n")
    act(vscode.window)
    (vscode.window.folder / "two.py").write_text(f"# more\n{PLAIN}\n\nx = 1\n")
    both = f"# more\n{DOCUMENTED}\n\nx = 1\n"
    vscode.window.do("wait", milliseconds=int(SLOW * 2000))
    assert vscode.window.until_saved("two.py", both) == both


def test_what_another_program_wrote_inside_ends_the_edit(vscode: Scene) -> None:
    vscode.api.answer, vscode.api.first_delay = DOCUMENTS, SLOW
    vscode.window.open("three.py", f"$0{PLAIN}\n\nx = 1\n")
    act(vscode.window)
    theirs = PLAIN.replace("result = 0", "result = 1") + "\n\nx = 1\n"
    (vscode.window.folder / "three.py").write_text(theirs)
    assert vscode.window.notices("The text was changed meanwhile")
    assert vscode.window.saved("three.py") == theirs
    vscode.window.do("dismiss")


def test_new_tests_are_opened(vscode: Scene) -> None:
    tests = "def test_total() -> None:\n    assert total([]) == 0\n"
    vscode.api.answer = in_chat(f"```python\n{tests}```")
    vscode.window.open("total.py", f"$0{PLAIN}")
    vscode.window.run("fim-lsp: Write Tests")
    assert "assert total([]) == 0" in vscode.window.screen("assert total([]) == 0")
    assert vscode.window.saved("test_total.py") == tests


def test_a_nameless_file_is_completed_and_edited(vscode: Scene) -> None:
    vscode.api.answer = rest_of("result += price")
    vscode.window.do("exactly", title="File: New Untitled Text File")
    vscode.window.run("Change Language Mode")
    vscode.window.do("answer", text="Python")
    vscode.window.do("wait", milliseconds=500)
    vscode.window.type("def total(prices):\nresult = 0\nfor price in prices:\nres")
    assert vscode.window.ghost("ult += price") == "ult += price"
    vscode.window.press("Tab", "Control+Home")
    vscode.api.answer = DOCUMENTS
    act(vscode.window, lines=4)
    assert '"""Sum."""' in vscode.window.screen('"""Sum."""')
    vscode.window.run("fim-lsp: Write Tests")
    assert vscode.window.notices("Save the document first")
    vscode.window.do("dismiss")


def test_tabs_line_ends_and_emoji_stay(vscode: Scene) -> None:
    vscode.api.answer = noting
    text = (
        'class A:\r\n\tdef f(self, x):\r\n\t\tlabel = "😀 ü"; y = x\r\n\t\treturn y\r\n'
    )
    vscode.window.open("tabs.py", text.replace("class", "$0class"))
    vscode.window.press("ArrowDown", "ArrowDown", "Home", "Shift+ArrowRight")
    vscode.window.run("fim-lsp: Simplify")
    noted = text.replace("y = x", "y = x  # note")
    assert vscode.window.until_saved("tabs.py", noted) == noted
    vscode.window.press("Control+z")
    assert vscode.window.saved("tabs.py") == text


def test_twenty_thousand_lines(vscode: Scene) -> None:
    vscode.api.answer = rest_of("result += price")
    half = "".join(f"def f{n}(x):\n    return x + {n}\n\n\n" for n in range(2500))
    start = "def total(prices):\n    result = 0\n    for price in prices:\n        "
    rest = f"\n\n\n{half}"
    vscode.window.open("long.py", f"{half}{start}$0{rest}")
    vscode.window.type("res")
    assert vscode.window.ghost("ult += price") == "ult += price"
    vscode.window.press("Tab")
    vscode.api.answer = noting
    vscode.window.run("fim-lsp: Document")
    noted = f"{half}{start}result += price  # note{rest}"
    assert vscode.window.until_saved("long.py", noted) == noted


def test_a_setting_is_chosen_in_the_settings_editor(vscode: Scene) -> None:
    vscode.window.do("setting", name="fim-lsp.completion.enabled", value="false")
    assert "circle-slash" in vscode.window.do("status", icon="circle-slash")
    vscode.window.press("Escape")
    vscode.window.do("setting", name="fim-lsp.completion.enabled", value="not set")
    assert "sparkle" in vscode.window.do("status", icon="sparkle")
    vscode.window.press("Escape")
