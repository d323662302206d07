"""Where an automatic request may be made, by the text around the cursor."""

from __future__ import annotations

import pytest

from fim_lsp.completion.decision import Trigger
from fim_lsp.completion.gate import ends_statement, fits_mid_line, is_gap
from tests.harness.typist import Model, Typist

from .windows import window


@pytest.mark.parametrize(
    "rest",
    ["", ")", "})", '")', ") {", "):", ");", ' "', "  ", "</li>", '"></a>', "></a-b>"],
)
def test_automatic_requests_fit_before_what_an_editor_closes(rest: str) -> None:
    assert fits_mid_line(rest)


@pytest.mark.parametrize(
    "rest",
    [
        ") error {",
        ") (int, error) {",
        ") (*User, error) {",
        "): void {",
        "): Promise<void> {",
        ") -> T {",
        ") -> int:",
        ") -> Result<(), Error> {",
        ") throws X {",
        ") const override {",
        ") async throws -> Int {",
        "): String =",
        ") => {",
        ") error",
    ],
)
def test_automatic_requests_fit_before_a_result_type(rest: str) -> None:
    assert fits_mid_line(rest)


@pytest.mark.parametrize(
    "rest",
    [
        ").g()",
        ").trim();",
        ")?.value;",
        ")!.first",
        ").then((x) => {",
        ")[0];",
        "}).join(', ')",
        '").upper()',
        '", x)',
        '", 3, "b");',
        "', {",
        "}, [])",
        "}, [a, b]);",
        "}, 1000);",
    ],
)
def test_automatic_requests_fit_before_a_chain_and_further_arguments(
    rest: str,
) -> None:
    assert fits_mid_line(rest) is (rest != "', {")


@pytest.mark.parametrize(
    "rest",
    [
        *(" + 1", "name", ", b)", "</", ") + 1", ") && b) {", ") return x;"),
        *(") = 3", ") and b:", " = 3;", "(a)", ".name", ") * 2 + 1;", " is None"),
    ],
)
def test_automatic_requests_do_not_fit_before_code(rest: str) -> None:
    assert not fits_mid_line(rest)


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("python", "with open($0) as f:"),
        ("python", "return [$0 for item in items]"),
        ("python", "x = $0 if a else b"),
        ("javascript", "import { $0 } from 'x';"),
        ("javascript", "const { $0 } = props;"),
        ("javascript", "if ($0) return;"),
        ("javascript", "for (let i = 0; i < $0; i++) {"),
        ("javascript", "const x = '$0' + y;"),
        ("typescript", "useMemo(() => $0, [a])"),
        ("typescript", "constructor(private a: $0) {}"),
        ("typescriptreact", "<Foo bar={$0} baz />"),
        ("typescriptreact", "<Foo $0 />"),
        ("go", "if err := f($0); err != nil {"),
        ("go", "go func() {$0}()"),
        ("rust", "foo($0)?;"),
        ("rust", "fn f<'a>(a: &'a str, $0) -> &'a str { a }"),
        ("kotlin", "fun f($0): Int = 3"),
        ("cpp", "auto f = [&]($0) { return 1; };"),
        ("swift", "guard let x = $0 else { return }"),
        ("shellscript", "if [ $0 ]; then"),
        ("sql", "SELECT $0 FROM t;"),
        ("css", "a { color: $0; }"),
        ("html", "<a href=$0>x</a>"),
        ("html", "<img $0>"),
        ("java", "return x == null ? $0 : y;"),
        ("cpp", "std::cout << $0 << std::endl;"),
        ("swift", "if let $0 = x {"),
    ],
)
def test_automatic_requests_fit_where_something_is_missing(
    language: str, marked: str
) -> None:
    before, _, rest = marked.partition("$0")
    assert is_gap(before, rest, language)


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("python", "foo(a$0) == 3"),
        ("python", "x = $0y"),
        ("python", "# see ($0) there"),
        ("python", 'x = "($0) there"'),
        ("javascript", "const x = $0foo();"),
        ("javascript", "foo$0.bar()"),
        ("javascript", "$0return x;"),
        ("typescriptreact", "<Foo$0 bar />"),
        ("rust", "let x = a $0+ b;"),
    ],
)
def test_automatic_requests_do_not_fit_where_nothing_is_missing(
    language: str, marked: str
) -> None:
    before, _, rest = marked.partition("$0")
    assert not is_gap(before, rest, language)


@pytest.mark.parametrize(
    ("language", "marked", "ends"),
    [
        ("javascript", "foo();$0\n", True),
        ("javascript", "function f() { foo();$0\n}\n", True),
        ("javascript", "if (a) { foo();$0\n", True),
        ("c", "  return 0;  $0\n", True),
        ("css", "a {\n  color: red;$0\n}\n", True),
        ("javascript", "for (let i = 0;$0\n", False),
        ("javascript", "for (let i = 0;$0)\n", False),
        ("javascript", "// foo();$0\n", False),
        ("javascript", "const s = `a;$0\n`;\n", False),
        ("javascript", "foo();\n$0\n", False),
        ("lisp", "(a) ;$0\n", False),
        ("python", "foo()$0\n", False),
    ],
)
def test_the_end_of_a_whole_statement_is_known(
    language: str, marked: str, *, ends: bool
) -> None:
    assert ends_statement(window(marked, language)) is ends


FINISHED = "int f(int a) {\n  int b = a;$0\n}\n"


async def test_a_whole_statement_asks_nobody_by_itself() -> None:
    typist = Typist(FINISHED, model=Model(answer="\n  return b;"), language="c")
    assert await typist.offered() is None
    assert typist.decisions == ["statement-ended"]
    assert not typist.model.streams
    assert await typist.offered(Trigger.INVOKED) == "\n  return b;"


async def test_a_known_answer_goes_on_after_a_whole_statement() -> None:
    marked = "int f(int a) {\n  $0\n}\n"
    model = Model(answer="int b = a;\n  return b;")
    typist = Typist(marked, model=model, language="c")
    assert await typist.offered() == "int b = a;\n  return b;"
    for key in "int b = a;":
        typist.insert(key)
    assert await typist.offered() == "\n  return b;"
    assert len(model.streams) == 1


async def test_nothing_is_asked_for_a_document_that_is_not_open() -> None:
    typist = Typist(model=Model(answer="total = 1"))
    typist.engine.closed(typist.document.uri)
    assert await typist.offered() is None
    assert await typist.offered(Trigger.INVOKED) is None
    assert typist.decisions == ["not-open", "not-open"]
    assert not typist.model.streams
