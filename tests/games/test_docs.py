"""The documentation's examples run and print what they say."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from oracle.games.registry import GAMES

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("name", GAMES)
def test_examples_print_what_they_say(name: str):
    text = (ROOT / "docs" / "games" / f"{name}.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert blocks
    for block in blocks:
        said = re.findall(r"^print\(.*\)  # (.*)$", block, re.MULTILINE)
        assert said
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block, f"docs/games/{name}.md", "exec"), {})
        assert printed.getvalue().splitlines() == said


@pytest.mark.parametrize("name", GAMES)
def test_pages_name_every_field(name: str):
    text = (ROOT / "docs" / "games" / f"{name}.md").read_text(encoding="utf-8")
    for field in GAMES[name].problem.model_fields:
        assert f"`{field}`" in text, field
    assert f"examples/{name}.toml" in text
    assert (ROOT / "examples" / f"{name}.toml").is_file()
