"""What was found out about the mutants, small enough to be kept with the text.

`tried.txt` has a line for each function whose mutants were killed: its name, the digest of its
text, how many, and the tests that did it. While that text and those tests stand, they count as
killed wherever the project is checked out. `docs/mutation.md` says the same for people.
"""

from __future__ import annotations

import subprocess
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from runs import ROOT

TRIED = Path(__file__).with_name("tried.txt")
PAGE = ROOT / "docs" / "mutation.md"
Row = dict[str, str]
Function = tuple[str, str]  # name, digest of the text

HEAD = """\
# Mutants of the contracts

Written by `python packaging/prove/mutation.py --judge --write`; how it is done is in [guarantees.md](guarantees.md#mutants).

State of {date}, on the contracts of `{commit}`. *Killed*: a test fails on it. *Equivalent*: nobody outside can see a
difference; each with its reason below. *Alive*: all tests that can reach it pass; each is named below. *First round*:
alive after some of the tests that run its function, and not yet tried with the others. A mutant of a function that has
changed since counts as not tried, and so does one that was alive when a test changed last.

| contract | mutants | killed | equivalent | alive | first round | not tried |
|---|---|---|---|---|---|---|
"""  # noqa: E501 (a paragraph of Markdown is a line)


def function(name: str) -> str:
    """`contracts/A.sol.A.f` of a mutant's name."""
    return name.split(": ", 1)[0]


def places(names: Mapping[int, str], bodies: Mapping[int, str]) -> dict[Function, list[int]]:
    """The mutants of each function, in the order of their names."""
    found: dict[Function, list[int]] = defaultdict(list)
    for number in sorted(names, key=lambda n: names[n]):
        found[function(names[number]), bodies[number]].append(number)
    return found


def remember(
    names: Mapping[int, str], bodies: Mapping[int, str], rows: Mapping[int, Row], file: Path = TRIED
) -> None:
    """Writes who was killed, by number as in `names`, and by which test."""
    lines = []
    for (where, body), here in sorted(places(names, bodies).items()):
        by: dict[str, list[str]] = defaultdict(list)
        for place, number in enumerate(here):
            row = rows.get(number, {})
            if row.get("end") == "killed":
                by[row["by"]].append(str(place))
        if by:
            killers = [f"{test}={','.join(which)}" for test, which in sorted(by.items())]
            lines.append(" ".join([where, body, str(len(here)), *killers]))
    file.write_text("\n".join(lines) + "\n")


def recalled(
    names: Mapping[int, str], bodies: Mapping[int, str], file: Path | None = None
) -> list[Row]:
    """What was written, for functions whose text and number of mutants are the same."""
    file = file or TRIED
    mutants = places(names, bodies)
    found = []
    for line in file.read_text().splitlines() if file.exists() else []:
        where, body, count, *killers = line.split()
        here = mutants.get((where, body), [])
        if len(here) != int(count):
            continue
        for killer in killers:
            by, which = killer.split("=")
            for place in which.split(","):
                name = names[here[int(place)]]
                found.append({"name": name, "end": "killed", "by": by, "body": body, "tests": ""})
    return found


def commit() -> str:
    done = subprocess.run(
        ["git", "log", "-1", "--format=%h", "--", "contracts"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip() or "a text without history"


def page(ends: Mapping[str, str], same: Mapping[str, str], file: Path = PAGE) -> None:
    """`ends`: killed, survived, passed or open, by name; `same`: the equivalents' reasons."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for name, end in ends.items():
        source = name.split(".sol", 1)[0].removeprefix("contracts/")
        kind = "equivalent" if end != "killed" and name in same else end
        table[source][kind] += 1
        table["all"][kind] += 1
    text = HEAD.format(date=datetime.now(UTC).strftime("%Y-%m-%d"), commit=commit())
    columns = ("killed", "equivalent", "survived", "passed", "open")
    for source in [*sorted(table.keys() - {"all"}), "all"]:
        count = table[source]
        cells = [source, str(count.total()), *(str(count[one]) for one in columns)]
        text += "| " + " | ".join(cells) + " |\n"
    text += "\n## Equivalent\n\n"
    text += "".join(f"- `{name}`: {why}\n" for name, why in sorted(same.items()))
    alive = sorted(name for name, end in ends.items() if end == "survived" and name not in same)
    text += f"\n## Alive\n\n{len(alive)} mutants that met all tests.\n\n" + "".join(
        f"- `{one}`\n" for one in alive
    )
    file.write_text(text)
