"""The head rule about chat: sentences to the user before, after or in place of code."""

from __future__ import annotations

import re

from ... import languages
from ..code.brackets import inside_after
from ..code.lines import line_before, opens_block
from ..code.syntax import HTML, JSX, YAML, syntax_of
from .draft import Begun
from .place import ReplyPlace

# Phrases that an assistant says and that stand in no file.
ASSISTANT = (
    r"(?:sure|certainly|of course|absolutely)(?:[!.]| thing|, (?:here|i|the|let))"
    r"|(?:i'm|i’m|i am) (?:really |very |so )?sorry|i apologi[sz]e"
    r"|(?:i|we) (?:can(?:not|'t|’t|no)) (?:help|assist|complete|provide|do|fulfil)"
    r"|as an ai\b|as an? (?:\w+ )?language model"
    r"|(?:here(?:'s|’s| is| are)|below (?:is|are)) (?:the|a|an|your|my|one|how)\b"
    r"[^=;{}()]*"
    r"\b(?:code|completion|snippet|answer|rest|solution|version|implementation|"
    r"function|method|css|html|json|yaml|lines?|body|text|part)\b"
    r"|the (?:missing|completed?|corrected|full) (?:code|part|line|snippet|text)"
)
# Beginnings of sentences about the code, in a place where only code belongs.
SENTENCE = (
    rf"{ASSISTANT}"
    r"|(?:sure|certainly|okay|ok|great|alright|understood|sorry|unfortunately),"
    r"|(?:here(?:'s|’s| is| are)|below (?:is|are)|the following)\b"
    r"|the (?:code|answer|completion|function|implementation|solution|result|output"
    r"|given|provided|above|middle|correct|final)\b.*\b(?:is|are|should|would|will|"
    r"does|returns?|uses?|checks?)\b"
    r"|(?:i|we) (?:think|would|will|have|need|do(?:n't|n’t| not)|can|am|don't)\b"
    r"|(?:i'll|i’ll|i've|i’ve|i'd|i’d|let me|let's|let’s|let us|please) \w+"
    r"|(?:you|we) (?:can|should|could|need|may|might|will|must)\b"
    r"|to (?:complete|fix|fill|finish|implement|solve|do|use|make|achieve|add) \w+"
    r"|(?:this|the above|that) (?:code|function|method|snippet|script|query|line|rule"
    r"|class|component|will|is|completes|returns|implementation|solution|recipe"
    r"|removes?|assumes|adds|ensures|creates|makes|prints|defines|loop|block)\b"
    r"|(?:no|nothing) (?:completion|code|change|further|more|additional|is|needs)\b"
    r"|(?:in this|based on|it (?:looks|seems|appears)|if you|feel free|hope this)\b"
    r"|(?:note|remember|keep in mind) that\b"
)
# A heading of an explanation, alone or before its text.
HEADING = (
    r"[*_#\s]*(?:explanation|note|notes|output|example output|example usage|usage"
    r"|answer|completion|solution|result|hint)[*_]*:[*_]*(?:\s|\Z)"
)
# Words of which every English sentence has some, and code has none.
FUNCTION_WORDS = frozenset(
    {
        *("the", "a", "an", "is", "are", "this", "that", "these", "it", "to", "of"),
        *("and", "with", "in", "for", "on", "you", "we", "be", "as", "by", "or"),
        *("will", "can", "should", "from", "which", "not", "if", "so", "your", "i"),
        *("when", "all", "has", "have"),
    }
)
# The fewest words of a sentence that is recognised by its words alone.
LEAST_WORDS = 5
# The fewest of `FUNCTION_WORDS` in such a sentence.
LEAST_FUNCTION_WORDS = 2
# The words of a sentence, code in backquotes aside.
WORD = (
    r"[\"'(*_“]*[A-Za-z][A-Za-z'’/-]*[\"')*_”]*[,.:;!?]*"
    r"|`[^`]*`[,.:;!?]*|\d+[,.]?|[–—-]"
)
# The beginning of a sentence or a heading.
PROSE_BEGINS = r"[ \t]*[*_#>\"(\s]*[A-Z]"
# A line that may be a sentence or a heading.
MAY_BE_PROSE = r"(?m)^[ \t]*[*_#>\"(]*[A-Z][^\n]*"
# An unfinished line that may still become a sentence.
MAY_BECOME = r"[ \t]*[*_#>\"(]*(?:[A-Z][A-Za-z ,.'’!?:`*_/-]*)?"
# Fences: an answer in one ends with the closing fence.
FENCES = ("```", "~~~")
# Languages whose files hold sentences anywhere.
MIXED = (HTML, JSX, YAML)


def without_prose(text: str, place: ReplyPlace, *, ended: bool) -> Begun | None:
    """Drop sentences before the code; cut at the first sentence after it."""
    start = _code_start(text, place, ended=ended)
    if start is None:
        return Begun("", over=ended) if ended else None
    complete = text if ended else text[: text.rfind("\n") + 1]
    end = _sentence_after(complete, start, place)
    if end is not None:
        return Begun(text[start:end], over=True)
    held = 0 if ended else _may_become_sentence(text[start:], place)
    return Begun(text[start : len(text) - held])


def _code_start(text: str, place: ReplyPlace, *, ended: bool) -> int | None:
    """Where the code begins; None where there is none, or none yet."""
    at, start = 0, 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        complete = ended or number < len(lines) - 1
        if line.strip():
            if not complete and _may_be_sentence(line):
                return None
            if not _is_prose_before(line, place):
                break
            start = at + len(line) + 1
        at += len(line) + 1
    else:
        return 0 if not start else None
    if not start:
        return 0
    line = line_before(place.prefix)
    if line.strip() and opens_block(line, place.language):
        return at - 1
    return at


def _is_prose_before(line: str, place: ReplyPlace) -> bool:
    if not _is_sentence(line, ASSISTANT, least_words=2):
        return _is_prose(line) and _is_code_place(place)
    if languages.language(place.language).is_prose:
        return line.rstrip().endswith(":")
    return syntax_of(place.language) in MIXED or _is_code_place(place)


def _sentence_after(text: str, start: int, place: ReplyPlace) -> int | None:
    """Where the first line after the code begins that is a sentence."""
    row = languages.language(place.language)
    if row.is_prose or row is languages.UNKNOWN or text.startswith(FENCES, start):
        return None
    mixed = syntax_of(place.language) in MIXED
    for candidate in re.finditer(MAY_BE_PROSE, text[start:]):
        at = start + candidate.start()
        above = text[start:at]
        apart = not mixed or (above.endswith("\n\n") and candidate.group()[:1] != " ")
        if not (above.strip() and apart and _is_prose(candidate.group())):
            continue
        # Text in a string or a comment that the answer has begun is not chat.
        if place.inside == "code" and inside_after(place, above) == "code":
            return at
    return None


def _may_become_sentence(text: str, place: ReplyPlace) -> int:
    """The length of an unfinished last line that may become a sentence."""
    if languages.language(place.language).is_prose:
        return 0
    line = text[text.rfind("\n") + 1 :]
    return len(line) if len(line) < len(text) and _may_be_sentence(line) else 0


def _may_be_sentence(line: str) -> bool:
    return re.fullmatch(MAY_BECOME, line) is not None


def _is_prose(line: str) -> bool:
    if not re.match(PROSE_BEGINS, line):
        return False
    heading = re.match(HEADING, line, re.IGNORECASE)
    if heading:
        # With the explanation itself on its line, or above it.
        text = line[heading.end() :].strip()
        return not text or "*" in heading.group() or len(text.split()) >= LEAST_WORDS
    return _is_sentence(line, SENTENCE, least_words=3) or _is_long_sentence(line)


def _is_sentence(line: str, beginning: str, *, least_words: int) -> bool:
    bare = line.strip().lstrip("*_#> ")
    words = bare.split()
    if len(words) < least_words or not bare[:1].isupper():
        return False
    if not re.match(beginning, bare, re.IGNORECASE):
        return False
    plain = sum(re.fullmatch(WORD, word) is not None for word in words)
    return plain * 4 >= len(words) * 3


def _is_long_sentence(line: str) -> bool:
    """Whether a line is a sentence, judged by its words alone."""
    bare = line.strip()
    words = bare.split()
    if len(words) < LEAST_WORDS or not bare[:1].isupper() or bare[-1] not in ".:!":
        return False
    if not all(re.fullmatch(WORD, word) for word in words):
        return False
    usual = sum(word.strip(".,:!").lower() in FUNCTION_WORDS for word in words)
    return usual >= LEAST_FUNCTION_WORDS


def _is_code_place(place: ReplyPlace) -> bool:
    """Whether only code belongs at the cursor."""
    row = languages.language(place.language)
    if row.is_prose or syntax_of(place.language) in (HTML, YAML):
        return False
    line = line_before(place.prefix).strip()
    if syntax_of(place.language) is JSX and (not line or line.endswith(">")):
        return False
    return place.inside == "code"
