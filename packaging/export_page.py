"""Writes the tables of docs/export.md: `.venv/bin/python packaging/export_page.py`.

A test compares the page with what this makes, so it cannot go stale.
"""

from pathlib import Path

from oracle.app.export.schema import schema_markdown

PAGE = Path(__file__).resolve().parent.parent / "docs" / "export.md"
MARK = "## The tables\n\n"


def page(text: str) -> str:
    """The page with its tables written anew."""
    return text.partition(MARK)[0] + MARK + schema_markdown()


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
