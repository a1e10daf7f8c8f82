"""Gas of each contract function as a transaction of its own, beside a naive reading of the paper.

    python bench/gas.py [--check]

Deploys the bytecode that ships (`oracle/chain/artifacts`, compiled once by `make compile`), runs
`bench/contracts` with `forge test --isolate`, and writes `bench/gas_snapshot.json` and
`docs/gas.md`. With `--check`, as `make test` does, it writes nothing and exits 1 where a function
costs more than a hundredth above the snapshot.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SNAPSHOT = ROOT / "bench" / "gas_snapshot.json"
PAGE = ROOT / "docs" / "gas.md"
ARTIFACTS = ROOT / "oracle" / "chain" / "artifacts"
BUILD = ROOT / ".build" / "gas"


@dataclass(frozen=True)
class Anchor:
    """What a row is held against: the floor (what no implementation can leave out), our target,
    and the naive contract's function of the same use."""

    floor: int | None = None
    floor_of: str = ""
    target: int | None = None
    naive: str | None = None
    missed: str = ""
    """Why a target is missed, for the page."""


TRADE = Anchor(
    36_900, "coin and energy in one ledger, no roles, no oracle contract", 62_000, "trade"
)
POST = Anchor(47_700, "ring of prices, two signatures", 70_000, "postPrice")
ELECOIN = (
    "an elecoin posting writes three words (posting; digest and bound; the cap on elecoins with "
    "the last price), 10,800, and looks up six (two of these, two servers, commitment and totals "
    "of the needs), 12,600; transaction and calldata are 25,800, two recoveries 6,000, the event "
    "3,500, the market's account 2,600: 61,300 before the first instruction. The rest is checks "
    "and the certificate. Without the third word it would be 2,900 less, and every electricity "
    "posting 2,100 more, which has to look up the elecoin price of its period."
)
RELAYED = (
    "two words change, the meter's registers and the period's slot, 5,000 each; transaction and "
    "calldata are 22,800, the recovery 3,000, the event 2,800: 38,600 before the first "
    "instruction; dispatch, decoding, three hashes for the signature, four for the places, checks "
    "and packing are the rest. One word for both does not help. Cumulative registers in the "
    "slot, the former ones read from the slot before: the word that says whose key signed, and "
    "the former slot, still have to be looked up, 2,100 each, so 9,200 in place of 10,000, and a "
    "meter that was silent for a turn of the ring would have lost its registers. Registers "
    "written at every second reading only: a look-up of the slot between, the same on average. "
    "What was metered in the meter's word, beside the registers: both sides of a trade look up a "
    "word more, 4,200, and a trade would be above its target. So 38,000 is the floor of a reading "
    "that its own key signed, with an entry for its period; what needs less is one attestation "
    "for many meters."
)
READING = "one cumulative register, sent by its meter"
ANCHORS = {
    "trade": TRADE,
    "trade, again": TRADE,
    "trade, first": Anchor(naive="trade"),
    "post, electricity, two signatures": POST,
    "post, electricity, two signatures, first": POST,
    "post, elecoin, two signatures": replace(POST, missed=ELECOIN),
    "post, electricity, two signatures, no certificate": Anchor(target=70_000),
    "post, electricity, four signatures, no certificate": Anchor(target=85_000),
    "clearing certificate, 10 members, added": Anchor(target=17_000),
    "clearing certificate, 100 members, added": Anchor(target=125_000),
    "Stackelberg certificate, 100 members, added": Anchor(target=200_000),
    "generation": Anchor(28_600, READING, None, "generation"),
    "consumption": Anchor(28_600, READING, None, "consumption"),
    "reading, relayed": Anchor(32_500, "one signed reading, two registers", 36_000, missed=RELAYED),
    "buyToken": Anchor(None, "", None, "buyToken"),
    "empower, new": Anchor(None, "", None, "empower"),
    "settlePool, 100 members": Anchor(target=900_000),
    "settlePool, 100 members in two zones": Anchor(target=900_000),
    "draw, 1000 entries": Anchor(
        33_200, "one draw proved by its index among cumulative tickets, nothing recorded", 35_000
    ),
    "issue, a certified hour": Anchor(32_968, "OpenZeppelin's ERC-1155, minted to a holder"),
    "Elecoin.transfer": Anchor(34_189, "OpenZeppelin's ERC-20, an existing holder"),
}


def measure() -> dict[str, int]:
    """Gas by name, from forge. SystemExit with one line where forge is missing or a test fails."""
    forge = ROOT / ".tools" / "bin" / "forge"
    found = str(forge) if forge.exists() else shutil.which("forge")
    if found is None:
        sys.exit(
            "bench/gas.py: forge is not installed: run `make test`, or put forge 1.7.1 on PATH"
        )
    if not (ARTIFACTS / "ElectricityTrading.json").exists():
        sys.exit("bench/gas.py: the contracts are not compiled: run `make compile`")
    shutil.rmtree(BUILD / "snapshots", ignore_errors=True)
    settings = {"FOUNDRY_PROFILE": "gas", "SHIPPED": ARTIFACTS.relative_to(ROOT).as_posix()}
    done = subprocess.run(
        [found, "test", "--isolate"], cwd=ROOT, env={**os.environ, **settings},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"bench/gas.py: forge failed\n{done.stdout}{done.stderr}")
    rows: dict[str, str] = {}
    for snapshot in (BUILD / "snapshots").glob("*.json"):
        rows |= json.loads(snapshot.read_text())
    return {name: int(gas) for name, gas in sorted(rows.items())}


def table(gas: dict[str, int]) -> str:
    """The Markdown page."""
    lines = [
        "# Gas",
        "",
        "Written by `python bench/gas.py`; do not edit. Each function as a transaction of its own",
        "(21,000 and calldata included), of the bytecode that ships. *First* is a member's first",
        "turn of the ring, where words that were zero are written; the others are the steady",
        "state. A floor counts only what no implementation can leave out. The naive contract",
        "(`bench/contracts/NaiveTrading.sol`, same compiler and runs, without the IR pipeline) is",
        "Algorithm 2 of the paper word by word: names as ids, searched from the front of an array,",
        "here for the last of 8 and of 100 members. It has no meters of its own, no fees, no",
        "windows, no declared targets, no rating. `make test` fails where a function costs more",
        "than a hundredth above this page.",
        "",
        "| function | gas | floor | times floor | target | naive, 8 | naive, 100 | naive ÷ ours |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, cost in gas.items():
        if name.startswith("naive "):
            continue
        anchor = ANCHORS.get(name, Anchor())
        few, many = (
            (gas.get(f"naive {anchor.naive} of {n}") if anchor.naive else None) for n in (8, 100)
        )
        cells = [
            name,
            f"{cost:,}",
            f"{anchor.floor:,}" if anchor.floor else "",
            f"{cost / anchor.floor:.2f}" if anchor.floor else "",
            goal(cost, anchor.target),
            f"{few:,}" if few else "",
            f"{many:,}" if many else "",
            f"{few / cost:.1f}, {many / cost:.1f}" if few and many else "",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    floors = {a.floor: a.floor_of for a in ANCHORS.values() if a.floor}
    lines += ["", "Floors: " + "; ".join(f"{f:,}, {of}" for f, of in sorted(floors.items())) + "."]
    reasons = [
        f"- {name}: {anchor.missed}"
        for name, anchor in ANCHORS.items()
        if anchor.missed and anchor.target is not None and gas.get(name, 0) > anchor.target
    ]
    if reasons:
        lines += ["", "Why targets are missed:", "", *reasons]
    return "\n".join(lines) + "\n"


def goal(cost: int, target: int | None) -> str:
    if target is None:
        return ""
    return f"≤ {target:,}" if cost <= target else f"≤ {target:,}, **missed**"


def check(gas: dict[str, int]) -> list[str]:
    """What has grown by more than a hundredth, what misses a target that it met, and what is no
    longer measured. A target that the snapshot misses is marked on the page."""
    former = json.loads(SNAPSHOT.read_text())
    complaints = [
        f"{name}: {cost:,} gas, {former[name]:,} in the snapshot"
        for name, cost in gas.items()
        if name in former and cost > former[name] * 1.01
    ]
    for name, anchor in ANCHORS.items():
        target = anchor.target
        if target is not None and former.get(name, target + 1) <= target < gas.get(name, 0):
            complaints.append(f"{name}: {gas[name]:,} gas, the target is {target:,}")
    return complaints + [f"{name}: not measured any more" for name in former if name not in gas]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the snapshot")
    arguments = parser.parse_args()
    gas = measure()
    if arguments.check:
        if complaints := check(gas):
            sys.exit("\n".join(complaints))
        return
    SNAPSHOT.write_text(json.dumps(gas, indent=2) + "\n")
    PAGE.write_text(table(gas), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
