"""The table of actions, and which of them are offered at a place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from ..errors import InputError
from ..settings import ActionSettings
from ..text import Place, Span, one_line
from .comments import find_comment
from .selection import Diagnostic, Selection


class Apply(Enum):
    """What is done with an answer."""

    REPLACE = "replace"
    INSERT = "insert"
    NEW_FILE = "newFile"
    SHOW = "show"


class Needs(Enum):
    """What a place must have for an action to be listed there."""

    SELECTION = "selection"
    DIAGNOSTIC = "diagnostic"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Action:
    """One action.  `prompt` is an own action's text; else `prompts/ID.md` is read.

    With `at_cursor` it is listed without a selection, too.
    """

    id: str
    title: str
    kind: str
    apply: Apply
    needs: Needs
    prompt: str = ""
    languages: tuple[str, ...] = ()  # LSP language ids; empty means all
    at_cursor: bool = False

    @property
    def is_own(self) -> bool:
        return bool(self.prompt)

    @property
    def counted_as(self) -> str:
        """The name in the counts: those of the user's own actions are not recorded."""
        return "own" if self.is_own else self.id


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An entry of the menu: `action` on `span`, to repair `diagnostics` if any."""

    action: Action
    title: str
    span: Span
    diagnostics: tuple[Diagnostic, ...] = ()


_REWRITE = "refactor.rewrite"

ACTIONS = (
    Action("fix", "Fix", "quickfix", Apply.REPLACE, Needs.DIAGNOSTIC),
    Action(
        "comment",
        "Do what this comment says",
        _REWRITE,
        Apply.REPLACE,
        Needs.COMMENT,
    ),
    Action("edit", "Edit with instruction", _REWRITE, Apply.REPLACE, Needs.SELECTION),
    Action(
        "explain",
        "Explain",
        "refactor.explain",
        Apply.SHOW,
        Needs.SELECTION,
        at_cursor=True,
    ),
    Action(
        "document",
        "Document",
        _REWRITE,
        Apply.REPLACE,
        Needs.SELECTION,
        at_cursor=True,
    ),
    Action(
        "tests",
        "Write tests",
        "refactor.tests",
        Apply.NEW_FILE,
        Needs.SELECTION,
        at_cursor=True,
    ),
    Action("types", "Add types", _REWRITE, Apply.REPLACE, Needs.SELECTION),
    Action("simplify", "Simplify", _REWRITE, Apply.REPLACE, Needs.SELECTION),
    Action("optimise", "Optimise", _REWRITE, Apply.REPLACE, Needs.SELECTION),
)

# The most characters of a diagnostic's message in the title of a fix.
_TITLE = 60
# Kinds that an own action may have.
_OWN_KIND = re.compile(r"(?:quickfix|refactor)(?:\.[\w-]+)*")


def actions_for(
    selection: Selection,
    *,
    menu: Sequence[str],
    own_actions: Sequence[Action] = (),
    only: Sequence[str] | None = None,
    automatic: bool = False,
) -> tuple[MenuEntry, ...]:
    """The entries of the menu at `selection`.

    menu: the ids of the built-in actions to list; those for comments and the user's
        own are listed anyway.
    only: LSP kinds, each of which includes its sub-kinds; None means all.
    automatic: whether the editor asks by itself; then nothing is listed at a cursor.
    """
    if automatic and selection.is_empty:
        return ()
    return tuple(
        entry
        for action in (*ACTIONS, *own_actions)
        if action.is_own or action.needs is Needs.COMMENT or action.id in menu
        if _admitted(action.kind, only)
        if not action.languages or selection.document.language in action.languages
        if (entry := _entry(action, selection)) is not None
    )


def own_actions(settings: Mapping[str, ActionSettings]) -> tuple[Action, ...]:
    """The user's own actions that can be used."""
    return tuple(
        Action(
            id_,
            own.title.strip() or id_,
            own.kind,
            Apply(own.apply),
            Needs.SELECTION,
            prompt=own.prompt.strip(),
            languages=own.languages,
        )
        for id_, own in settings.items()
        if _problem(id_, own) is None
    )


def problems_of_own_actions(settings: Mapping[str, ActionSettings]) -> tuple[str, ...]:
    """A sentence for each of the user's own actions that cannot be used."""
    problems = (_problem(id_, own) for id_, own in settings.items())
    return tuple(problem for problem in problems if problem)


def find_action(
    id_: str, settings: Mapping[str, ActionSettings] | None = None
) -> Action:
    """The action called `id_`; `settings` are the user's own.

    Raises InputError where there is none: with what is wrong about an own action, else
    with a similar name.
    """
    settings = settings or {}
    table = {action.id: action for action in (*ACTIONS, *own_actions(settings))}
    if id_ in table:
        return table[id_]
    if id_ in settings and (problem := _problem(id_, settings[id_])):
        raise InputError(problem)
    near = difflib.get_close_matches(id_, table, n=1)
    hint = f"did you mean “{near[0]}”?" if near else f"there are {', '.join(table)}."
    raise InputError(f"There is no action “{one_line(id_)}”; {hint}")


def _problem(id_: str, own: ActionSettings) -> str | None:
    """Why an own action cannot be used."""
    key = f"chat.actions.{id_}"
    if id_ in {action.id for action in ACTIONS}:
        return f"{key}: “{id_}” is a built-in action; use another name."
    if not own.prompt.strip():
        return f"{key}.prompt is empty; say what the model is to do."
    if not _OWN_KIND.fullmatch(own.kind):
        return (
            f"{key}.kind is “{own.kind}”; it must be quickfix, refactor, or begin with "
            "one of them and a dot."
        )
    return None


def diagnostics_at(selection: Selection) -> tuple[Diagnostic, ...]:
    """The diagnostics that touch the selection, or the line of an empty one.

    A diagnostic without a span concerns the whole file, and so touches any selection.
    """
    start, end = selection.span.start, selection.span.end
    if selection.is_empty:
        width = len(selection.document.lines[start.line])
        start, end = Place(start.line, 0), Place(start.line, width)
    return tuple(
        diagnostic
        for diagnostic in selection.diagnostics
        if (span := diagnostic.span) is None
        or (span.start <= end and span.end >= start)
    )


def _admitted(kind: str, only: Sequence[str] | None) -> bool:
    return not only or any(
        wanted in ("", kind) or kind.startswith(f"{wanted}.") for wanted in only
    )


def _entry(action: Action, selection: Selection) -> MenuEntry | None:
    match action.needs:
        case Needs.SELECTION:
            if selection.is_empty and not (action.at_cursor and _has_code(selection)):
                return None
            return MenuEntry(action, action.title, selection.span)
        case Needs.DIAGNOSTIC:
            if not (diagnostics := diagnostics_at(selection)):
                return None
            title = _fix_title(action, diagnostics)
            return MenuEntry(action, title, selection.span, diagnostics)
        case Needs.COMMENT:
            document, line = selection.document, selection.span.start.line
            comment = find_comment(document.lines[line], document.language)
            if comment is None:
                return None
            return MenuEntry(action, action.title, selection.span)


def _has_code(selection: Selection) -> bool:
    return any(line.strip() for line in selection.document.lines)


def _fix_title(action: Action, diagnostics: tuple[Diagnostic, ...]) -> str:
    if len(diagnostics) > 1:
        return f"{action.title} {len(diagnostics)} problems"
    message = one_line(diagnostics[0].message, _TITLE)
    return f"{action.title}: {message}" if message else action.title
