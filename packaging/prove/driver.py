"""Which tests a mutant meets, in which order, and what `Drive.sol` says of it."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from calls import Type, call, encode_all
from runs import SAID
from weave import PROBED
from workshop import Workshop, reached

TEST, BACK, ACT, ASK = range(4)
# Runs of a fuzz test: a few before other suites come, the others last, with the handlers' walks.
FEW, MANY = 2, 24
WALKS, STEPS = 2, 60
JOB: list[Type] = [
    {"type": "tuple", "components": [
        {"type": "uint256[]"},
        {"type": "tuple[]", "components": [
            {"type": "string"},
            {"type": "tuple[]", "components": [
                {"type": "uint256"}, {"type": "uint256"}, {"type": "bytes"},
            ]},
        ]},
        {"type": "bool"},
        {"type": "uint256[][]"},
        {"type": "uint256[]"},
    ]}
]  # fmt: skip
MARKET = "contracts/market/ElectricityTrading.sol"
# Gas: about what deploying a market takes here; what a quick plan may take for one mutant.
DEPLOYING, BUDGET = 60_000_000, 1_500_000_000
Item = tuple[int, bytes, str]  # kind, call, name
# What a test may take the first time; what the runs of a fuzz test may take together; how much more
# than on the text as it is a test may take before it counts as one that does not end.
GAS, TOGETHER, TIMES = 2**36, 60_000_000, 20


@dataclass
class Suite:
    """A test contract: its tests, its fuzz tests' first runs, what takes longer."""

    name: str
    artifact: str
    reaches: set[str]
    gas: dict[str, int]  # the most that a test took
    start: list[Item]
    unit: list[Item]
    few: list[Item]
    many: list[Item]
    # What is run by setting up, and what by each test, see `weave.probes`.
    always: set[str]
    runs: dict[str, set[str]]

    @property
    def whole(self) -> list[Item]:
        return [*self.start, *self.unit, *self.few, *self.many]

    def items(self) -> Iterator[list[Item]]:
        yield self.unit
        yield self.few
        yield self.many


def functions(abi: list[dict[str, Any]]) -> dict[str, list[Type]]:
    return {one["name"]: one["inputs"] for one in abi if one["type"] == "function"}


def signature(kind: Type) -> str:
    name: str = kind["type"]
    if not name.startswith("tuple"):
        return name
    return "(" + ",".join(signature(part) for part in kind["components"]) + ")" + name[5:]


class Driver:
    """Suites of a workshop that is compiled. `baseline` comes before `drive`."""

    def __init__(self, shop: Workshop, sources: dict[str, bytes]) -> None:
        self.shop = shop
        known = {
            name: re.findall(r"^(?:abstract )?contract (\w+)", text.decode(), re.MULTILINE)
            for name, text in sources.items()
        }
        self.suites: list[Suite] = []
        for file in sorted((shop.folder / "tests" / "contracts").rglob("*.t.sol")):
            for contract in re.findall(r"^contract (\w+)", file.read_text(), re.MULTILINE):
                suite = self.suite(file, contract, reached(shop.folder, file, known))
                if suite:
                    self.suites.append(suite)

    def suite(self, file: Path, contract: str, reaches: set[str]) -> Suite | None:
        source = file.relative_to(self.shop.folder).as_posix()
        artifact, found = self.shop.artifact(source, contract)
        selectors, abi = found["methodIdentifiers"], functions(found["abi"])
        if "IS_TEST" not in abi:
            return None
        start: list[Item] = [(BACK, b"", "setUp")] if "setUp" in abi else []
        suite = Suite(contract, artifact, reaches, {}, start, [], [], [], set(), {})
        asked: list[Item] = []
        for name, inputs in sorted(abi.items()):
            selector = selectors[f"{name}({','.join(signature(one) for one in inputs)})"]
            if name.startswith("invariant_"):
                asked.append((ASK, bytes.fromhex(selector), f"{contract}.{name}"))
            if not name.startswith("test"):
                continue
            rng = random.Random(f"{contract}.{name}")
            if not inputs:
                suite.unit.append((TEST, bytes.fromhex(selector), f"{contract}.{name}"))
                continue
            for i in range(FEW + MANY):
                item = (TEST, call(selector, inputs, rng), f"{contract}.{name}")
                (suite.few if i < FEW else suite.many).append(item)
        if asked:
            suite.many += self.walks(file, contract, asked)
        return suite

    def walks(self, file: Path, contract: str, asked: list[Item]) -> list[Item]:
        """Actions of the handler at random; after every few of them the invariants are asked."""
        text = file.read_text()
        actions = re.findall(r"\w+\.(\w+)\.selector", text)
        (kind,) = set(re.findall(r"new (\w+Handler)\(", text))
        _, found = self.shop.artifact(f"tests/contracts/utils/{kind}.sol", kind)
        abi, selectors = functions(found["abi"]), found["methodIdentifiers"]
        rng = random.Random(contract)
        items: list[Item] = []
        for _ in range(WALKS):
            items.append((BACK, b"", ""))
            for step in range(STEPS):
                name = rng.choice(actions)
                selector = selectors[f"{name}({','.join(signature(one) for one in abi[name])})"]
                items.append((ACT, call(selector, abi[name], rng), asked[0][2]))
                if step % 12 == 11:
                    items += asked
        return items

    def size(self) -> int:
        return sum(len(items) for suite in self.suites for items in suite.items())

    def run(
        self, job: list[Any], place: str, seconds: float
    ) -> tuple[list[tuple[int, str, int, int]], str]:
        """What the drive says: mutant, word, suite and item."""
        work = self.shop.folder / "jobs"
        says, asks = work / f"says-{place}", work / f"job-{place}"
        says.write_text("")
        asks.write_text("0x" + encode_all(JOB, [job]).hex())
        # A folder of its own and no filter: to filter, forge would compile all tests each time.
        _, said = self.shop.forge(
            "test", seconds=seconds, FOUNDRY_TEST="drive",
            MUTATION_JOB=f"jobs/{asks.name}", MUTATION_SAYS=f"jobs/{says.name}",
        )  # fmt: skip
        rows = [line.split() for line in says.read_text().splitlines()]
        # A line that was cut off when the time was up is not one.
        return [(int(r[0]), r[1], int(r[2]), int(r[3])) for r in rows if len(r) == 4], said

    def baseline(self) -> list[str]:
        """Leaves out what fails on the text as it is, and runs of what takes long; what fails."""
        failing: set[Item] = set()
        for part in ("unit", "few", "many"):
            blocks = [(one, getattr(one, part)) for one in self.suites if getattr(one, part)]
            for gas, word, s, item in self.asked(
                part, [[0], [self.block(*b) for b in blocks], 1, [], []]
            ):
                if word not in ("gas", "killed"):
                    continue
                suite, items = blocks[s]
                whole = [*suite.start, *items]
                if item >= len(whole):
                    raise SystemExit(f"{suite.name} cannot be set up")
                name = whole[item][2]
                if word == "killed":
                    # Of a fuzz test only these arguments: most often it assumes others.
                    failing.add(whole[item])
                elif name:
                    suite.gas[name] = max(gas, suite.gas.get(name, 0))
            for suite in self.suites:
                for items in suite.items():
                    items[:] = [one for one in items if one not in failing]
                suite.many = self.affordable(suite)
        self.reach()
        return sorted({name for _, data, name in failing if len(data) == 4})

    def reach(self) -> None:
        """Which functions each test runs: unit tests, first runs of fuzz tests, the walks."""
        cache, said = SAID / "reached.json", self.shop.folder / "jobs" / "reached"
        blocks = []
        for one in self.suites:
            walk = [item for item in one.many if item[0] != TEST]
            if one.unit or one.few or walk:
                blocks.append((one, [*one.unit, *one.few, *walk]))
        job = [[PROBED], [self.block(*block) for block in blocks], 1, [], []]
        key = sha256(encode_all(JOB, [job]) + self.shop.digest()).hexdigest()
        found = json.loads(cache.read_text()) if cache.exists() else {}
        if found.get("key") != key:
            said.write_text("")
            _, words = self.run(job, "reach", 3600)
            rows: dict[str, set[str]] = {}
            here: set[str] = set()
            with said.open() as lines:
                for line in lines:
                    if line.startswith("= "):
                        here = rows.setdefault(line[2:].strip(), set())
                    else:
                        here.add(line.strip())
            if len({place.split()[0] for place in rows}) != len(blocks):
                raise SystemExit(f"the drive failed\n{words[-3000:]}")
            found = {"key": key, "rows": {place: sorted(ids) for place, ids in rows.items()}}
            cache.write_text(json.dumps(found))
            said.unlink()
        for place, ids in found["rows"].items():
            s, item = map(int, place.split())
            suite, items = blocks[s]
            whole = [*suite.start, *items]
            if item < len(whole):
                suite.runs.setdefault(whole[item][2], set()).update(ids)
            else:
                suite.always.update(ids)

    def asked(self, part: str, job: list[Any]) -> list[tuple[int, str, int, int]]:
        """What the drive says of a part, kept while nothing changes."""
        cache = SAID / f"baseline-{part}.json"
        key = sha256(encode_all(JOB, [job]) + self.shop.digest()).hexdigest()
        said = json.loads(cache.read_text()) if cache.exists() else {}
        if said.get("key") != key:
            rows, words = self.run(job, "base", 3600)
            if not rows or rows[-1][1] not in ("survived", "dirty"):
                raise SystemExit(f"the drive failed\n{words[-3000:]}")
            said = {"key": key, "rows": rows}
            cache.write_text(json.dumps(said))
        found: list[tuple[int, str, int, int]] = said["rows"]
        return found

    @staticmethod
    def affordable(suite: Suite) -> list[Item]:
        """Of a fuzz test's many runs those that do not take too much together."""
        left: dict[str, int] = {}
        kept = []
        for one in suite.many:
            spent = left.get(one[2], 0) + (suite.gas.get(one[2], 0) if one[0] == TEST else 0)
            if spent <= TOGETHER:
                left[one[2]] = spent
                kept.append(one)
        return kept

    @staticmethod
    def block(suite: Suite, items: list[Item]) -> list[Any]:
        def most(name: str) -> int:
            return TIMES * suite.gas[name] + 10**7 if name in suite.gas else GAS

        asked = [[kind, most(name), data] for kind, data, name in [*suite.start, *items]]
        return [suite.artifact.encode(), asked]

    def order(
        self, file: str, said: str | None, quick: bool, kin: frozenset[str] = frozenset()
    ) -> list[tuple[Suite, list[int]]]:
        """What a mutant of the function that says `said` meets: items of suites, by place.

        Tests that run the function before those whose set-up does, unit tests and first runs of
        fuzz tests before further runs before walks, suites with many such tests before others;
        where the set-up alone runs it, those whose tests run much of the file, which says `kin`. A
        quick plan has the first of these whole, and of the rest what a budget allows.
        """
        stem = Path(file).stem.lower()
        steps: list[tuple[int, int, float, int, Suite, list[int]]] = []
        for suite in self.suites:
            if file not in suite.reaches:
                continue
            direct = {name for name, ids in suite.runs.items() if said is None or said in ids}
            near = stem in suite.name.lower()
            places: dict[int, list[int]] = {}
            begin = len(suite.start)
            few = begin + len(suite.unit) + len(suite.few)
            for place, (kind, _, name) in enumerate(suite.whole):
                if place < begin:
                    continue
                stage = 0 if place < few else 1
                if kind != TEST:
                    stage = 2
                if kind == TEST and name not in direct:
                    if said not in suite.always and not (near and direct):
                        continue
                    stage += 3
                elif kind != TEST and not direct and said not in suite.always:
                    continue
                places.setdefault(stage, []).append(place)
            related = len(set().union(*suite.runs.values()) & kin)
            for stage, where in places.items():
                cost = sum(suite.gas.get(suite.whole[place][2], 0) for place in where)
                cost += DEPLOYING if MARKET in suite.reaches else 0
                # A suite with many tests of the function is about it, and sets up once for all.
                less = -related if stage > 2 else 0
                steps.append((stage, less, cost / len(where), cost, suite, where))
        steps.sort(key=lambda step: step[:3])
        spent, order = 0, []
        for stage, _, _, cost, suite, where in steps:
            spent += cost if stage else 0
            if not quick or stage == 0 or spent < BUDGET:
                order.append((suite, where))
        return order

    def drive(
        self,
        file: str,
        mutants: list[tuple[int, str | None]],
        place: int,
        end: float,
        quick: bool,
        kin: frozenset[str] = frozenset(),
    ) -> Iterator[tuple[int, str, str]]:
        """Mutant, `killed` or `survived`, and the killer; what is not tried by `end` is missing.

        `mutants`: number, and what the function around says when it is run; `kin`: what all of the
        file's functions say.
        """
        kinds = list(dict.fromkeys(said for _, said in mutants))
        plans = [self.order(file, said, quick, kin) for said in kinds]
        used = {suite.name: suite for plan in plans for suite, _ in plan}
        at = {name: s for s, name in enumerate(used)}
        orders = [
            [at[suite.name] << 128 | item for suite, items in plan for item in items]
            for plan in plans
        ]
        blocks = [self.block(suite, suite.whole[len(suite.start) :]) for suite in used.values()]
        left = list(mutants)
        while left and time.monotonic() < end:
            seconds = min(end - time.monotonic(), 1800)
            which = [kinds.index(said) for _, said in left]
            rows, words = self.run(
                [[number for number, _ in left], blocks, 0, orders, which], str(place), seconds
            )
            tried = set()
            for number, word, s, item in rows:
                if word == "dirty":
                    continue
                tried.add(number)
                by = ""
                if word == "killed":
                    suite = list(used.values())[s]
                    by = suite.whole[item][2] if item < len(suite.whole) else "setUp"
                    by = by if "." in by else f"{suite.name}.setUp"
                yield number, word, by
            if not tried:
                if time.monotonic() < end and "out of time" not in words:
                    raise SystemExit(f"the drive failed\n{words[-3000:]}")
                # It does not end on this one.
                if time.monotonic() < end:
                    yield left[0][0], "killed", "time"
                    tried = {left[0][0]}
            left = [one for one in left if one[0] not in tried]
