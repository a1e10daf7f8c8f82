"""Alert rules and runbooks belong together; the page that lists them is the present one."""

from __future__ import annotations

import re
from pathlib import Path

from tests.prometheus import rules

SECTIONS = ["What it means", "What to look at", "What to do", "How to see that it is over"]


def test_every_rule_has_its_runbook_and_every_runbook_its_rule(root: Path) -> None:
    pages = {rule.runbook: name for name, rule in rules().items()}
    assert set(pages) == {
        page.relative_to(root).as_posix() for page in root.glob("docs/runbooks/*.md")
    }
    assert len(pages) == len(rules())
    for page, name in pages.items():
        text = (root / page).read_text(encoding="utf-8")
        assert text.startswith(f"# {name}\n"), page
        assert re.findall("^## (.*)$", text, re.MULTILINE) == SECTIONS, page
        assert min(map(len, re.split("^## .*$", text, flags=re.MULTILINE)[1:])) > 20, page


def test_runbooks_name_alerts_that_exist(root: Path) -> None:
    """By their names: two capitals in a word, but for what is no alert."""
    others = {"AlreadyPosted"}
    for page in root.glob("docs/runbooks/*.md"):
        named = set(re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b", page.read_text()))
        assert named - others <= set(rules()), page


def test_runbooks_name_metrics_that_exist(root: Path) -> None:
    listed = (root / "docs/operate/watching.md").read_text() + (
        root / "docs/service.md"
    ).read_text()
    known = set(re.findall(r"wattmarket_\w+", listed))
    known |= {name.removesuffix("_bucket") for name in known}
    for page in root.glob("docs/runbooks/*.md"):
        assert set(re.findall(r"wattmarket_\w+", page.read_text())) <= known, page


def test_the_page_lists_the_present_rules_and_metrics(root: Path) -> None:
    from watching_page import PAGE, with_tables

    written = PAGE.read_text(encoding="utf-8")
    assert written == with_tables(written), "write it anew: python packaging/watching_page.py"
