"""The compiler's own model checker (CHC, z3) on the assertions in `tests/contracts/smt`."""

from __future__ import annotations

import json
import re
import shutil

from runs import ROOT, Verdict, say

SECONDS = 120


def run() -> Verdict:
    proved, details = 0, []
    for file in sorted((ROOT / "tests" / "contracts" / "smt").glob("*.sol")):
        name = file.relative_to(ROOT).as_posix()
        text = file.read_text()
        for contract in re.findall(r"^contract (\w+)", text, re.MULTILINE):
            node = shutil.which("node") or "node"
            script = ROOT / "packaging" / "prove" / "smt.js"
            code, said = say(f"smt-{contract}", node, script, contract, name, str(SECONDS))
            if code != 0:
                return Verdict(False, "the compiler failed", tuple(said.splitlines()[-5:]))
            answer = json.loads(said)
            # Divisions in our libraries are checked on the way; each assertion must be proved.
            safe = {place for place in answer["proved"] if place.startswith(name)}
            asked = len(re.findall(r"\bassert\(", text))
            proved += len(safe)
            details += [*answer["open"], *answer["errors"]]
            if len(safe) != asked:
                details.append(f"{name}: {len(safe)} of {asked} assertions proved")
    line = f"{proved} assertions proved by the SMTChecker"
    return Verdict(not details and proved > 0, line, tuple(details))
