"""The page about rounds prints what it says."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "rounds.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_has_its_examples() -> None:
    assert len(BLOCKS) == 6


@pytest.mark.parametrize("block", BLOCKS)
def test_an_example_prints_what_it_says(block: str) -> None:
    said = re.findall(r"^ *print\(.*\)  # (.*)$", block, re.MULTILINE)
    assert said
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block, str(PAGE), "exec"), {})
    assert printed.getvalue().splitlines() == said
