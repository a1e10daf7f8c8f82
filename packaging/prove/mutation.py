"""Mutation: each small change of the contracts must make a test fail.

    python packaging/prove/mutation.py [--minutes M] [--only REGEX]

All mutants of a file are woven into one build (see `mutants.py`); each is then one `forge test`
with its number as the base fee. Results are kept in `.build/prove/mutation.jsonl`, so that an
interrupted run goes on: a killed mutant stays killed while its file stands, a survivor is tried
again when a test has changed. Mutants that change nothing observable are named, with the reason, in
`equivalent.toml`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from mutants import Mutant, find
from runs import ROOT, SAID, Verdict
from workshop import FULL, LIGHT, LONG, Workshop, build, try_alone

RESULTS = SAID / "mutation.jsonl"
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
SOLC = ROOT / ".tools" / "solcx" / "solc-v0.8.30"
WORKERS = 2


@dataclass
class Project:
    """The contracts as they stand and all their mutants, by number from 1."""

    sources: dict[str, bytes]
    mutants: dict[int, Mutant]
    names: dict[int, str]
    files: dict[int, str]
    tests: str

    def of(self, name: str) -> list[int]:
        return [n for n, m in self.mutants.items() if m.where.split(".sol")[0] + ".sol" == name]


def digest(paths: list[Path]) -> str:
    total = sha256()
    for path in paths:
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:16]


def load() -> Project:
    files = sorted((ROOT / "contracts").rglob("*.sol"))
    sources = {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in files}
    settings = json.loads((ROOT / "packaging" / "solc.json").read_text())["settings"]
    asked = {
        "language": "Solidity",
        "sources": {name: {"content": text.decode()} for name, text in sources.items()},
        "settings": {
            "remappings": settings["remappings"],
            "outputSelection": {"*": {"": ["ast"]}},
        },
    }
    done = subprocess.run(
        [SOLC, "--standard-json", "--allow-paths", f"{(ROOT / 'node_modules').resolve()},{ROOT}"],
        cwd=ROOT, input=json.dumps(asked), capture_output=True, text=True, check=True,
    )  # fmt: skip
    trees = json.loads(done.stdout)["sources"]
    directions = set(re.findall(r"function (\w+)", b"".join(sources.values()).decode()))
    directions |= {"Ceil", "Floor", "min", "max"}
    everything = [
        m
        for name, text in sources.items()
        for m in find(name, text, trees[name]["ast"], directions)
    ]
    mutants = dict(enumerate(everything, 1))
    seen: dict[str, int] = {}
    names = {}
    for number, mutant in mutants.items():
        seen[mutant.name] = seen.get(mutant.name, 0) + 1
        again = f" (#{seen[mutant.name]})" if seen[mutant.name] > 1 else ""
        names[number] = mutant.name + again
    tests = sorted((ROOT / "tests" / "contracts").rglob("*.sol"))
    digests = {name: sha256(text).hexdigest()[:16] for name, text in sources.items()}
    of = {n: digests[m.where.split(".sol")[0] + ".sol"] for n, m in mutants.items()}
    return Project(sources, mutants, names, of, digest(tests))


def known(project: Project) -> dict[str, dict[str, str]]:
    """Results that still hold, by the mutant's name."""
    found = {}
    files = {project.names[number]: file for number, file in project.files.items()}
    for line in RESULTS.read_text().splitlines() if RESULTS.exists() else []:
        row = json.loads(line)
        same = row["file"] == files.get(row["name"])
        if same and (row["end"] != "survived" or row["tests"] == project.tests):
            found[row["name"]] = row
    return found


def work(
    project: Project, shop: Workshop, name: str, todo: list[int], end: float, final: bool
) -> None:
    """Tries a file's mutants, two at a time, until `end`; each result is kept at once. Who survives
    where not all tests are is not judged yet."""
    together = {n: project.mutants[n] for n in todo if not project.mutants[n].alone}
    stillborn, deep = build(shop, project.sources, name, together)
    writing = threading.Lock()
    for number in stillborn:
        keep(project, number, {"end": "stillborn", "by": ""}, writing)
    places = [str(i) for i in range(WORKERS)]

    def one(number: int) -> None:
        if time.monotonic() > end:
            return
        with writing:
            place = places.pop()
        try:
            if number in together and number not in deep:
                ended = shop.try_one(number, place)
            else:
                mutant = project.mutants[number]
                ended = try_alone(shop, project.sources, name, mutant, place)
        finally:
            with writing:
                places.append(place)
        if final or ended["end"] == "killed":
            keep(project, number, ended, writing)

    with ThreadPoolExecutor(WORKERS) as pool:
        for future in [pool.submit(one, n) for n in todo if n not in stillborn]:
            future.result()


def keep(project: Project, number: int, ended: dict[str, str], writing: threading.Lock) -> None:
    row = {"name": project.names[number], "kind": project.mutants[number].kind, **ended,
           "file": project.files[number], "tests": project.tests}  # fmt: skip
    with writing, RESULTS.open("a") as out:
        out.write(json.dumps(row) + "\n")


def equivalents() -> dict[str, str]:
    return {
        row["mutant"]: row["because"]
        for row in tomllib.loads(EQUIVALENT.read_text()).get("equivalent", [])
    }


def judge(project: Project, only: str = "") -> Verdict:
    rows = known(project)
    same = equivalents()
    names = [name for name in project.names.values() if re.search(only, name)]
    ends = [rows.get(name, {}).get("end", "open") for name in names]
    names = [name for name, end in zip(names, ends, strict=True) if end != "stillborn"]
    ends = [end for end in ends if end != "stillborn"]
    survivors = [
        name
        for name, end in zip(names, ends, strict=True)
        if end == "survived" and name not in same
    ]
    excused = sum(end == "survived" and name in same for name, end in zip(names, ends, strict=True))
    wrong = [
        f"named equivalent, but killed: {name}"
        for name, end in zip(names, ends, strict=True)
        if end == "killed" and name in same
    ]
    gone = [f"named equivalent, but there is no such mutant: {name}" for name in same
            if name not in project.names.values()]  # fmt: skip
    left = ends.count("open")
    line = (
        f"{len(names)} mutants: {ends.count('killed')} killed, {excused} equivalent, "
        f"{len(survivors)} survived, {left} not tried"
    )
    details = (*(f"survived: {name}" for name in survivors), *wrong, *gone)
    return Verdict(not survivors and not wrong and not gone and left == 0, line, details)


def turns(project: Project, shop: Workshop, only: str) -> Iterator[tuple[str, list[int]]]:
    """A file and those of its mutants that are to be tried; who needs builds of its own last."""
    for alone in (False, True):
        for name in sorted(project.sources, key=lambda name: len(project.of(name))):
            if shop.light and not name.startswith("contracts/libraries"):
                continue
            done = known(project)
            todo = [
                n
                for n in project.of(name)
                if project.mutants[n].alone == alone
                and project.names[n] not in done
                and re.search(only, project.names[n])
            ]
            if todo:
                yield name, todo


def run(minutes: float = 1e9, only: str = "") -> Verdict:
    """Tries what is not known yet, file by file, the smallest first; the libraries first with the
    tests that need no market, which are quick."""
    SAID.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + 60 * minutes
    project = load()
    for shop in (LIGHT, FULL):
        tested = False
        for name, todo in turns(project, shop, only):
            if time.monotonic() > end:
                break
            if not tested:
                shop.lay_out(project.sources)
                code, said = shop.forge("test", "--base-fee", "0", seconds=LONG)
                if code != 0:
                    lines = tuple(said.splitlines()[-12:])
                    return Verdict(False, "the tests fail without a mutant", lines)
                tested = True
            work(project, shop, name, todo, end, not shop.light)
    return judge(project, only)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--only", default="", help="a regular expression on the mutants' names")
    asked = parser.parse_args()
    verdict = run(asked.minutes, asked.only)
    print("\n".join([*verdict.details, verdict.line]))
    return int(not verdict.good)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
