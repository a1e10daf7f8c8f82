"""Compile contracts/ into oracle/chain/artifacts: one JSON a contract with ABI and bytecode.

Runs in the product's environment (py-solc-x); settings come from packaging/solc.json, as for every
compiler. Fails with one line for each compiler error, and for each contract too big to deploy.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import solcx

ROOT = Path(__file__).resolve().parent.parent
ARTIFACTS = ROOT / "oracle" / "chain" / "artifacts"
SHARES = 2
# EIP-170: a longer runtime code cannot be deployed.
LARGEST = 24_576
# Whoever calls the first reaches the others' functions, too: its ABI is all of theirs.
DELEGATES = {
    "ElectricityTrading": ("MarketOffice", "SettlementOffice"),
    "EquilibriumOracle": ("OracleTribunal",),
}
OUTPUT = ["abi", "evm.bytecode.object", "evm.deployedBytecode.object",
          "evm.deployedBytecode.immutableReferences"]  # fmt: skip


def standard_input(sources: dict[str, str], chosen: Sequence[str]) -> dict[str, Any]:
    """The compiler's standard JSON input for `sources` (path from the root -> text), of which it
    writes code for those `chosen`."""
    settings = json.loads((ROOT / "packaging" / "solc.json").read_text())["settings"]
    return {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in sources.items()},
        "settings": {**settings, "outputSelection": {name: {"*": OUTPUT} for name in chosen}},
    }


def compile_all(folder: Path) -> dict[str, Any]:
    """Standard JSON output for every .sol under `folder`; SystemExit with the compiler's errors."""
    files = sorted(folder.rglob("*.sol"))
    sources = {file.relative_to(ROOT).as_posix(): file.read_text() for file in files}
    if not sources:
        sys.exit("no contracts in contracts/")
    version = json.loads((ROOT / "packaging" / "solc.json").read_text())["version"]

    def compiled(chosen: Sequence[str]) -> dict[str, Any]:
        output: dict[str, Any] = solcx.compile_standard(
            standard_input(sources, chosen), allow_paths=[ROOT], solc_version=version
        )
        return output

    try:
        with ThreadPoolExecutor(SHARES) as pool:
            outputs = list(pool.map(compiled, shares(sources)))
    except solcx.exceptions.SolcError as error:
        remarks = error.error_dict or [{"type": "solc", "message": str(error)}]
        sys.exit("\n".join(in_one_line(r) for r in remarks if r.get("severity") != "warning"))
    for remark in outputs[0].get("errors", []):
        print(in_one_line(remark))
    return {"contracts": {k: v for o in outputs for k, v in o.get("contracts", {}).items()}}


def shares(sources: dict[str, str]) -> list[list[str]]:
    """The files dealt out in turn, the longest first: the compiler uses one core, so it runs on as
    many as there are shares, each time with all sources."""
    longest = sorted(sources, key=lambda name: (-len(sources[name]), name))
    return [dealt for n in range(SHARES) if (dealt := longest[n::SHARES])]


def in_one_line(remark: dict[str, Any]) -> str:
    """A compiler's error or warning as `file:line:column: kind: message`."""
    place = re.search(r"--> (\S+)", remark.get("formattedMessage", ""))
    where = f"{place[1]} " if place else ""
    return f"{where}{remark['type']}: {remark['message']}"


def artifacts(output: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Contract name -> artifact, for our own sources; SystemExit if one cannot be deployed."""
    found: dict[str, dict[str, Any]] = {}
    problems = []
    for source, contracts in output["contracts"].items():
        if not source.startswith("contracts/"):
            continue
        for name, made in contracts.items():
            if name in found:
                problems.append(f"{name} is in {found[name]['source']} and in {source}")
            runtime = made["evm"]["deployedBytecode"]
            size = len(runtime["object"]) // 2
            if "__$" in runtime["object"]:
                problems.append(f"{name} needs a linked library; make its functions internal")
            elif size > LARGEST:
                problems.append(f"{name} is {size} bytes; the limit is {LARGEST} (EIP-170)")
            found[name] = {
                "name": name,
                "source": source,
                "abi": made["abi"],
                "bytecode": "0x" + made["evm"]["bytecode"]["object"],
                "deployedBytecode": "0x" + runtime["object"],
                "immutableReferences": runtime.get("immutableReferences", {}),
            }
    if problems:
        sys.exit("\n".join(problems))
    for name, parts in DELEGATES.items():
        for part in parts if name in found else ():
            found[name]["abi"] = united(found[name]["abi"], found[part]["abi"])
    return found


def united(abi: list[Any], other: list[Any]) -> list[Any]:
    """`abi` and what only `other` has; the constructor stays the first one's."""
    own = [{**entry, "stateMutability": None} for entry in abi]
    return abi + [
        entry
        for entry in other
        if entry["type"] != "constructor" and {**entry, "stateMutability": None} not in own
    ]


def write(found: dict[str, dict[str, Any]]) -> None:
    """Write all artifacts anew; the list comes last, so a half-written folder has none."""
    shutil.rmtree(ARTIFACTS, ignore_errors=True)
    ARTIFACTS.mkdir(parents=True)
    for name, artifact in found.items():
        (ARTIFACTS / f"{name}.json").write_text(json.dumps(artifact, indent=1) + "\n")
    (ARTIFACTS / ".list").write_text("".join(f"{name}.json\n" for name in sorted(found)))


def main() -> None:
    os.chdir(ROOT)
    os.environ["SOLCX_BINARY_PATH"] = str(ROOT / ".tools" / "solcx")
    found = artifacts(compile_all(ROOT / "contracts"))
    write(found)
    for name, artifact in sorted(found.items()):
        if size := len(artifact["deployedBytecode"]) // 2 - 1:
            print(f"{name}: {size} bytes")


if __name__ == "__main__":
    main()
