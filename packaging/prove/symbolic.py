"""Symbolic proofs: halmos runs every `testProof_…` for all arguments at once.

They are ordinary fuzz tests for forge, so a proof that is wrong fails in `make test` already.
"""

from __future__ import annotations

import re

from runs import BIN, ROOT, Verdict, folders, say

LEAST = 10
SECONDS = 60


def written() -> set[str]:
    """Names of the proofs in the sources: one that halmos passes over is missed."""
    files = sorted((ROOT / "tests" / "contracts" / "symbolic").glob("*.t.sol"))
    return {
        name for file in files for name in re.findall(r"function (testProof_\w+)", file.read_text())
    }


def run() -> Verdict:
    # The libraries and the proofs alone: the market is not asked, and takes long to compile.
    where = {
        **folders("symbolic"),
        "FOUNDRY_SRC": "contracts/libraries",
        "FOUNDRY_TEST": "tests/contracts/symbolic",
    }
    solver = f"{BIN / 'python'} {ROOT / 'packaging' / 'prove' / 'solver.py'}"
    _, text = say(
        "symbolic", BIN / "halmos", "--forge-build-out", where["FOUNDRY_OUT"],
        "--match-contract", "Proof$", "--function", "testProof_", "--no-status",
        "--solver-timeout-assertion", f"{SECONDS}s", "--solver-command", solver, **where,
    )  # fmt: skip
    # What was only followed so far into a loop is not proved.
    cut = re.findall(r"WARNING\s+(testProof_\w+)\([^:]*:\s+paths have not been fully", text)
    outcome = {name: word for word, name in re.findall(r"^\[(\w+)\] (testProof_\w+)", text, re.M)}
    outcome |= dict.fromkeys(cut, "a loop was cut")
    proofs = written()
    open_ = sorted(name for name in proofs if outcome.get(name) != "PASS")
    details = tuple(f"{name}: {outcome.get(name, 'not run')}" for name in open_)
    good = not open_ and len(proofs) >= LEAST
    return Verdict(good, f"{len(proofs) - len(open_)} of {len(proofs)} proved by halmos", details)
