"""What is offered after the same change was made twice."""

from __future__ import annotations

import pytest

from fim_lsp.next.repeat import Refusals, repetition

from .writer import Changes, Writer, after


def test_after_the_same_change_twice_the_third_is_offered() -> None:
    writer = Writer("a = get(1)\nb = get(2)\nc = get(3)\n")
    writer.change("get(1)", "fetch(1)")
    writer.change("get(2)", "fetch(2)")
    assert writer.after_next() == "a = fetch(1)\nb = fetch(2)\nc = fetch(3)\n"


def test_keys_typed_one_by_one_are_the_same_as_one_change() -> None:
    writer = Writer("a = get(1)\nb = get(2)\nc = get(3)\n")
    for name in "ab":
        writer.erase("get")
        writer.type(f"{name} = ", "fetch")
        writer.pause()
    assert writer.after_next() == "a = fetch(1)\nb = fetch(2)\nc = fetch(3)\n"


@pytest.mark.parametrize(
    ("text", "changes", "third"),
    [
        pytest.param(
            "print x\nprint y.z\nprint f(a, b)\n",
            [("print x", "print(x)"), ("print y.z", "print(y.z)")],
            "print(f(a, b))",
            id="what differs is carried along",
        ),
        pytest.param(
            'd.get("a")\nd.get("b")\nd.get("c")\n',
            [('d.get("a")', 'd["a"]'), ('d.get("b")', 'd["b"]')],
            'd["c"]',
            id="a call becomes a subscript",
        ),
        pytest.param(
            "assertEqual(a, b)\nassertEqual(c.d, 1)\nassertEqual(f(1, 2), [3])\n",
            [
                ("assertEqual(a, b)", "assert a == b"),
                ("assertEqual(c.d, 1)", "assert c.d == 1"),
            ],
            "assert f(1, 2) == [3]",
            id="two holes, brackets kept together",
        ),
        pytest.param(
            "x = t.Optional[str]\ny = t.Optional[int]\nz = t.Optional[Map[a, b]]\n",
            [
                ("t.Optional[str]", "str | None"),
                ("t.Optional[int]", "int | None"),
            ],
            "z = Map[a, b] | None",
            id="a type is written anew",
        ),
        pytest.param(
            "def one(a):\n    go()\ndef two(a):\n    go()\ndef three(a):\n    go()\n",
            [("def one(a)", "def one(a, b)"), ("def two(a)", "def two(a, b)")],
            "def three(a, b):",
            id="something is inserted",
        ),
        pytest.param(
            'log("a", 1)\nlog("b", 1)\nlog("c", 1)\n',
            [('log("a", 1)', 'log("a")'), ('log("b", 1)', 'log("b")')],
            'log("c")',
            id="something is deleted",
        ),
        pytest.param(
            "row = load(row)\nuser = load(user)\nitem = load(item)\n",
            [
                ("load(row)", "load_all(rows)"),
                ("load(user)", "load_all(users)"),
            ],
            "item = load_all(items)",
            id="one becomes many",
        ),
        pytest.param(
            "@app.get\ndef one():\n    pass\n\n\ndef two():\n    pass\n\n\n"
            "def three():\n    pass\n\n\ndef four():\n    pass\n",
            [
                ("def two():", "@cache\ndef two():"),
                ("def three():", "@cache\ndef three():"),
            ],
            "@cache\ndef four():",
            id="a line is inserted above",
        ),
        pytest.param(
            "class A:\n    def a(self):\n        log()\n        x()\n"
            "    def b(self):\n        log()\n        y()\n"
            "    def c(self):\n        log()\n        z()\n",
            [
                ("        log()\n        x", "        x"),
                ("        log()\n        y", "        y"),
            ],
            "    def c(self):\n        z()\n",
            id="a line is deleted",
        ),
    ],
)
def test_the_third_change_is_worked_out(
    text: str, changes: Changes, third: str
) -> None:
    result = after(text, changes).after_next()
    assert result is not None
    assert third in result


def test_white_space_of_the_place_is_kept() -> None:
    writer = Writer("get( a )\nget( b )\n  get(   c)\n")
    writer.change("get( a )", "fetch( a )")
    writer.change("get( b )", "fetch( b )")
    assert writer.after_next() == "fetch( a )\nfetch( b )\n  fetch(   c)\n"


def test_inserted_lines_are_indented_as_their_place_is() -> None:
    writer = Writer(
        "def test_a():\n    run(1)\ndef test_b():\n    run(2)\n"
        "class T:\n    def test_c():\n        run(3)\n"
    )
    writer.change("    run(1)", "    setup()\n    run(1)")
    writer.change("    run(2)", "    setup()\n    run(2)")
    result = writer.after_next()
    assert result is not None
    assert "        setup()\n        run(3)" in result


def test_line_ends_of_the_document_are_kept() -> None:
    writer = Writer("run(1)\r\n\r\nrun(2)\r\n\r\nrun(3)\r\n")
    writer.change("run(1)", "log()\r\nrun(1)")
    writer.change("run(2)", "log()\r\nrun(2)")
    assert writer.after_next() == (
        "log()\r\nrun(1)\r\n\r\nlog()\r\nrun(2)\r\n\r\nlog()\r\nrun(3)\r\n"
    )


def test_the_nearest_place_below_comes_first_then_those_above() -> None:
    writer = Writer("".join(f"v{n} = get({n})\n" for n in range(6)))
    writer.change("get(2)", "fetch(2)")
    writer.change("get(3)", "fetch(3)")
    found, _ = writer.proposed()
    assert found is not None
    assert [site.span.start.line for site in found.sites] == [4, 5, 1, 0]


def test_all_places_can_be_changed_together() -> None:
    text = "".join(f"v{n} = get({n})\n" for n in range(6))
    writer = Writer(text)
    writer.change("get(2)", "fetch(2)")
    writer.change("get(3)", "fetch(3)")
    assert writer.after_all() == text.replace("get", "fetch")


def test_a_place_that_has_the_change_already_is_left_out() -> None:
    writer = Writer("foo()\nself.foo()\nfoo()\nself.foo()\nfoo()\n")
    writer.change("foo()\nself", "self.foo()\nself")
    writer.change("\nfoo()\nself", "\nself.foo()\nself")
    assert writer.after_all() == "self.foo()\n" * 5


def test_the_same_change_twice_in_one_line_is_twice() -> None:
    writer = Writer("m(old_a.x, old_a.y)\n\nm(old_a.z)\n")
    writer.edit("old_a", "new_a")
    writer.change("old_a", "new_a")
    assert writer.after_next() == "m(new_a.x, new_a.y)\n\nm(new_a.z)\n"


def test_strings_and_comments_are_kept_apart_from_code() -> None:
    writer = Writer("value(1)\nvalue(2)\n# value(3)\nx = 'value(4)'\nvalue(5)\n")
    writer.change("value(1)", "amount(1)")
    writer.change("value(2)", "amount(2)")
    assert writer.after_all() == (
        "amount(1)\namount(2)\n# value(3)\nx = 'value(4)'\namount(5)\n"
    )


def test_a_change_in_comments_leaves_code_alone() -> None:
    text = "# the colour of a\ncolour = 1\n# the colour of b\n# the colour of c\n"
    writer = Writer(text)
    writer.change("colour of a", "color of a")
    writer.change("colour of b", "color of b")
    assert writer.after_all() == (
        "# the color of a\ncolour = 1\n# the color of b\n# the color of c\n"
    )


def test_a_string_of_several_lines_is_no_code() -> None:
    writer = Writer('get(1)\nget(2)\nx = """\nget(3)\n"""\nget(4)\n')
    writer.change("get(1)", "fetch(1)")
    writer.change("get(2)", "fetch(2)")
    assert writer.after_all() == (
        'fetch(1)\nfetch(2)\nx = """\nget(3)\n"""\nfetch(4)\n'
    )


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("a(1)\nb(2)\nc(3)\n", [("a(1)", "a(5)"), ("b(2)", "x(2)")]),
        ("a(1)\nb(2)\nc(3)\n", [("a(1)", "a(10)"), ("b(2)", "b(20)")]),
        ("x = 1\ny = 2\nz = 3\n", [("x = 1", "x = foo"), ("y = 2", "y = bar")]),
        ("a\n\nb\n\nc\n", [("a\n", "a\n\n"), ("b\n", "b\n\n")]),
        ("one\ntwo\nthree\n", [("one", "# one"), ("two", "two()")]),
    ],
    ids=[
        "different changes",
        "what is new does not follow from what was there",
        "unrelated names",
        "blank lines",
        "a comment and a call",
    ],
)
def test_two_changes_without_a_pattern_offer_nothing(
    text: str, changes: Changes
) -> None:
    assert after(text, changes).proposed()[0] is None


def test_what_completes_lines_is_not_put_before_something_else() -> None:
    filled = "".join(f"value_{n} = compute({n})\n" for n in range(9))
    writer = Writer(f"{filled}total_1 = \ntotal_2 = \ntotal_3 = \ntotal_4 = \n")
    for number in range(1, 5):
        writer.change(f"total_{number} = ", f"total_{number} = sum(values)")
    assert writer.proposed()[0] is None


def test_nothing_is_offered_where_no_place_is_left() -> None:
    writer = Writer("a = get(1)\nb = get(2)\n")
    writer.change("get(1)", "fetch(1)")
    writer.change("get(2)", "fetch(2)")
    assert writer.proposed() == (None, "nothing-left")


def test_a_paste_after_a_pattern_offers_nothing_new() -> None:
    writer = Writer("a = get(1)\nb = get(2)\nend()\n")
    writer.change("get(1)", "fetch(1)")
    writer.change("end()", "get(3)\nget(4)\nget(5)\nget(6)\nend()")
    writer.change("fetch(1)", "fetch(1, 1)")
    assert writer.proposed() == (None, "no-pattern")


def test_a_duplicated_line_that_is_changed_offers_no_renaming() -> None:
    writer = Writer("price = 1\nshow(price)\nlog(price)\n")
    writer.change("show(price)", "show(price)\nshow(price)")
    writer.change("price", "total", nth=2)
    assert writer.proposed() == (None, "nothing-settled")


def test_other_quotes_are_offered_for_the_next_string() -> None:
    text = 'f("one")\ng = "two"\nh["three"]\ni("four", \'five\')\n'
    writer = Writer(text)
    for word in ("one", "two", "three"):
        writer.change(f'"{word}"', f"'{word}'")
    assert writer.after_next() == text.replace('"', "'")


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (
            "print x\nprint y\nprint z.a\nprint f(b, c)\n",
            [("print x", "print(x)"), ("print y", "print(y)")],
        ),
        (
            "a.get(1)\na.get(2)\nb.get(x)\nc.get(f(y))\n",
            [("a.get(1)", "a.fetch(1)"), ("a.get(2)", "a.fetch(2)")],
        ),
        (
            "x = [\n    a\n    b\n    c\n    d\n]\n",
            [("    a", "    a,"), ("    b", "    b,")],
        ),
    ],
    ids=["holes", "less context", "a run of lines"],
)
def test_a_pattern_that_was_refused_is_not_offered_in_another_form(
    text: str, changes: Changes
) -> None:
    writer = after(text, changes)
    found, _ = writer.proposed()
    assert found is not None
    refusals = Refusals(frozenset({found.template.key}))
    edits = writer.ring.edits()
    answer = repetition(writer.document, edits, writer.place, refusals)
    assert answer == (None, "refused-pattern")
