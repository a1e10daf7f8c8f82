"""What the pages say is so: commands print it, links lead somewhere, nothing is stale.

`tests/pages.py` says how a page marks its examples. Tutorials are run in `tests/app`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pages import MARKED, ROOT, has_examples, run_examples

PAGES = sorted(
    [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md")],
    key=lambda page: page.as_posix(),
)
# They take a market that runs, or make one: tests/app runs them.
TUTORIALS = sorted(ROOT.glob("docs/tutorials/*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"```.*?```", re.DOTALL)


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.node
@pytest.mark.parametrize(
    "page", [page for page in PAGES if has_examples(page) and page not in TUTORIALS], ids=name
)
def test_commands_print_what_the_page_says(page: Path, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    run_examples(page, tmp_path)


def test_every_mark_stands_before_a_block() -> None:
    """A mark that matches nothing would be an example that nobody runs."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        marks = len(re.findall(r"^<!-- (?:tested|file:.*) -->$", text, re.MULTILINE))
        assert len(MARKED.findall(text)) == marks, name(page)


def anchors(page: Path) -> set[str]:
    """The anchors that headings of a page get."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {
        (index.parent / link.partition("#")[0]).resolve()
        for link in LINK.findall(index.read_text(encoding="utf-8"))
    }
    assert {*ROOT.glob("docs/*.md"), *TUTORIALS} - {index} <= linked
    assert len([page for page in linked if page.parent.name == "games"]) >= 4


def test_the_command_line_page_is_the_present_help() -> None:
    from cli_page import help_page

    page = ROOT / "docs" / "cli.md"
    written = page.read_text(encoding="utf-8")
    assert written == help_page(), "write it anew: python packaging/cli_page.py"


def test_the_export_page_lists_the_present_columns() -> None:
    from export_page import page

    written = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
    assert written == page(written), "write it anew: python packaging/export_page.py"


def test_the_report_has_the_keys_that_the_page_lists() -> None:
    """Keys of docs/run.md against the module that makes the report, both ways."""
    import ast

    source = (ROOT / "oracle" / "app" / "day" / "report.py").read_text(encoding="utf-8")
    made = {
        key.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    }
    text = (ROOT / "docs" / "run.md").read_text(encoding="utf-8")
    section = text.partition("## The report")[2].partition("\n## ")[0]
    listed = {
        key
        for line in section.splitlines()
        if line.startswith("| `")
        for key in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert made - {"count", "median", "total"} == listed - {"count", "median", "total"}


def test_every_dependency_has_its_reason() -> None:
    import json
    import tomllib

    text = (ROOT / "docs" / "libraries.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {re.split(r"[<>=\[]", line)[0] for line in project["dependencies"]}
    for extra in project["optional-dependencies"].values():
        asked |= {re.split(r"[<>=\[]", line)[0] for line in extra}
    for file in ROOT.glob("requirements/*.in"):
        lines = file.read_text().splitlines()
        asked |= {re.split(r"[<>=\[]", line)[0] for line in lines if line and line[0] not in "#-"}
    for folder in (".", "packaging/npm-test", "web", "tests/e2e"):
        package = json.loads((ROOT / folder / "package.json").read_text())
        for kind in ("dependencies", "devDependencies", "optionalDependencies"):
            asked |= package.get(kind, {}).keys()
    reasons = set(re.findall(r"`([^`]+)`", "".join(re.findall(r"^\| .*? \|", text, re.MULTILINE))))
    assert asked - reasons == set()
    assert {r for r in reasons if r.startswith("@")} <= asked


def test_pages_name_nothing_of_the_machine_that_wrote_them() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"(?:^|[\s`(])/(?:work|home|root|tmp)/|\bseed 00\d\b", text), name(
            page
        )
