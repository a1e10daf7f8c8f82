"""The page's fixtures are what these mirrors say; its own tests hold the page to them."""

from __future__ import annotations

from tests.rounds import page_fixtures


def test_the_page_is_compared_with_what_the_mirrors_say_now() -> None:
    kept = page_fixtures.FILE.read_text(encoding="utf-8")
    assert kept == page_fixtures.text(), "run: python -m tests.rounds.page_fixtures"
