"""The fuzz tests and the invariants, longer: foundry.toml's profile `deep`."""

from __future__ import annotations

import re

from runs import FORGE, Verdict, say


def run() -> Verdict:
    code, text = say("deep", FORGE, "test", FOUNDRY_PROFILE="deep")
    counts = re.findall(r": (\d+) tests passed, (\d+) failed", text)
    passed, failed = (int(n) for n in counts[-1]) if counts else (0, 0)
    calls = sum(int(n) for n in re.findall(r"calls: (\d+)", text))
    details = tuple(line.strip() for line in text.splitlines() if line.startswith("[FAIL"))
    line = f"{passed} tests passed, {failed} failed; {calls:,} calls of invariant runs"
    return Verdict(code == 0 and passed > 0, line, details)
