"""Actions at a marker, at the cursor, on one character; slips, pages and messages."""

from __future__ import annotations

from tests.e2e.vscode.package import EXTENSION
from tests.e2e.vscode.scene import Scene, in_chat, picture, rest_of
from tests.e2e.world import CACHED, DOCUMENTED, MENDED, MISTAKEN, thoughts

ITEMS = "def total(prices):\n    result = 0\n    for price in prices:\n        $0\n"
AT_MARKER = MISTAKEN.replace("valeus", "$0valeus")
FIX = "Fix: Undefined name: valeus"
SLOW = 0.8  # seconds until an endpoint far away sends its first word
LARGEST_PACKAGE = 1_725_000  # bytes: half of what it was with all that pip installs


def test_a_quick_fix_from_the_hover_mends_the_code(vscode: Scene) -> None:
    vscode.api.answer = thoughts
    vscode.window.open("hover.py", AT_MARKER)
    assert FIX in vscode.window.do("hoverFixes")
    vscode.window.do("choose", title=FIX)
    assert vscode.window.until_saved("hover.py", MENDED) == MENDED
    vscode.window.press("Control+z")
    assert vscode.window.saved("hover.py") == MISTAKEN


def test_a_quick_fix_on_a_marker_mends_the_code(vscode: Scene) -> None:
    vscode.api.answer = thoughts
    vscode.window.open("marker.py", AT_MARKER)
    assert FIX in vscode.window.do("actions", title=FIX)
    picture(vscode, "fix-before", x=0, y=0, width=520, height=270)
    vscode.window.do("choose", title=FIX)
    assert vscode.window.until_saved("marker.py", MENDED) == MENDED
    picture(vscode, "fix-after", x=0, y=0, width=520, height=270)


def test_the_command_fix_knows_what_is_reported_on_the_line(vscode: Scene) -> None:
    vscode.api.answer = thoughts
    vscode.window.open("line.py", MISTAKEN.replace("total = sum", "$0total = sum"))
    assert FIX in vscode.window.do("actions", title=FIX)  # so the marker is there
    vscode.window.press("Escape")
    vscode.window.run("fim-lsp: Fix")
    assert vscode.window.until_saved("line.py", MENDED) == MENDED
    sent = vscode.api.calls[-1].body["messages"][-1]["content"]
    assert "Undefined name: valeus" in sent


def test_one_character_is_documented_with_its_function(vscode: Scene) -> None:
    vscode.api.answer = thoughts
    vscode.window.open("one.py", MENDED.replace("mean_of", "$0mean_of"))
    vscode.window.press("Shift+ArrowRight")
    vscode.window.do("actions", title="Document")
    vscode.window.do("choose", title="Document")
    assert vscode.window.until_saved("one.py", DOCUMENTED) == DOCUMENTED


def test_a_whole_function_in_answer_to_one_character_doubles_nothing(
    vscode: Scene,
) -> None:
    vscode.api.answer = thoughts
    vscode.window.open("cached.py", CACHED.replace("cached", "$0cached"))
    vscode.window.press("Shift+ArrowRight")
    vscode.window.do("actions", title="Document")
    vscode.window.do("choose", title="Document")
    words = "the whole block around the selection"
    assert any(words in text for text in vscode.window.notices(words))
    assert vscode.window.saved("cached.py") == CACHED
    vscode.window.do("button", label="OK")


def test_at_the_cursor_alone_the_function_around_it_is_meant(vscode: Scene) -> None:
    vscode.api.answer = thoughts
    vscode.window.open("cursor.py", MENDED.replace("return", "$0return"))
    titles = vscode.window.do("actions", title="Document")
    assert {"Document", "Explain", "Write tests"} <= set(titles)
    vscode.window.do("choose", title="Document")
    assert vscode.window.until_saved("cursor.py", DOCUMENTED) == DOCUMENTED


def test_a_slip_and_its_backspace_bring_the_text_back(vscode: Scene) -> None:
    vscode.api.answer = rest_of("result += price")
    vscode.window.open("slip.py", ITEMS)
    vscode.window.type("res")
    vscode.window.ghost("ult += price")
    vscode.api.first_delay = SLOW
    for _ in range(2):
        vscode.window.type("x")
        assert vscode.window.ghost("", seconds=3) == ""
        vscode.window.press("Backspace")
        assert vscode.window.ghost("ult += price", seconds=SLOW / 2) == "ult += price"
    vscode.window.do("wait", milliseconds=1500)
    assert vscode.window.ghost() == "ult += price"
    vscode.window.press("Tab")
    expected = ITEMS.replace("$0", "result += price")
    assert vscode.window.saved("slip.py") == expected


def test_text_that_was_typed_against_never_flashes_up(vscode: Scene) -> None:
    vscode.api.answer = rest_of("result += price", "mean = total / count")
    vscode.window.open("flash.py", ITEMS)
    vscode.window.type("res")
    vscode.window.ghost("ult += price")
    vscode.api.first_delay = SLOW
    vscode.window.type("x")
    assert vscode.window.ghost("", seconds=3) == ""
    seen = vscode.window.do("watch", text="yz = mean = t", delay=200)
    assert not any("price" in text for text in seen), seen
    assert vscode.window.ghost("otal / count") == "otal / count"


def test_an_answer_later_than_vs_code_waits_is_shown(vscode: Scene) -> None:
    vscode.api.answer = rest_of("result += price")
    vscode.api.first_delay = 1.2
    vscode.window.open("late.py", ITEMS)
    asked = vscode.calls()
    vscode.window.type("res")
    assert vscode.window.ghost("ult += price", seconds=4) == "ult += price"
    assert vscode.calls() == asked + 1
    vscode.window.press("Tab")
    expected = ITEMS.replace("$0", "result += price")
    assert vscode.window.saved("late.py") == expected


def test_trouble_is_one_message(vscode: Scene) -> None:
    vscode.api.status = 402
    vscode.window.open("once.py", f"$0{MENDED}")
    vscode.window.run("fim-lsp: Document")
    vscode.window.notices("no balance left")
    vscode.window.do("wait", milliseconds=1000)
    told = vscode.window.notices("no balance left")
    assert len([text for text in told if "no balance left" in text]) == 1
    vscode.window.do("dismiss")
    vscode.api.status = 200
    vscode.window.run("fim-lsp: Restart Server")
    assert "sparkle" in vscode.window.do("status", icon="sparkle", patience=15_000)


def test_the_why_page_follows_the_file_in_front(vscode: Scene) -> None:
    vscode.api.answer = rest_of("result += price")
    for name in ("first.py", "second.py"):
        vscode.window.open(name, ITEMS)
        vscode.window.type("res")
        vscode.window.ghost("ult += price")
    vscode.window.run("fim-lsp: Why This Completion, or None?")
    assert "Offered at second.py:4:" in vscode.window.screen("Offered at second.py")
    vscode.window.press("Control+1")  # back to the group of the file
    vscode.window.do("open", path=str(vscode.window.folder / "first.py"))
    vscode.window.screen("Offered at first.py")
    vscode.window.do("wait", milliseconds=1500)  # until the page before has gone
    page = vscode.window.screen("Offered at first.py")
    assert "Offered at first.py:4:" in page
    assert "Offered at second.py" not in page


def test_a_long_message_is_shown_whole(vscode: Scene) -> None:
    words = "I would rather not write anything about this function at all today."
    vscode.api.answer = in_chat(words)
    vscode.window.open("long.py", MENDED.replace("return", "$0return"))
    vscode.window.run("fim-lsp: Document")
    assert any(words in text for text in vscode.window.notices(words))
    picture(vscode, "message", x=380, y=400, width=520, height=160)
    vscode.window.do("button", label="OK")
    assert vscode.window.do("gone", text=words)


def test_the_doctor_is_a_page_to_read(vscode: Scene) -> None:
    vscode.window.open("doctor.py", MENDED)
    vscode.window.run("fim-lsp: Check Setup (Doctor)")
    page = vscode.window.screen("privacy (ok)")
    assert '"checks"' not in page


def test_the_package_is_half_of_what_pip_installs() -> None:
    (package,) = EXTENSION.glob("*.vsix")
    assert package.stat().st_size <= LARGEST_PACKAGE
