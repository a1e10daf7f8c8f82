"""docs/guarantees.md against the tests: what a promise names exists, no proof is unnamed."""

from __future__ import annotations

import re
from pathlib import Path

NAME = re.compile(r"function ((?:test|invariant_)\w*)")


def written(root: Path) -> set[str]:
    """Names of all forge tests, and of what the model checker proves as `smt:name`."""
    folder = root / "tests" / "contracts"
    names = {name for file in folder.rglob("*.t.sol") for name in NAME.findall(file.read_text())}
    proved = "".join(file.read_text() for file in folder.glob("smt/*.sol"))
    return names | {f"smt:{name}" for name in re.findall(r"function (\w+)", proved)}


def promises(root: Path) -> list[tuple[str, list[str]]]:
    """(promise, names of what holds it), from the tables with the head `promise | held by`."""
    rows = []
    for table in re.findall(
        r"^\| promise \| held by \|\n\|---\|---\|\n((?:\|.*\n)+)",
        (root / "docs" / "guarantees.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    ):
        for line in table.splitlines():
            promise, held = (cell.strip() for cell in line.strip("|").split("|"))
            rows.append((promise, re.findall(r"`([^`]+)`", held)))
    return rows


def test_every_promise_names_a_test_that_exists(root: Path) -> None:
    rows, names = promises(root), written(root)
    assert len(rows) >= 40
    assert [promise for promise, held in rows if not held] == []
    assert {name for _, held in rows for name in held} - names == set()


def test_every_invariant_and_proof_stands_under_a_promise(root: Path) -> None:
    named = {name for _, held in promises(root) for name in held}
    proofs = {n for n in written(root) if n.startswith(("invariant_", "testProof_", "smt:"))}
    assert proofs - named == set()


def test_there_are_as_many_as_promised(root: Path) -> None:
    names = written(root)
    assert len([name for name in names if name.startswith("invariant_")]) >= 20
    assert len([name for name in names if name.startswith("testProof_")]) >= 10


def test_no_promise_is_made_twice(root: Path) -> None:
    made = [promise for promise, _ in promises(root)]
    assert len(made) == len(set(made))
