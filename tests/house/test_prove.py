"""The provers' own logic: what is missing is said, and each mutant is what its name says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "packaging" / "prove"))

import findings
import mutants
import mutation
import reach
import workshop

SOURCE = """\
pragma solidity 0.8.30;

contract Shop {
    uint256 public constant LEAST = 3;
    uint256 public sold;
    event Sold(uint256 amount);
    modifier open() { require(sold < 10, "closed"); _; }

    function sell(uint256 amount) external open returns (uint256) {
        require(amount >= LEAST && amount != 7, "refused");
        sold += amount;
        if (sold > 5) emit Sold(amount);
        return amount * 2 - 1;
    }
}
"""


def compiled(root: Path, text: str, asked: str) -> dict[str, Any]:
    solc = root / ".tools" / "solcx" / "solc-v0.8.30"
    request = {
        "language": "Solidity",
        "sources": {"Shop.sol": {"content": text}},
        "settings": {"outputSelection": {"*": {"": ["ast"], "*": [asked]}}},
    }
    done = subprocess.run(
        [solc, "--standard-json"], input=json.dumps(request), capture_output=True, text=True
    )
    output: dict[str, Any] = json.loads(done.stdout)
    assert [e for e in output.get("errors", []) if e["severity"] == "error"] == []
    return output


@pytest.fixture(scope="module")
def found(root: Path) -> list[mutants.Mutant]:
    tree = compiled(root, SOURCE, "abi")["sources"]["Shop.sol"]["ast"]
    return mutants.find("Shop.sol", SOURCE.encode(), tree, set())


def test_each_kind_of_change_is_made(found: list[mutants.Mutant]) -> None:
    names = {mutant.name for mutant in found}
    sell = "Shop.sol.Shop.sell"
    assert {
        f"{sell}: amount >= LEAST -> amount > LEAST",
        f"{sell}: amount >= LEAST && amount != 7 -> amount >= LEAST || amount != 7",
        f"{sell}: require(amount >= LEAST && amount != 7) -> ",
        f"{sell}: 7 -> (7 + 1)",
        f"{sell}: sold += amount -> sold -= amount",
        f"{sell}: sold += amount -> ",
        f"{sell}: emit Sold(amount) -> ",
        f"{sell}: sold > 5 -> !(sold > 5)",
        f"{sell}: amount * 2 - 1 -> amount * 2 + 1",
        f"{sell}: open -> ",
        "Shop.sol.Shop.open: sold < 10 -> sold <= 10",
        "Shop.sol.Shop: 3 -> (3 + 1)",
    } <= names
    assert len(names) == len(found)


def test_modifiers_and_constants_are_built_alone(found: list[mutants.Mutant]) -> None:
    alone = {mutant.before for mutant in found if mutant.alone}
    assert alone == {"open", "3"}
    text = mutants.rewritten(SOURCE.encode(), next(m for m in found if m.before == "3")).decode()
    assert "LEAST = (3 + 1);" in text or "LEAST = (3 - 1);" in text


def test_all_others_stand_in_one_text_that_compiles(
    root: Path, found: list[mutants.Mutant]
) -> None:
    together = {n: mutant for n, mutant in enumerate(found, 1) if not mutant.alone}
    text = mutants.woven(SOURCE.encode(), together).decode()
    assert all(
        text.count(f"block.basefee == {n} ") + text.count(f"basefee == {n})") for n in together
    )
    assert compiled(root, text, "abi")["contracts"]["Shop.sol"]["Shop"]["abi"]


def test_the_compiler_is_heard_when_a_mutant_is_none() -> None:
    text = b"contract A {\nx = (block.basefee == 4 ? (a - b) : (block.basefee == 5 ? (a) : (b)));}"
    assert workshop.blamed("--> A.sol:2:28:", "A.sol", text) == {4}
    assert workshop.blamed("--> A.sol:2:37:", "A.sol", text) == {5}
    assert workshop.blamed("--> B.sol:2:37:", "A.sol", text) == set()


def test_every_equivalent_mutant_has_its_reason() -> None:
    assert all(len(reason) > 10 for reason in mutation.equivalents().values())


def test_gaps_are_named_by_line_and_branch() -> None:
    report = "SF:contracts/A.sol\nDA:3,1\nDA:4,0\nBRDA:3,0,0,2\nBRDA:3,0,1,-\nend_of_record\n"
    missing, lines, branches = reach.gaps(report)
    assert (lines, branches) == (2, 2)
    assert missing == [
        "contracts/A.sol:4: this line is never run",
        "contracts/A.sol:3: branch 1 is never taken",
    ]


def test_findings_and_explanations_match_both_ways() -> None:
    seen = {("timestamp", "A.f"): "A.f uses time", ("low-level-calls", "A.g"): "a call"}
    told = {"timestamp": {"*": "the clock"}, "low-level-calls": {"A.g": "checked"}}
    assert findings.judge(seen, told) == []
    assert findings.judge(seen, {"timestamp": {"*": "the clock"}}) == [
        "low-level-calls: A.g: a call"
    ]
    more = {**told, "weak-prng": {"A.h": "a ring"}}
    assert "weak-prng" in findings.judge(seen, more)[0]
    wrong = {**told, "low-level-calls": {"A.g": "checked", "A.h": "gone"}}
    assert "A.h" in findings.judge(seen, wrong)[0]
