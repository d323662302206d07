from __future__ import annotations

import pytest

from fim_lsp.chat.markdown import tame


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Title\n\n*words*", "# Title\n\n*words*\n"),
        ("<b>bold</b> 1 < 2", "&lt;b>bold&lt;/b> 1 < 2\n"),
        ("![a](http://x/y.png)", "[a](http://x/y.png)\n"),
        ("![a\nb](http://x/y.png)", "[a\nb](http://x/y.png)\n"),
        ("![a]\n\n[a]: http://x/y.png", "[a]\n\n[a]: http://x/y.png\n"),
        ("`List<int>` and ``a ` <b>``", "`List<int>` and ``a ` <b>``\n"),
        ("\\`<img src=x>\\`", "\\`&lt;img src=x>\\`\n"),
        ("` <img src=x>", "` &lt;img src=x>\n"),
        ("```html\n<b>\n```\n<i>", "```html\n<b>\n```\n&lt;i>\n"),
        ("~~~\n```\n<b>\n~~~\n<i>", "~~~\n```\n<b>\n~~~\n&lt;i>\n"),
        ("````\n```\n<b>\n````", "````\n```\n<b>\n````\n"),
        ("```\n<b>", "```\n<b>\n```\n"),
        ("``` `\n<b>", "``` `\n&lt;b>\n"),
        ("- a\n\n  ```\n  <b>\n\n<i>", "- a\n\n  ```\n  <b>\n\n&lt;i>\n"),
    ],
)
def test_only_code_keeps_its_html(text: str, expected: str) -> None:
    assert tame(text) == expected
