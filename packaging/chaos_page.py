"""Writes docs/chaos.md from what `make chaos` found: `chaos_page.py RESULTS.jsonl`."""

import json
import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "chaos.md"
BEGIN = "<!-- written by packaging/chaos_page.py from the results of `make chaos`; do not edit -->"
END = "<!-- end -->"
Result = dict[str, Any]


def with_results(page: str, results: list[Result], note: str) -> str:
    """The page with its figures written anew. Raises ValueError without a place for them."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"docs/chaos.md needs {BEGIN} and {END}")
    return (
        head + BEGIN + "\n" + "\n".join([*_figures(results, note), *_tables(results)]) + END + tail
    )


def _figures(results: list[Result], note: str) -> list[str]:
    must = [one for one in results if one["must_post"]]
    times = [one["recovered"] for one in must if one["recovered"] is not None]
    places = {(one["kind"], one["place"]) for one in results}
    figures = (
        ("faults injected: kinds × places", len(places)),
        ("kinds", len({one["kind"] for one in results})),
        ("of them within what must be survived", len(must)),
        ("postings lost there", sum(one["lost"] for one in must)),
        ("double posts", sum(one["double"] for one in results)),
        ("wrong prices accepted", sum(one["wrong"] for one in results)),
        (
            "second reports signed by an honest server",
            sum(one["second_digests"] for one in results),
        ),
        ("time to recover, median", f"{median(times):.0f} s"),
        ("90 % within", f"{_quantile(times, 0.9):.0f} s"),
        ("longest", f"{max(times):.0f} s"),
    )
    return [note, "", "| figure | |", "|---|---:|", *(f"| {a} | {b} |" for a, b in figures), ""]


def _tables(results: list[Result]) -> Iterable[str]:
    # In the order in which families and kinds were first met.
    order = {key: i for i, key in enumerate(dict.fromkeys(map(_kind, results)))}
    families = list(dict.fromkeys(one["family"] for one in results))
    for family in families:
        rows = sorted(
            (one for one in results if one["family"] == family), key=lambda r: order[_kind(r)]
        )
        yield f"**{family}**"
        yield ""
        yield "| kind | places | posted | lost | double | wrong | s to recover: 50 %, 90 %, all |"
        yield "|---|---:|---:|---:|---:|---:|---|"
        for (_, kind), group in groupby(rows, key=_kind):
            yield _row(kind, list(group))
        yield ""


def _kind(one: Result) -> tuple[str, str]:
    return one["family"], one["kind"]


def _row(kind: str, group: list[Result]) -> str:
    times = [one["recovered"] for one in group if one["recovered"] is not None]
    spread = "–"
    if times:
        spread = f"{median(times):.0f}, {_quantile(times, 0.9):.0f}, {max(times):.0f}"
    sums = [sum(one[name] for one in group) for name in ("posted", "lost", "double", "wrong")]
    return f"| {kind} | {len(group)} | {' | '.join(map(str, sums))} | {spread} |"


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main(file: Path, note: str) -> None:
    results = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    unique = {(one["family"], one["kind"], one["place"]): one for one in results}
    page = with_results(PAGE.read_text(encoding="utf-8"), list(unique.values()), note)
    part = PAGE.with_suffix(".part")
    part.write_text(page, encoding="utf-8")
    part.rename(PAGE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), " ".join(sys.argv[2:]))
