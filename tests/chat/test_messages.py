from __future__ import annotations

from dataclasses import replace

import pytest

from fim_lsp.api.requests import ChatRequest
from fim_lsp.chat.actions import ACTIONS, Action, Apply, Needs, find_action
from fim_lsp.chat.messages import LONGEST_SELECTION, Task, build
from fim_lsp.chat.regions import region
from fim_lsp.chat.selection import Diagnostic, Related, Selection
from fim_lsp.errors import InputError
from fim_lsp.settings import ChatSettings
from fim_lsp.text import Place, Span

from ..harness.marked import parse
from .talk import settings

OWN = Action("log", "Log", "refactor", Apply.INSERT, Needs.SELECTION, "Add a log line.")


def _request(
    marked: str,
    action: Action,
    *reported: Diagnostic,
    instruction: str = "",
    chat: ChatSettings | None = None,
) -> ChatRequest:
    found = parse(marked)
    span = found.selection or Span(found.place, found.place)
    selection = Selection(found.document, span, reported)
    task = Task(
        action,
        selection,
        region(action, selection),
        instruction=instruction,
        others=found.others,
    )
    return build(task, chat or settings())


def _asked(marked: str, id_: str, *reported: Diagnostic, instruction: str = "") -> str:
    request = _request(marked, find_action(id_), *reported, instruction=instruction)
    return str(request.messages[1].content)


def test_the_request_says_what_is_selected_and_what_is_around() -> None:
    asked = _asked("a = 1\n$0b = 2\n$0c = 3\n", "edit", instruction="Double it.")
    assert (
        asked
        == """\
File: workspace/main.py
Language: python

Code before the selection:
```python
a = 1
```

Selected code, lines 2 to 2:
```python
b = 2
```

Code after the selection:
```python
c = 3
```

Instruction: Double it."""
    )


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_its_words(action: Action) -> None:
    request = _request("$0# fim: sort it\nb$0\n", action, instruction="Do it.")
    system = str(request.messages[0].content)
    assert len(system) > 200
    one_block = "exactly one fenced code block" in system
    assert one_block is (action.apply is not Apply.SHOW)


def test_an_own_action_speaks_for_itself() -> None:
    system = str(_request("$0a$0\n", OWN).messages[0].content)
    assert system.startswith("Add a log line.\n")
    assert "inserted below" in system


def test_surroundings_stay_within_their_budget() -> None:
    asked = _asked("x = 1\n" * 9000 + "$0b = 2\n$0" + "y = 1\n" * 9000, "types")
    assert len(asked) < 10_000
    assert "x = 1\n```\n\nSelected code, lines 9001 to 9001" in asked


def test_a_huge_selection_is_not_sent() -> None:
    with pytest.raises(InputError, match="200 thousand characters; select at most 60"):
        _asked("$0" + "x" * 200_000 + "$0\n", "types")
    assert LONGEST_SELECTION == 60_000


def test_code_with_fences_is_put_between_longer_ones() -> None:
    asked = _asked("//- a.md\n$0```sh\nmake\n```\n$0", "types")
    assert "````markdown\n```sh\nmake\n```\n````" in asked


def test_line_ends_are_plain() -> None:
    assert "\r" not in _asked("a = 1\r\n$0b = 2\r\n$0c = 3\r\n", "types")


def test_diagnostics_come_with_what_explains_them() -> None:
    related = (
        Related(
            "file:///workspace/tax.py", Span(Place(0, 0), Place(0, 3)), "from here"
        ),
        Related("file:///elsewhere.py", None, "and there"),
    )
    reported = Diagnostic(
        Span(Place(0, 4), Place(0, 7)),
        "wrong\n type",
        source="mypy",
        code="arg-type",
        related=related,
    )
    elsewhere = Diagnostic(Span(Place(3, 0), Place(3, 1)), "of no concern")
    marked = "x = t$0ax(1)\ny = 1\n\nz = 2\n//- tax.py\ndef tax(x): ...\n"
    asked = _asked(marked, "fix", reported, elsewhere)
    assert "- line 1: error: wrong type (mypy arg-type)\n" in asked
    assert "  - workspace/tax.py line 1: from here: `def tax(x): ...`\n" in asked
    assert "  - elsewhere.py and there" in asked
    assert "of no concern" not in asked


def test_imported_definitions_come_from_open_documents() -> None:
    marked = """\
from tax import rate
$0price = rate(1)
$0
//- tax.py
def other():
    return 1

def rate(x):
    return x

//- prices.py
def rate(x):
    return 2
"""
    asked = _asked(marked, "types")
    expected = "From workspace/tax.py:\n```python\ndef rate(x):\n    return x\n```"
    assert expected in asked
    assert "return 2" not in asked
    assert "other" not in asked


def test_the_comment_is_the_instruction_and_not_the_code() -> None:
    asked = _asked("# fim: so$0rt it\na = b\n", "comment")
    assert "Instruction: sort it" in asked
    assert "fim:" not in asked


def test_secrets_do_not_leave() -> None:
    key = "sk-" + "a1b2c3d4" * 6
    request = _request(
        f'$0key = "{key}"\n$0',
        find_action("edit"),
        instruction=f"Use {key}",
        chat=replace(settings(), instructions=f"The key is {key}"),
    )
    assert key not in str(request)


_LINE = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ" * 2
_BEGIN, _END = (f"-----{word} PRIVATE KEY-----" for word in ("BEGIN", "END"))


@pytest.mark.parametrize(
    "marked",
    [
        f"{_BEGIN}\n{_LINE}\n$0{_LINE}\n$0{_LINE}\n{_END}",
        f"$0{_BEGIN}\n$0" + f"{_LINE}\n" * 60 + f"{_END}",
        'key = "sk-' + "a1b2c3d4" * 2 + "$0" + "a1b2c3d4" * 2 + '"$0\n',
    ],
    ids=["middle", "beginning", "token"],
)
def test_a_part_of_a_key_does_not_leave(marked: str) -> None:
    with pytest.raises(InputError, match="never sent"):
        _asked(marked, "edit", instruction="Sort it.")


def test_a_key_beside_the_selection_does_not_leave() -> None:
    key = f"{_BEGIN}\n{_LINE}\n{_END}\n"
    assert _LINE not in _asked(f"{key}$0a = 1$0\n{key}", "types")


def test_thinking_leaves_temperature_and_length_to_the_endpoint() -> None:
    plain = _request("$0a$0\n", find_action("types"))
    assert (plain.thinking, plain.temperature, plain.max_tokens) == (False, 0.0, 514)
    chat = replace(settings(), thinking=True)
    request = _request("$0a$0\n", find_action("types"), chat=chat)
    assert (request.thinking, request.temperature, request.max_tokens) == (
        True,
        None,
        None,
    )


def test_an_answer_may_be_twice_as_long_as_the_selection_and_512_tokens() -> None:
    types = find_action("types")
    assert _request("$0" + "x" * 300 + "$0\n", types).max_tokens == 712
    chat = replace(settings(), max_tokens=99)
    assert _request("$0a$0\n", types, chat=chat).max_tokens == 99
    thinking = replace(chat, thinking=True)
    assert _request("$0a$0\n", types, chat=thinking).max_tokens == 99


def test_an_explanation_gets_little_of_what_is_around() -> None:
    marked = "import tax\n" + "x = 1\n" * 900 + "$0b = rate(2)\n$0" + "y = 1\n" * 900
    others = "//- tax.py\n" + "def rate(x):\n" + "    return x + 1 + 2\n" * 20 + "\n"
    short, asked = (
        _asked("$0b = rate(2)\n$0", "explain"),
        _asked(marked + others, "explain"),
    )
    assert "From workspace/tax.py" in asked
    assert "Code before the selection" in asked
    assert "Code after the selection" in asked
    assert (len(asked) - len(short)) / 3 < 1000


def test_a_part_of_a_line_is_marked_in_its_line() -> None:
    asked = _asked("a = 1\nb = $0c$0 + d\ne = 2\n", "edit", instruction="Double it.")
    assert (
        asked
        == """\
File: workspace/main.py
Language: python

Code before the selection:
```python
a = 1
```

Line 2; change the part between ⟦ and ⟧:
```python
b = ⟦c⟧ + d
```

Code after the selection:
```python
e = 2
```

Instruction: Double it."""
    )


def test_a_part_is_marked_with_signs_that_its_line_does_not_hold() -> None:
    assert "x = '⟦' + «c»" in _asked("x = '⟦' + $0c$0\n", "edit", instruction="Do.")


def test_a_fix_is_for_the_problems_of_the_selection() -> None:
    here = Diagnostic(Span(Place(1, 4), Place(1, 5)), "wrong here")
    there = Diagnostic(Span(Place(2, 4), Place(2, 5)), "wrong there")
    asked = _asked("def f():\n    $0a$0\n    b\n", "fix", here, there)
    assert "wrong here" in asked
    assert "wrong there" not in asked
    assert "    a\n    b\n" in asked


def test_a_fix_needs_a_problem_or_an_instruction() -> None:
    with pytest.raises(InputError, match="nothing to fix"):
        _asked("a $0= 1\n", "fix")
    with pytest.raises(InputError, match="nothing to fix"):
        _asked("a $0= 1\nb\n", "fix", Diagnostic(Span(Place(1, 0), Place(1, 1)), "x"))
    assert "Instruction: Name it." in _asked("a $0= 1\n", "fix", instruction="Name it.")


@pytest.mark.parametrize("id_", ["explain", "document", "tests", "types"])
def test_where_there_is_no_code_nothing_is_asked(id_: str) -> None:
    with pytest.raises(InputError, match="no code here"):
        _asked("a = 1\n\n$0\n\nb = 2\n", id_)
