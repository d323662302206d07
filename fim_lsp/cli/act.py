"""`fim-lsp act FILE[:LINE[-LINE]] ACTION`: one chat action, as a diff."""

from __future__ import annotations

import difflib
import re
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.markdown import Markdown
from rich.text import Text

from ..api import prices
from ..api.presets import resolve
from ..api.prices import Money
from ..chat.actions import find_action, own_actions
from ..chat.answer import Result
from ..chat.comments import find_comment
from ..chat.edits import reanchor
from ..chat.entry import ActionCall
from ..chat.entry import act as carry_out
from ..chat.selection import Selection
from ..chat.turns import Step
from ..errors import InputError, OverBudget
from ..privacy import Privacy
from ..session.session import Session
from ..text import Document, Edit, Place, Span, apply
from .console import VisibleConsole
from .files import place_in, read_document, workspace_folder
from .output import print_json, put, say
from .running import JSON, run

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}
Lines = tuple[int, int]  # from 1, both included

_AT_CURSOR = ("fix", "comment")  # one line named is a cursor there, not a selection


@dataclass(frozen=True, slots=True)
class Done:
    """What an action came to.  `path` is the file as the user named it."""

    path: Path
    action: str
    result: Result
    cost: Money | None


@click.command
@click.argument("target", metavar="FILE[:LINE[-LINE]]")
@click.argument("action")
@click.option("--instruction", metavar="TEXT", help="What to do, for “edit” above all.")
@click.option("--write", is_flag=True, help="Write the change; else it is only shown.")
@click.option("--over-budget", is_flag=True, help="Run it over today's budget, too.")
@JSON
def act(
    target: str,
    action: str,
    instruction: str | None,
    *,
    write: bool,
    over_budget: bool,
    as_json: bool,
) -> None:
    """Run one chat ACTION on a file, or on some of its lines.

    ACTION is fix, edit, explain, document, tests, types, simplify, optimise, comment
    or one of your own.
    """
    if action == "edit" and not (instruction or "").strip():
        raise click.UsageError("Say what is to be changed: --instruction TEXT.")
    path, lines = parse_target(target)
    wish = partial(_perform, path, lines, action, instruction, over_budget=over_budget)
    try:
        done = run(wish)
    except OverBudget as error:
        hint = "--over-budget runs this action all the same."
        raise OverBudget(f"{error.sentence} {hint}") from None
    if write:
        save(done)
    if as_json:
        print_json(as_data(done), exact=True)
    else:
        _show(done, written=write)


def parse_target(target: str) -> tuple[Path, Lines | None]:
    """What `FILE[:LINE[-LINE]]` names; a file that is called so comes first."""
    found = re.fullmatch(r"(.+?):(\d+)(?:-(\d+))?", target, re.DOTALL)
    if found is None or Path(target).exists():
        return Path(target), None
    first = int(found[2])
    last = int(found[3] or first)
    if not 1 <= first <= last:
        raise click.UsageError(f"{target} is not of the form FILE:LINE-LINE, from 1.")
    return Path(found[1]), (first, last)


async def _perform(
    path: Path,
    lines: Lines | None,
    action: str,
    instruction: str | None,
    session: Session,
    *,
    over_budget: bool,
) -> Done:
    """What `action` comes to, its progress shown meanwhile; writes nothing."""
    document, folder = read_document(path), workspace_folder(path)
    settings = session.settings.for_folder(folder)
    kind = find_action(action, own_actions(settings.chat.actions)[0]).counted_as
    selection = _selection(document, path, action, lines)
    answers = session.chat_source(kind, document.language, over_budget=over_budget)
    with VisibleConsole(stderr=True).status(f"{action} …") as status:

        def report(progress: Step) -> None:
            tokens = f" · {progress.tokens} tokens" if progress.tokens else ""
            status.update(Text(f"{progress.message}{tokens}"))

        result = await carry_out(
            ActionCall(action, selection, folder, instruction),
            settings=settings.chat,
            refusal=Privacy(settings.privacy).refusal,
            converse=answers.stream,
            report=report,
        )
    cost = None
    if result.usage and result.model:
        own = resolve(answers.provider, settings).prices
        cost = prices.cost(result.model, result.usage, time.time(), own)
    return Done(path, action, result, cost)


def _selection(
    document: Document, path: Path, action: str, lines: Lines | None
) -> Selection:
    """The named lines.  For a fix or a comment, one line is the place to look at."""
    if action == "comment" and lines is None:
        lines = _first_comment(document)
    first, last = lines or (1, len(document.lines))
    place_in(document, path, last, 1)  # raises for a line that is not there
    start, width = Place(first - 1, 0), len(document.lines[last - 1].rstrip("\r\n"))
    at_cursor = action in _AT_CURSOR and lines is not None and first == last
    end = start if at_cursor else Place(last - 1, width)
    return Selection(document, Span(start, end))


def _first_comment(document: Document) -> Lines:
    for number, line in enumerate(document.lines, 1):
        if find_comment(line, document.language):
            return number, number
    raise InputError("No comment in this file begins with fim:")


def save(done: Done) -> None:
    """Write what the result says.  InputError where the files do not allow it."""
    result = done.result
    try:
        if result.new_file:
            result.new_file.parent.mkdir(parents=True, exist_ok=True)
            with result.new_file.open("x", encoding="utf-8", newline="") as file:
                file.write(result.new_text)
        elif result.edits:
            now = read_document(done.path)
            edits = reanchor(result.edits, result.document, now)
            if edits is None:
                raise InputError(f"{done.path} was changed meanwhile; nothing written.")
            done.path.write_bytes(apply(now, edits, 0).text.encode())
    except OSError as error:
        where = result.new_file or done.path
        raise InputError(f"{where} cannot be written: {error.strerror}.") from None


def as_data(done: Done) -> dict[str, Any]:
    """The result as `--json` prints it; lines and columns count from 1."""
    result, usage = done.result, done.result.usage
    edits = [_edit_data(done.path, edit) for edit in reversed(result.edits)]
    if result.new_file:
        start = Place(0, 0)
        new = Edit(Span(start, start), result.new_text)
        edits = [_edit_data(_near(result.new_file), new)]
    tokens = usage and {
        "prompt": usage.prompt,
        "cacheHit": usage.cache_hit,
        "completion": usage.completion,
        "estimated": False,
    }
    cost = done.cost and {
        "amount": str(done.cost.amount),
        "currency": done.cost.currency,
    }
    return {
        "action": done.action,
        "outcome": result.outcome,
        "reason": result.reason,
        "edits": edits,
        "markdown": result.markdown,
        "diff": diff(done),
        "tokens": tokens,
        "cost": cost,
    }


def _edit_data(path: Path, edit: Edit) -> dict[str, Any]:
    return {
        "path": str(path),
        "newText": edit.new_text,
        "startLine": edit.span.start.line + 1,
        "startColumn": edit.span.start.column + 1,
        "endLine": edit.span.end.line + 1,
        "endColumn": edit.span.end.column + 1,
    }


def diff(done: Done) -> str:
    """The change as a unified diff that `patch` and `git apply` take."""
    result = done.result
    if result.new_file:
        name = _diff_name(result.new_file)
        return _unified("/dev/null", f"b/{name}", "", result.new_text)
    name = _diff_name(done.path.absolute())
    after = apply(result.document, result.edits, 0).text
    return _unified(f"a/{name}", f"b/{name}", result.document.text, after)


def _unified(old_name: str, new_name: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), old_name, new_name
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in lines
    )


def _diff_name(path: Path) -> str:
    return _near(path).as_posix().lstrip("/")


def _near(path: Path) -> Path:
    """`path` as seen from here, where it is below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _show(done: Done, *, written: bool) -> None:
    """The change or the explanation on stdout, everything about it on stderr."""
    result, out = done.result, VisibleConsole()
    if not out.is_terminal:
        put(result.markdown or diff(done), nl=False)
    elif result.markdown:
        out.print(Markdown(result.markdown))
    else:
        out.print(_coloured(diff(done)), end="", soft_wrap=True)
    if result.reason:
        say(result.reason)
    if result.outcome == "edited":
        hint = "Nothing was written. Add --write to write it."
        say("Written." if written else hint)
    if result.usage:
        cost = f" · {done.cost}" if done.cost else ""
        tokens = result.usage.prompt + result.usage.completion
        say(f"{result.model} · {tokens} tokens{cost}")


def _coloured(text: str) -> Text:
    coloured = Text()
    for line in text.splitlines(keepends=True):
        is_head = line.startswith(("+++", "---"))
        coloured.append(line, "bold" if is_head else _COLOURS.get(line[0], ""))
    return coloured
