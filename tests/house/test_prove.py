"""The provers' own logic: what is missing is said, and each mutant is what its name says."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "packaging" / "prove"))

import calls
import findings
import mutants
import mutation
import reach
import tried
import weave

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
        "sources": {
            "Shop.sol": {"content": text},
            "Probe.sol": {"content": weave.PROBE_TEXT.decode()},
        },
        "settings": {"outputSelection": {"*": {"": ["ast"], "*": [asked]}}},
    }
    done = subprocess.run(
        [solc, "--standard-json"], input=json.dumps(request), capture_output=True, text=True
    )
    output: dict[str, Any] = json.loads(done.stdout)
    assert [e for e in output.get("errors", []) if e["severity"] == "error"] == []
    return output


@pytest.fixture(scope="module")
def tree(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = compiled(root, SOURCE, "abi")["sources"]["Shop.sol"]["ast"]
    return found


@pytest.fixture(scope="module")
def found(tree: dict[str, Any]) -> list[mutants.Mutant]:
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


def test_all_stand_in_one_text_that_compiles(
    root: Path, tree: dict[str, Any], found: list[mutants.Mutant]
) -> None:
    numbered = dict(enumerate(found, 101))
    weaver = weave.Weaver({"Shop.sol": SOURCE.encode()}, {"Shop.sol": tree}, numbered)
    assert weaver.left == set()
    text = weaver.woven("Shop.sol").decode()
    for number in numbered:
        asked = len(re.findall(rf"basefee == {number}\b", text)) + text.count(f"open({number})")
        assert asked == 1, numbered[number].name
    assert "amount >= LEAST_woven()" in text
    assert text.count("probe_(") == len(weave.probes({"Shop.sol": tree})) == 3
    assert compiled(root, text, "abi")["contracts"]["Shop.sol"]["Shop"]["abi"]


def test_a_mutant_alone_is_what_its_name_says(found: list[mutants.Mutant]) -> None:
    text = mutants.rewritten(SOURCE.encode(), next(m for m in found if m.before == "3")).decode()
    assert "LEAST = (3 + 1);" in text or "LEAST = (3 - 1);" in text


def test_the_compiler_is_heard_when_a_mutant_is_none() -> None:
    text = b"x = (block.basefee == 4 ? (a - b) : (block.basefee == 5 ? (a) : (b)));"
    assert weave.blamed(text, 5, 24) == 4
    assert weave.blamed(text, 27, 32) == 4
    assert weave.blamed(text, 37, 62) == 5
    assert weave.blamed(text, 0, 1) is None


def test_results_hold_while_the_function_and_the_killer_stand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, found: list[mutants.Mutant]
) -> None:
    monkeypatch.setattr(mutation, "RESULTS", tmp_path / "results.jsonl")
    monkeypatch.setattr(tried, "TRIED", tmp_path / "tried.txt")
    numbered = dict(enumerate(found[:4]))
    names = {n: m.name for n, m in numbered.items()}
    project = mutation.Project({}, {}, numbered, names, dict.fromkeys(names, "b"), "t", {"A.test"})
    ledger = mutation.Ledger(project)
    ledger.keep(0, "killed", "A.test")
    ledger.keep(1, "killed", "A.gone")
    ledger.keep(2, "survived")
    ledger.keep(3, "stillborn")
    assert mutation.known(project).keys() == {0, 2, 3}
    tried.remember(names, project.bodies, mutation.known(project), tried.TRIED)
    mutation.RESULTS.rename(tmp_path / "elsewhere")
    assert mutation.known(project).keys() == {0}
    (tmp_path / "elsewhere").rename(mutation.RESULTS)
    project.tests = "other"
    assert mutation.known(project).keys() == {0, 3}
    project.bodies[0] = "changed"
    assert mutation.known(project).keys() == {3}


def test_what_is_written_down_holds_while_the_function_stands(
    tmp_path: Path, found: list[mutants.Mutant]
) -> None:
    names = {n: m.name for n, m in enumerate(found)}
    bodies = dict.fromkeys(names, "b")
    rows = {
        0: {"end": "killed", "by": "A.test"},
        1: {"end": "survived", "by": ""},
        2: {"end": "killed", "by": "B.setUp"},
    }
    file = tmp_path / "tried.txt"
    tried.remember(names, bodies, rows, file)
    again = {row["name"]: row["by"] for row in tried.recalled(names, bodies, file)}
    assert again == {names[0]: "A.test", names[2]: "B.setUp"}
    elsewhere = {row["name"] for row in tried.recalled(names, {**bodies, 0: "changed"}, file)}
    assert names[0] not in elsewhere


def test_the_page_counts_each_mutant_once(tmp_path: Path) -> None:
    ends = {
        "contracts/a/A.sol.A.f: x -> y": "killed",
        "contracts/a/A.sol.A.f: x -> z": "survived",
        "contracts/a/B.sol.B.f: x -> y": "survived",
        "contracts/a/B.sol.B.g: x -> y": "open",
        "contracts/a/B.sol.B.g: x -> z": "passed",
    }
    tried.page(ends, {"contracts/a/A.sol.A.f: x -> z": "the same"}, tmp_path / "page.md")
    text = (tmp_path / "page.md").read_text()
    assert "| a/A | 2 | 1 | 1 | 0 | 0 | 0 |\n| a/B | 3 | 0 | 0 | 1 | 1 | 1 |\n| all | 5 |" in text
    assert "the same" in text.split("## Equivalent")[1].split("## Alive")[0]
    assert "contracts/a/B.sol.B.f: x -> y" in text.split("## Alive")[1]


def test_calls_are_encoded_as_the_abi_says() -> None:
    """The example of the ABI specification: f(uint256,uint32[],bytes10,bytes)."""
    kinds = [{"type": name} for name in ("uint256", "uint32[]", "bytes10", "bytes")]
    body = calls.encode_all(kinds, [0x123, [0x456, 0x789], b"1234567890", b"Hello, world!"])
    words = [body[i : i + 32].hex().lstrip("0") for i in range(0, len(body), 32)]
    text = b"1234567890".hex().ljust(64, "0"), b"Hello, world!".hex().ljust(64, "0")
    assert words == ["123", "80", text[0], "e0", "2", "456", "789", "d", text[1]]


def test_arguments_are_of_their_type() -> None:
    rng = random.Random(1)
    for _ in range(200):
        values = [calls.some({"type": name}, rng) for name in ("uint8", "int16", "bytes3", "bool")]
        assert 0 <= values[0] < 256  # type: ignore[operator]
        assert -(2**15) <= values[1] < 2**15  # type: ignore[operator]
        assert isinstance(values[2], bytes)
        assert len(values[2]) == 3
        assert values[3] in (0, 1)


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
