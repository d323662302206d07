"""The extension as it is installed, in a real VS Code, against the real server."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal

from tests.e2e.vscode.scene import KEY, Scene, in_chat, picture, rest_of

ITEMS = "def total(prices):\n    result = 0\n    for price in prices:\n        $0\n"


def test_ghost_text_is_taken_with_tab(vscode: Scene) -> None:
    vscode.api.answer = rest_of("result += price")
    vscode.window.open("tab.py", ITEMS)
    vscode.window.type("res")
    assert vscode.window.ghost("ult += price") == "ult += price"
    picture(vscode, "ghost", x=0, y=0, width=520, height=150)
    vscode.window.press("Tab")
    expected = ITEMS.replace("$0", "result += price")
    assert vscode.window.saved("tab.py") == expected
    assert vscode.window.ghost("", seconds=3) == ""


def test_typing_through_keeps_it_and_asks_nothing(vscode: Scene) -> None:
    vscode.api.answer = rest_of("result = result + price")
    vscode.window.open("through.py", ITEMS)
    vscode.window.type("resu")
    vscode.window.ghost("lt = result + price")
    calls = vscode.calls()
    vscode.window.type("lt = re", delay=60)
    assert vscode.window.ghost("sult + price") == "sult + price"
    assert vscode.calls() == calls
    vscode.window.press("Tab")
    expected = ITEMS.replace("$0", "result = result + price")
    assert vscode.window.saved("through.py") == expected


def test_typing_against_it_clears_it(vscode: Scene) -> None:
    vscode.api.answer = rest_of("result += price")
    vscode.window.open("against.py", ITEMS)
    vscode.window.type("res")
    vscode.window.ghost("ult += price")
    vscode.window.type("x")
    assert vscode.window.ghost("", seconds=3) == ""
    assert vscode.window.saved("against.py") == ITEMS.replace("$0", "resx")


def test_a_word_is_taken_and_the_rest_stays(vscode: Scene) -> None:
    vscode.api.answer = rest_of("result = result + price")
    vscode.window.open("word.py", ITEMS)
    vscode.window.type("resu")
    vscode.window.ghost("lt = result + price")
    calls = vscode.calls()
    vscode.window.press("Control+ArrowRight")
    assert vscode.window.ghost("= result + price").strip() == "= result + price"
    vscode.window.press("Tab")
    expected = ITEMS.replace("$0", "result = result + price")
    assert vscode.window.saved("word.py") == expected
    assert vscode.calls() == calls


def test_several_lines_are_taken(vscode: Scene) -> None:
    body = "if price > 0:\n            result += price\n            count += 1"
    vscode.api.answer = rest_of(body)
    vscode.window.open("lines.py", ITEMS)
    vscode.window.type("if price > 0:")
    shown = "result += price\n            count += 1"
    assert vscode.window.ghost(shown).strip() == shown
    picture(vscode, "lines", x=0, y=0, width=520, height=200)
    vscode.window.press("Tab")
    assert vscode.window.saved("lines.py") == ITEMS.replace("$0", body)


def test_a_bracket_that_the_editor_closed_is_not_doubled(vscode: Scene) -> None:
    vscode.api.answer = rest_of("print(price, result)")
    vscode.window.open("bracket.py", ITEMS)
    vscode.window.type("print(")
    vscode.window.ghost("price, result")
    vscode.window.press("Tab")
    expected = ITEMS.replace("$0", "print(price, result)")
    assert vscode.window.saved("bracket.py") == expected


def test_characters_of_any_width_keep_their_place(vscode: Scene) -> None:
    start = "label = '😀 größe: ' + "
    vscode.api.answer = rest_of(f"{start}str(größe)  # naïve 文")
    vscode.window.open("wide.py", f"größe = 1\n{start}$0\n")
    vscode.window.type("str")
    vscode.window.ghost("(größe)  # naïve 文")
    vscode.window.press("Tab")
    expected = f"größe = 1\n{start}str(größe)  # naïve 文\n"
    assert vscode.window.saved("wide.py") == expected


def test_switched_off_nothing_is_asked_and_on_again_it_is(vscode: Scene) -> None:
    vscode.api.answer = rest_of("result += price")
    vscode.window.open("off.py", ITEMS)
    vscode.window.run("fim-lsp: Switch Completion On or Off")
    assert "circle-slash" in vscode.window.do("status", icon="circle-slash")
    calls = vscode.calls()
    vscode.window.type("re")
    assert vscode.window.ghost(seconds=1.5) == ""
    assert vscode.calls() == calls
    vscode.window.run("fim-lsp: Switch Completion On or Off")
    assert "sparkle" in vscode.window.do("status", icon="sparkle")
    vscode.window.type("sul")
    assert vscode.window.ghost("t += price") == "t += price"


def test_an_action_is_listed_applied_and_undone_in_one_step(vscode: Scene) -> None:
    before = "def double(x):\n    return 2 * x\n"
    after = 'def double(x):\n    """Twice x."""\n    return 2 * x\n'
    vscode.api.answer = in_chat(f"```python\n{after}```")
    vscode.window.open("act.py", f"$0{before}")
    vscode.window.press("Control+a")
    titles = vscode.window.do("actions", title="Document")
    assert {"Edit with instruction", "Explain", "Document", "Write tests"} <= set(
        titles
    )
    picture(vscode, "actions", x=0, y=0, width=520, height=260)
    vscode.window.do("choose", title="Document")
    assert vscode.window.until_saved("act.py", after) == after
    vscode.window.press("Control+z")
    assert vscode.window.saved("act.py") == before


def test_edit_with_instruction_asks_for_it(vscode: Scene) -> None:
    vscode.api.answer = in_chat("```python\nx = 2\n```")
    vscode.window.open("edit.py", "$0x = 1\n")
    vscode.window.press("Control+a")
    vscode.window.do("actions", title="Edit with instruction")
    vscode.window.do("choose", title="Edit with instruction")
    vscode.window.do("answer", text="make it two")
    assert vscode.window.until_saved("edit.py", "x = 2\n") == "x = 2\n"
    assert "make it two" in json.dumps(vscode.api.calls[-1].body)


def test_a_cancelled_action_changes_nothing(vscode: Scene) -> None:
    vscode.api.answer = in_chat("```python\n", *["y = 1\n"] * 40, "```")
    vscode.api.piece_delay = 0.3
    vscode.window.open("cancel.py", "$0x = 1\n")
    vscode.window.press("Control+a")
    aborted = vscode.api.aborted
    vscode.window.run("fim-lsp: Simplify")
    assert vscode.window.notices("writing")
    picture(vscode, "progress", x=380, y=400, width=520, height=160)
    vscode.window.do("button", label="Cancel")
    vscode.window.do("gone", text="Simplify")
    assert vscode.window.saved("cancel.py") == "x = 1\n"
    assert vscode.api.aborted == aborted + 1


def test_why_is_a_page_to_read(vscode: Scene) -> None:
    vscode.api.answer = rest_of("result += price")
    vscode.window.open("why.py", ITEMS)
    vscode.window.type("res")
    vscode.window.ghost("ult += price")
    vscode.window.run("fim-lsp: Why This Completion, or None?")
    assert "Offered at why.py:4:" in vscode.window.screen("Offered at")
    picture(vscode, "why", x=0, y=0, width=640, height=150)
    vscode.window.press("Control+w")


def test_what_was_taken_is_counted(vscode: Scene) -> None:
    """Six with Tab so far: the first five tests that end in it, and the wide one."""
    vscode.window.open("usage.py", "x = 1\n$0")
    vscode.window.run("fim-lsp: Show Usage and Cost")
    page = vscode.window.screen("cost per accepted completion")
    today = re.search(r"\d{4}-\d\d-\d\d\t(\d+)\t(\d+)\t(\d+)", page)
    assert today is not None
    assert int(today[3]) == 6


def test_a_server_that_was_killed_is_started_again(vscode: Scene) -> None:
    killed = vscode.server()
    vscode.api.answer = rest_of("result += price")
    vscode.window.open("killed.py", ITEMS)
    os.kill(killed, signal.SIGKILL)
    vscode.window.do("wait", milliseconds=1500)
    vscode.window.do("status", icon="sparkle", patience=15_000)
    assert vscode.server() != killed
    vscode.window.type("res")
    assert vscode.window.ghost("ult += price") == "ult += price"


def test_a_refused_key_is_said_once_and_a_stored_one_mends_it(vscode: Scene) -> None:
    vscode.api.key = "sk-stored"
    vscode.api.answer = rest_of("result += price")
    vscode.window.open("key.py", ITEMS)
    for text in ("r", "e", "s"):
        vscode.window.type(text)
        vscode.window.do("wait", milliseconds=700)
    said = vscode.window.notices("key")
    assert len(said) == 1
    assert KEY not in said[0]
    picture(vscode, "key", x=380, y=400, width=520, height=160)
    vscode.window.do("button", label="Set API Key…")
    vscode.window.do("answer", text="deepseek")
    vscode.window.do("answer", text="  sk-stored ")
    vscode.window.do("status", icon="sparkle", patience=15_000)
    vscode.window.type("u")
    assert vscode.window.ghost("lt += price") == "lt += price"
    assert vscode.api.calls[-1].headers["authorization"] == "Bearer sk-stored"


def test_an_endpoint_that_is_silent_is_said_at_most_once(vscode: Scene) -> None:
    vscode.window.do("dismiss")
    vscode.api.fault = "hang"
    vscode.window.open("hang.py", ITEMS)
    for text in "result =":
        vscode.window.type(text)
        vscode.window.do("wait", milliseconds=900)
    assert vscode.window.ghost(seconds=3) == ""
    assert len(vscode.window.notices("", seconds=5)) <= 1


def test_a_wrong_command_is_one_message_and_no_loop(vscode: Scene) -> None:
    vscode.window.do("dismiss")
    vscode.machine_settings(**{"fim-lsp.server.command": ["/nowhere/fim-lsp"]})
    said = vscode.window.notices("fim-lsp.server.command")
    assert len(said) == 1
    assert "names /nowhere/fim-lsp, which is not a program here" in said[0]
    vscode.window.do("dismiss")
    ending = shutil.which("false")
    vscode.machine_settings(**{"fim-lsp.server.command": [ending]})
    said = vscode.window.notices("is not started again", seconds=20)
    assert len(said) == 1
    vscode.machine_settings()
    vscode.window.do("status", icon="sparkle", patience=15_000)


def test_a_workspace_cannot_redirect_code_or_name_the_command(vscode: Scene) -> None:
    assert vscode.calls() > 0
    assert vscode.hostile.connections == 0
