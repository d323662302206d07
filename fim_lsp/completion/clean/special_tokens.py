"""The head rule about special tokens: what follows the first one is not the answer."""

from __future__ import annotations

import re

from ...api.special_tokens import ANSWER_FOLLOWS, SPECIAL_FORMS, SPECIAL_TOKENS
from ..code.syntax import HTML, JSX, MARKDOWN, syntax_of
from .draft import Begun
from .place import ReplyPlace

# Every known token, and a pattern of all of them and of their forms.
TOKENS = frozenset(token for family in SPECIAL_TOKENS.values() for token in family)
FIRST = r"[<>\[\]]"
TOKEN = (
    rf"(?={FIRST})(?:"
    + "|".join([*map(re.escape, sorted(TOKENS, key=len, reverse=True)), *SPECIAL_FORMS])
    + ")"
)
# Characters of the longest token.
LONGEST = 44
# All beginnings of tokens.
BEGINNINGS = frozenset(
    token[:length] for token in TOKENS for length in range(1, len(token))
)
# The beginning of a token of one of the forms.
BEGUN_FORM = r"<(?:\|[\w▁/:.-]*\|?|｜[^｜\n]*|(?:extra_id_|unused|SPECIAL_)\d*)"
# A token that may be code as well: a name in one pair of brackets.
NAME = r"<(\w+)>|\[(\w+)\]"
# A token that may be a tag as well, in languages that have tags.
TAG = r"</?\w+>"
# What a tag of a token always has in its name, where other tags are markup.
TELLING_TAG = r"fim|jupyter|file_sep|repo_name|_of_turn|tool_"
MARKUP = (HTML, JSX, MARKDOWN)
QUOTES = ('"', "'", "`")
# Around the thoughts of a model that thinks before it answers.
THINKING = "<think>"
THOUGHT = "</think>"


def without_special_tokens(
    text: str, place: ReplyPlace, *, ended: bool
) -> Begun | None:
    """Drop the tokens before the answer, and cut it at the first one after that."""
    if not re.search(FIRST, text):
        return Begun(text)
    start = _answer_start(text, place, ended=ended)
    if start is None:
        return Begun("", over=True) if ended else None
    for match in re.finditer(TOKEN, text[start:]):
        at, end = start + match.start(), start + match.end()
        is_token = _is_token(text, at, end, place, ended=ended)
        if is_token is None:
            return Begun(text[start:at])
        if is_token:
            return Begun(text[start:at], over=True)
    held = 0 if ended else _begun_token(text[start:])
    return Begun(text[start : len(text) - held])


def _answer_start(text: str, place: ReplyPlace, *, ended: bool) -> int | None:
    """Where the answer begins: after tokens that announce it, and after a thought.

    None while only the beginning of such a token is there, or an unended thought.
    """
    start = 0
    while True:
        bare = text[start:].lstrip()
        at = len(text) - len(bare)
        if bare.startswith(THINKING):
            thought_end = bare.find(THOUGHT)
            if thought_end < 0:
                return None
            start = at + thought_end + len(THOUGHT)
            start += len(text[start:]) - len(text[start:].lstrip("\n"))
            continue
        match = re.match(TOKEN, bare)
        if match and match.group() in ANSWER_FOLLOWS:
            end = at + match.end()
            if not _is_token(text, at, end, place, ended=True):
                return start
            start = end
            continue
        begins_one = bare in BEGINNINGS or (bare and THINKING.startswith(bare))
        return None if begins_one and not ended else start


def _is_token(
    text: str, at: int, end: int, place: ReplyPlace, *, ended: bool
) -> bool | None:
    """Whether what looks like a token is one, and not a part of the code.

    None while that depends on what follows.
    """
    token, before = text[at:end], text[:at]
    if token in place.prefix or token in place.suffix:
        return False
    undecided = end == len(text) and not ended
    if before.endswith(QUOTES):
        # In code about tokens, a string may hold a token and nothing else.
        return None if undecided else text[end : end + 1] != before[-1]
    if syntax_of(place.language) in MARKUP and re.fullmatch(TAG, token):
        return re.search(TELLING_TAG, token) is not None
    name = re.fullmatch(NAME, token) if token in TOKENS else None
    if name and re.search(rf"\b{name[1] or name[2]}\b", place.prefix + place.suffix):
        return False
    if not (name and name[1] and re.search(r"\w\Z", before)):
        return True
    # Perhaps the arguments of a generic type.
    return (
        None if undecided else re.match(r"\s*(?:\Z|\n|[<\[])", text[end:]) is not None
    )


def _begun_token(text: str) -> int:
    """How many characters at the end may be the beginning of a token."""
    end = text[-LONGEST:]
    starts = [match.start() for match in re.finditer(FIRST, end)]
    return next((len(end) - at for at in starts if _may_begin(end[at:])), 0)


def _may_begin(text: str) -> bool:
    return text in BEGINNINGS or re.fullmatch(BEGUN_FORM, text) is not None
