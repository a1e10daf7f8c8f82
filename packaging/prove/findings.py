"""Slither's findings against those that `findings.toml` explains: none new, none gone."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from runs import BIN, SAID, Verdict, folders, say

EXPLAINED = Path(__file__).with_name("findings.toml")


def place(element: dict[str, object]) -> str:
    """`Contract.function`, or the contract, event or variable that a finding is about."""
    fields = element["type_specific_fields"]
    assert isinstance(fields, dict)
    parent = fields.get("parent", {})
    name = str(element["name"])
    kind = element["type"]
    if kind == "node":
        return place(parent)
    if kind in ("function", "event") or (kind == "variable" and parent["type"] == "contract"):
        return f"{parent['name']}.{name}"
    if kind == "variable":
        return place(parent)
    return name


def found(text: str) -> dict[tuple[str, str], str]:
    """(detector, place) -> the finding's first line."""
    report = json.loads(text)
    if not report["success"]:
        raise SystemExit(f"slither failed: {report['error']}")
    findings = {}
    for one in report["results"].get("detectors", []):
        where = place(one["elements"][0]) if one["elements"] else "?"
        findings[one["check"], where] = one["description"].strip().splitlines()[0]
    return findings


def judge(findings: dict[tuple[str, str], str], explained: dict[str, dict[str, str]]) -> list[str]:
    """What is not explained, and explanations of nothing."""
    wrong = [
        f"{check}: {where}: {line}"
        for (check, where), line in sorted(findings.items())
        if not {where, "*"} & explained.get(check, {}).keys()
    ]
    for check, reasons in explained.items():
        places = {where for seen, where in findings if seen == check}
        if not places:
            wrong.append(f"findings.toml explains {check}, of which nothing is found")
        else:
            gone = reasons.keys() - places - {"*"}
            wrong += [f"findings.toml explains {check} of {one}, not found" for one in sorted(gone)]
    return wrong


def run() -> Verdict:
    where = folders("slither")
    report = SAID / "slither.json"
    report.unlink(missing_ok=True)
    _, said = say(
        "slither", BIN / "slither", ".", "--compile-force-framework", "foundry",
        "--foundry-out-directory", where["FOUNDRY_OUT"], "--filter-paths", "node_modules|tests/",
        "--json", report, **where,
    )  # fmt: skip
    if not report.exists():
        return Verdict(False, "slither failed", tuple(said.splitlines()[-5:]))
    findings = found(report.read_text())
    wrong = judge(findings, tomllib.loads(EXPLAINED.read_text()))
    looked = re.search(r"\((\d+ contracts with \d+ detectors)\)", said)
    line = f"{looked[1] if looked else 'slither'}: {len(findings)} findings, all explained"
    if wrong:
        line = f"{len(wrong)} of slither's findings or their explanations do not match"
    return Verdict(not wrong, line, tuple(wrong))
