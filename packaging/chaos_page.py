"""The figures of docs/chaos.md, from the lines that the trials of `make chaos` wrote."""

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "chaos.md"
BEGIN = "<!-- written by `make chaos`; do not edit -->"
END = "<!-- end -->"
Result = dict[str, Any]


def read(file: Path) -> list[Result]:
    """The last result of every place."""
    lines = file.read_text(encoding="utf-8").splitlines()
    results = [json.loads(line) for line in lines]
    return list({(one["family"], one["kind"], one["place"]): one for one in results}.values())


def write(file: Path, note: str) -> None:
    """The page with its figures written anew. Raises ValueError without a place for them."""
    page, results = PAGE.read_text(encoding="utf-8"), read(file)
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"docs/chaos.md needs {BEGIN} and {END}")
    lines = [BEGIN, note, "", *figures(results), "", *_tables(results)]
    part = PAGE.with_suffix(".part")
    part.write_text(head + "\n".join(lines) + END + tail, encoding="utf-8")
    part.rename(PAGE)


def figures(results: list[Result]) -> list[str]:
    """A small table of what all comes to."""
    must = [one for one in results if one["must_post"]]
    times = _times(must)
    second = sum(one["second_digests"] for one in results)
    rows = (
        ("faults injected (kinds × places)", len(results)),
        ("kinds", len({(one["family"], one["kind"]) for one in results})),
        ("of them such that the posting must stand", len(must)),
        ("postings lost there", sum(one["lost"] for one in must)),
        ("double posts", sum(one["double"] for one in results)),
        ("wrong prices accepted", sum(one["wrong"] for one in results)),
        ("second reports signed by an honest server", second),
        ("seconds to recover: median", f"{median(times):.0f}"),
        ("seconds to recover: 90 % within", f"{_within(times):.0f}"),
        ("seconds to recover: all within", f"{max(times):.0f}"),
    )
    return ["| figure | |", "|---|---:|", *(f"| {name} | {value} |" for name, value in rows)]


def _tables(results: list[Result]) -> Iterator[str]:
    for family in sorted({one["family"] for one in results}):
        group = [one for one in results if one["family"] == family]
        yield f"**{family}**"
        yield ""
        yield "| kind | places | posted | lost | double | wrong | s to recover: 50 %, 90 %, all |"
        yield "|---|---:|---:|---:|---:|---:|---|"
        for kind, rows in groupby(sorted(group, key=_kind), key=_kind):
            yield _row(kind, list(rows))
        yield ""


def _kind(one: Result) -> str:
    return str(one["kind"])


def _row(kind: str, group: list[Result]) -> str:
    times = _times(group)
    spread = f"{median(times):.0f}, {_within(times):.0f}, {max(times):.0f}" if times else "–"
    sums = [sum(one[name] for one in group) for name in ("posted", "lost", "double", "wrong")]
    return f"| {kind} | {len(group)} | {' | '.join(map(str, sums))} | {spread} |"


def _times(group: list[Result]) -> list[float]:
    return [one["recovered"] for one in group if one["recovered"] is not None]


def _within(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.9 * len(values)))]
