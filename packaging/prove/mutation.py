"""Mutation: each small change of the contracts must make a test fail.

    python packaging/prove/mutation.py [--minutes M] [--only REGEX] [--fresh] [--judge] [--write]

All mutants of all files are woven into one build (`weave.py`), which the base fee chooses from, and
`Drive.sol` runs the tests against one after the other: those that run the mutant's function first,
unit tests before fuzz tests and walks of the invariants' handlers, with arguments from fixed seeds.
Only tests that pass on the text as it is are asked.

`--write` keeps what is known with the text, see `tried.py`.

Results are kept in `.build/prove/mutation.jsonl`, so that an interrupted run goes on. They are kept
by the text of the function around the mutant: while that and the test that killed it stand, a
killed mutant counts as killed. What the function calls may have changed since; `--fresh` tries all.
Survivors are tried again when any test has changed. Mutants that change nothing observable are
named, with the reason, in `equivalent.toml`; they come last, and meet all with `--fresh` alone.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from driver import Driver
from mutants import Mutant, find
from runs import ROOT, SAID, Verdict
from tried import TRIED, page, recalled, remember
from weave import probes
from workshop import Workshop, built, compiles, solc

RESULTS = SAID / "mutation.jsonl"
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
WORKERS = 2
BATCH = 100
QUICK = "quick"
NOBODY = 2  # no mutant has this number
Queue = list[tuple[str, list[int]]]


@dataclass
class Project:
    """The contracts as they stand and all their mutants, each by a number that is its name's."""

    sources: dict[str, bytes]
    trees: dict[str, Any]
    mutants: dict[int, Mutant]
    names: dict[int, str]
    bodies: dict[int, str]  # digest of the function around
    tests: str  # digest of the tests
    killers: set[str]  # Suite.test of all tests

    def of(self, file: str) -> list[int]:
        return [n for n, m in self.mutants.items() if m.file == file]


def short(text: bytes) -> str:
    return sha256(text).hexdigest()[:16]


def load() -> Project:
    files = sorted((ROOT / "contracts").rglob("*.sol"))
    sources = {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in files}
    answer = solc(sources, "ast", whole=True)["sources"]
    trees = {name: answer[name]["ast"] for name in sources}
    directions = set(re.findall(r"function (\w+)", b"".join(sources.values()).decode()))
    directions |= {"Ceil", "Floor", "min", "max"}
    seen: Counter[str] = Counter()
    project = Project(sources, trees, {}, {}, {}, "", set())
    for file, text in sources.items():
        for mutant in find(file, text, trees[file], directions):
            seen[mutant.name] += 1
            again = f" (#{seen[mutant.name]})" if seen[mutant.name] > 1 else ""
            name = mutant.name + again
            number = int(short(name.encode())[:10], 16)
            assert number not in project.mutants, name
            project.mutants[number] = mutant
            project.names[number] = name
            project.bodies[number] = short(text[slice(*mutant.body)])
    tests = sorted((ROOT / "tests" / "contracts").rglob("*.sol"))
    project.tests = short(b"".join(test.read_bytes() for test in tests))
    for test in tests:
        text = test.read_text()
        for contract in re.findall(r"^contract (\w+)", text, re.MULTILINE):
            functions = re.findall(r"function ((?:test|invariant_)\w+|setUp)\(", text)
            project.killers |= {f"{contract}.{name}" for name in functions}
    return project


def known(project: Project, quick: bool = False) -> dict[int, dict[str, str]]:
    """Results that still hold; `quick`: who survived the quick plan counts as a survivor."""
    found = {}
    numbers = {name: number for number, name in project.names.items()}
    lines = RESULTS.read_text().splitlines() if RESULTS.exists() else []
    rows = [*recalled(project.names, project.bodies), *map(json.loads, lines)]
    for row in rows:
        number = numbers.get(row["name"])
        if number is None or row["body"] != project.bodies[number]:
            continue
        holds = {
            "killed": bool(row["by"] in project.killers or row["by"].endswith(".setUp")),
            "survived": row["tests"] == project.tests and (quick or row["by"] != QUICK),
        }.get(row["end"], True)
        if holds:
            found[number] = row
    return found


class Ledger:
    """Results, written as they come."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.lock = threading.Lock()

    def keep(self, number: int, end: str, by: str = "") -> None:
        project = self.project
        row = {"name": project.names[number], "kind": project.mutants[number].kind, "end": end,
               "by": by, "body": project.bodies[number], "tests": project.tests}  # fmt: skip
        with self.lock, RESULTS.open("a") as out:
            out.write(json.dumps(row) + "\n")


def equivalents() -> dict[str, str]:
    return {
        row["mutant"]: row["because"]
        for row in tomllib.loads(EQUIVALENT.read_text()).get("equivalent", [])
    }


def outcomes(project: Project, only: str = "") -> dict[str, str]:
    """By a mutant's name: killed, survived, passed (the first round alone) or open."""
    rows, ends = known(project, quick=True), {}
    for number, name in project.names.items():
        row = rows.get(number, {"end": "open", "by": ""})
        first = row["end"] == "survived" and row["by"] == QUICK
        if row["end"] != "stillborn" and re.search(only, name):
            ends[name] = "passed" if first else row["end"]
    return ends


def judge(project: Project, only: str = "") -> Verdict:
    ends, same = outcomes(project, only), equivalents()
    left = {name: end for name, end in ends.items() if name not in same}
    wrong = [
        f"named equivalent, but killed: {name}"
        for name, end in ends.items()
        if end == "killed" and name in same
    ]
    gone = [f"named equivalent, but there is no such mutant: {name}" for name in same
            if name not in project.names.values()]  # fmt: skip
    count = Counter(left.values())
    line = (
        f"{len(ends)} mutants: {count['killed']} killed, {len(ends) - len(left)} equivalent, "
        f"{count['survived']} survived, {count['passed']} survived the first round, "
        f"{count['open']} not tried"
    )
    alive = (f"{end}: {name}" for name, end in left.items() if end in ("survived", "passed"))
    good = count["killed"] == len(left) and not wrong and not gone
    return Verdict(good, line, (*alive, *wrong, *gone))


def per_file(project: Project) -> list[str]:
    """A line a file: killed, equivalent, survived, passed, open."""
    same = equivalents()
    table: dict[str, Counter[str]] = {}
    for name, end in outcomes(project).items():
        kind = "equivalent" if end != "killed" and name in same else end
        table.setdefault(name.split(".sol", 1)[0], Counter())[kind] += 1
    return [
        f"{file}: " + ", ".join(f"{n} {end}" for end, n in sorted(count.items()))
        for file, count in table.items()
    ]


def known_by(mutant: Mutant, said: dict[tuple[str, int], str]) -> str | None:
    """What the function around a mutant says when it is run. Who a modifier turns away never runs
    it, so such a mutant meets every test."""
    return None if mutant.kind == "modifier" else said.get((mutant.file, mutant.body[0]))


def order(file: str) -> tuple[int, str]:
    folders = ("oracle", "market", "tokens", "rewards", "libraries")
    return next((i for i, f in enumerate(folders) if f"/{f}/" in file), 9), file


def run(
    minutes: float = 1e9,
    only: str = "",
    fresh: bool = False,
    say: Callable[[str], None] = lambda line: None,
) -> Verdict:
    """Tries what is not known yet, file by file."""
    SAID.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + 60 * minutes
    if fresh:
        RESULTS.unlink(missing_ok=True)
        TRIED.unlink(missing_ok=True)
    project = load()
    ledger = Ledger(project)
    done = known(project)
    todo = {
        n: m for n, m in project.mutants.items()
        if n not in done and re.search(only, project.names[n])
    }  # fmt: skip
    if not todo:
        return judge(project, only)
    say(f"{len(todo)} of {len(project.mutants)} to try")
    shop = Workshop(SAID / "mutants")
    stillborn, apart = built(shop, project.sources, project.trees, project.mutants)
    for number in todo.keys() & stillborn:
        ledger.keep(number, "stillborn")
    say(f"built; {len(stillborn)} do not compile, {len(apart)} need builds of their own")
    driver = Driver(shop, project.sources)
    failing = driver.baseline()
    say(f"{driver.size()} calls of {len(driver.suites)} suites; left out: {', '.join(failing)}")
    checked = next(file for file in sorted(project.sources, key=order))
    for _, word, by in driver.drive(checked, [(NOBODY, None)], 0, end, True):
        if word != "survived":
            raise SystemExit(f"the text as it is fails {by}: no result would mean anything")
    said = probes(project.trees)
    same = set() if fresh else equivalents().keys()
    named = {n for n in todo if project.names[n] in same}
    survived: list[int] = []
    # Most die of the quick plan; who survives it meets all there is. Those named equivalent come
    # last, and meet the quick plan alone.
    for quick, asked in ((True, todo.keys() - named), (False, None), (True, named)):
        now = set(survived) if asked is None else asked
        queue: Queue = []
        for file in sorted(project.sources, key=order):
            mine = [n for n in project.of(file) if n in now and n not in stillborn | apart]
            queue += [(file, mine[i : i + BATCH]) for i in range(0, len(mine), BATCH)]
        survived = []

        def work(place: int, quick: bool, queue: Queue, survived: list[int]) -> None:
            while queue and time.monotonic() < end:
                file, numbers = queue.pop(0)
                here = [(n, known_by(project.mutants[n], said)) for n in numbers]
                kin = frozenset(word for (where, _), word in said.items() if where == file)
                for number, word, by in driver.drive(file, here, place, end, quick, kin):
                    ledger.keep(number, word, by or QUICK * quick)
                    if word == "survived":
                        survived.append(number)
                say(f"{file}: {len(survived)} survivors, {len(queue)} batches to go")

        with ThreadPoolExecutor(WORKERS) as pool:
            places = range(WORKERS)
            for future in [pool.submit(work, i, quick, queue, survived) for i in places]:
                future.result()
    for number in todo.keys() & apart:
        if not compiles(project.sources, project.mutants[number]):
            ledger.keep(number, "stillborn")
    return judge(project, only)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--only", default="", help="a regular expression on the mutants' names")
    parser.add_argument("--fresh", action="store_true", help="forget what is known")
    parser.add_argument("--judge", action="store_true", help="say what is known, a line a file")
    parser.add_argument("--write", action="store_true", help="keep it: tried.txt, docs/mutation.md")
    asked = parser.parse_args()
    if asked.judge or asked.write:
        project = load()
        if asked.write:
            remember(project.names, project.bodies, known(project))
            page(outcomes(project), equivalents())
        verdict = judge(project, asked.only)
        print("\n".join(per_file(project)))
    else:
        began = time.monotonic()

        def say(line: str) -> None:
            print(f"{time.monotonic() - began:7.0f} s  {line}", file=sys.stderr, flush=True)

        verdict = run(asked.minutes, asked.only, asked.fresh, say)
    print("\n".join([*verdict.details, verdict.line]))
    return int(not verdict.good)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
