"""What two changes have in common: names in other spellings, context, brackets."""

from __future__ import annotations

import pytest

from .writer import Changes, after


@pytest.mark.parametrize(
    ("language", "text", "changes", "result"),
    [
        pytest.param(
            "python",
            "self.name = 1\nself.size = 2\nself.kind = 3\nother.kind = 4\n",
            [("self.name", "self._name"), ("self.size", "self._size")],
            "self._name = 1\nself._size = 2\nself._kind = 3\nother.kind = 4\n",
            id="a prefix is added",
        ),
        pytest.param(
            "python",
            "self.a_id = 1\nself.b = 2\nself.c = 3\nself._d = 4\n",
            [("self.b", "self._b"), ("self.c", "self._c")],
            "self._a_id = 1\nself._b = 2\nself._c = 3\nself._d = 4\n",
            id="a name that has the prefix already is left alone",
        ),
        pytest.param(
            "go",
            "x := user\ny := order\nz := item\n",
            [("x := user", "x := userV2"), ("y := order", "y := orderV2")],
            "x := userV2\ny := orderV2\nz := itemV2\n",
            id="a suffix is added",
        ),
        pytest.param(
            "python",
            "test_alpha = 1\ntest_beta = 2\ntest_gamma = 3\n",
            [("test_alpha", "alpha"), ("test_beta", "beta")],
            "alpha = 1\nbeta = 2\ngamma = 3\n",
            id="a prefix is removed",
        ),
        pytest.param(
            "typescript",
            "getUser();\ngetOrder();\ngetItemList();\ntarget();\nbudget();\n",
            [("getUser", "fetchUser"), ("getOrder", "fetchOrder")],
            "fetchUser();\nfetchOrder();\nfetchItemList();\ntarget();\nbudget();\n",
            id="a prefix is replaced, where it is a part of its own",
        ),
        pytest.param(
            "java",
            "a = u.name;\nb = u.size;\nc = u.kind;\n",
            [("u.name", "u.getName()"), ("u.size", "u.getSize()")],
            "a = u.getName();\nb = u.getSize();\nc = u.getKind();\n",
            id="a field becomes a getter",
        ),
        pytest.param(
            "python",
            "max_size = 1\nmin_size = 2\navg_len = 3\n",
            [("max_size", "MAX_SIZE"), ("min_size", "MIN_SIZE")],
            "MAX_SIZE = 1\nMIN_SIZE = 2\nAVG_LEN = 3\n",
            id="names become constants",
        ),
        pytest.param(
            "javascript",
            "f({\n  a: a,\n  bb: bb,\n  c: c,\n  d: e,\n})\n",
            [("  a: a", "  a"), ("  bb: bb", "  bb")],
            "f({\n  a,\n  bb,\n  c,\n  d: e,\n})\n",
            id="what is equal in both changes must be equal in the third",
        ),
        pytest.param(
            "python",
            "a = load()\nb = load()\nc = load()\n",
            [
                ("a = load()\n", "a = load()\nuse(a)\n"),
                ("b = load()\n", "b = load()\nuse(b)\n"),
            ],
            "a = load()\nuse(a)\nb = load()\nuse(b)\nc = load()\nuse(c)\n",
            id="what is new may stand beside the change",
        ),
        pytest.param(
            "typescript",
            "if (a == 1) {}\nif (b == 2) {}\nif (c == d.e) {}\n",
            [("a == 1", "a === 1"), ("b == 2", "b === 2")],
            "if (a === 1) {}\nif (b === 2) {}\nif (c === d.e) {}\n",
            id="one side of the context is enough",
        ),
        pytest.param(
            "cpp",
            "string a;\nstring b;\nvector<string> c;\nx.string d;\n",
            [("string a", "std::string a"), ("string b", "std::string b")],
            "std::string a;\nstd::string b;\nvector<std::string> c;\nx.string d;\n",
            id="a name behind another sign, but not a member",
        ),
        pytest.param(
            "java",
            "List<A> a = new ArrayList<A>();\nList<B> b = new ArrayList<B>();\n"
            "List<Map<K, V>> c = new ArrayList<Map<K, V>>();\n",
            [("ArrayList<A>", "ArrayList<>"), ("ArrayList<B>", "ArrayList<>")],
            "List<A> a = new ArrayList<>();\nList<B> b = new ArrayList<>();\n"
            "List<Map<K, V>> c = new ArrayList<>();\n",
            id="type arguments are kept together",
        ),
        pytest.param(
            "python",
            "x = open(a)\ny = x.read()\n\nx = open(b)\ny = x.read()\n\n"
            "if q:\n    x = open(c)\n    y = x.read()\n",
            [
                ("x = open(a)\ny = x", "with open(a) as x:\n    y = x"),
                ("x = open(b)\ny = x", "with open(b) as x:\n    y = x"),
            ],
            "with open(a) as x:\n    y = x.read()\n\n"
            "with open(b) as x:\n    y = x.read()\n\n"
            "if q:\n    with open(c) as x:\n        y = x.read()\n",
            id="a line that is only indented belongs to the change",
        ),
        pytest.param(
            "python",
            "def a(x=None): pass\ndef b(y=None): pass\ndef c(z=None): pass\n",
            [("x=None", "x: T = None"), ("y=None", "y: T = None")],
            "def a(x: T = None): pass\ndef b(y: T = None): pass\n"
            "def c(z: T = None): pass\n",
            id="white space that changes belongs to the change",
        ),
        pytest.param(
            "yaml",
            "- name: a\n- name: b\n- name: c\n",
            [
                ("- name: a\n", "- name: a\n  on: true\n"),
                ("- name: b\n", "- name: b\n  on: true\n"),
            ],
            "- name: a\n  on: true\n- name: b\n  on: true\n- name: c\n  on: true\n",
            id="an indented line goes below its line",
        ),
        pytest.param(
            "html",
            '<img src="a.png">\n<a href="x.html">\n<img src="b.png">\n'
            '<img src="c.png">\n',
            [("a.png", "a.webp"), ("b.png", "b.webp")],
            '<img src="a.webp">\n<a href="x.html">\n<img src="b.webp">\n'
            '<img src="c.webp">\n',
            id="a part of an attribute's value",
        ),
        pytest.param(
            "go",
            "\tx()\n\n\tx()\n\n\t\tx()\n",
            [
                ("\tx()\n", "\tif ok {\n\t\tx()\n\t}\n"),
                ("\n\tx()\n", "\n\tif ok {\n\t\tx()\n\t}\n"),
            ],
            "\tif ok {\n\t\tx()\n\t}\n\n\tif ok {\n\t\tx()\n\t}\n\n"
            "\t\tif ok {\n\t\t\tx()\n\t\t}\n",
            id="a block is put around a line, once",
        ),
        pytest.param(
            "python",
            'x = 1\nlog("a", a)\n\nx = 2\nlog("b", b)\n\nx = 3\nlog("c", f(c))\n',
            [('log("a", a)\n', ""), ('log("b", b)\n', "")],
            "x = 1\n\nx = 2\n\nx = 3\n",
            id="calls of a known name are deleted",
        ),
    ],
)
def test_all_places_of_a_pattern_are_found(
    language: str, text: str, changes: Changes, result: str
) -> None:
    assert after(text, changes, language).after_all() == result


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("import a\nimport b\nimport c\n", [("import a\n", ""), ("import b\n", "")]),
        (
            "return a\n\nreturn b\n\nreturn c\n",
            [("return a\n", ""), ("return b\n", "")],
        ),
        (
            "'a',\n\n'b',\n\n'c',\n",
            [("'a',\n", ""), ("'b',\n", "")],
        ),
        (
            "const a = b.c();\nx();\nconst d = e.f();\nx();\nconst g = h.i();\n",
            [("const a = b.c();\n", ""), ("const d = e.f();\n", "")],
        ),
    ],
    ids=["imports", "statements", "strings", "declarations"],
)
def test_lines_of_unknown_content_are_not_deleted(text: str, changes: Changes) -> None:
    assert after(text, changes, "javascript").proposed()[0] is None
