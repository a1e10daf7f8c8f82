"""Lines and branches that the contract tests reach: all of them, or each gap by its place."""

from __future__ import annotations

import re

from runs import FORGE, ROOT, SAID, Verdict, folders, say


def gaps(lcov: str) -> tuple[list[str], int, int]:
    """Places that no test reaches, and how many lines and branches there are."""
    missing, lines, branches, file = [], 0, 0, ""
    for row in lcov.splitlines():
        kind, _, rest = row.partition(":")
        if kind == "SF":
            file = rest
        elif kind == "DA":
            line, hits = rest.split(",")[:2]
            lines += 1
            if hits == "0":
                missing.append(f"{file}:{line}: this line is never run")
        elif kind == "BRDA":
            line, _, branch, hits = rest.split(",")
            branches += 1
            if hits in ("0", "-"):
                missing.append(f"{file}:{line}: branch {branch} is never taken")
    return missing, lines, branches


def run() -> Verdict:
    report = SAID / "lcov.info"
    report.unlink(missing_ok=True)
    code, said = say(
        "coverage", FORGE, "coverage", "--report", "lcov", "--report-file", report,
        "--no-match-coverage", "^(tests|node_modules|bench)/",
        # Unit tests and a few runs of the fuzz tests reach everything; walks would only take long,
        # and without the optimizer gas is more than the tests of gas allow.
        "--no-match-contract", "Invariants|CertificateGas", FOUNDRY_FUZZ_RUNS="64",
        # Without the optimizer contracts are longer than they may be elsewhere.
        FOUNDRY_CODE_SIZE_LIMIT="10000000", **folders("coverage"),
    )  # fmt: skip
    if code != 0 or not report.exists():
        return Verdict(False, "forge coverage failed", tuple(said.splitlines()[-8:]))
    missing, lines, branches = gaps(report.read_text())
    own = {f.relative_to(ROOT).as_posix() for f in (ROOT / "contracts").rglob("*.sol")}
    unseen = own - set(re.findall(r"^SF:(.*)$", report.read_text(), re.MULTILINE))
    missing += [
        f"{name}: not in the report"
        for name in sorted(unseen)
        # Without a function there is nothing to run.
        if "interfaces/" not in name and "function " in (ROOT / name).read_text()
    ]
    line = f"{lines} lines and {branches} branches, {len(missing)} never reached"
    return Verdict(not missing, line, tuple(missing))
