"""The page about who is better off shows the committed results, and its words hold for them."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.compare_page import BEGIN, END, block


@pytest.fixture(scope="module")
def result(root: Path) -> dict[str, Any]:
    return json.loads((root / "bench" / "results" / "compare.json").read_text())


def test_the_page_shows_the_committed_result(root: Path, result: dict[str, Any]) -> None:
    page = (root / "docs" / "compare.md").read_text(encoding="utf-8")
    shown = BEGIN + page.partition(BEGIN)[2].partition(END)[0] + END
    assert shown == block(result), "write it anew: python -m bench.compare_page"


def test_what_page_and_readme_say_in_short_is_so(result: dict[str, Any]) -> None:
    assert result["days"] == 14
    saved = {}
    for method, entries in result["by_forecast"].items():
        by_name = {entry["name"]: entry for entry in entries}
        ours, mid, grid = (by_name[n] for n in ("equilibrium", "mid_market", "grid"))
        saved[method] = (round(ours["saving_total"]), round(mid["saving_total"]))
        assert all(entry["worse_off"] == [] for entry in entries)
        assert min(e["saving_total"] for e in entries[:-1]) > grid["saving_total"] == 0
        assert all(abs(entry["kept"]) < 1e-6 for entry in entries[1:])
        assert 1 < ours["kept"] < 2.1
        assert ours["gini"] > mid["gini"]
        gains = [by_name[n]["lie"]["gain"] for n in ("equilibrium", "pay_as_clear", "pay_as_bid")]
        assert gains == sorted(gains)
    assert saved["persistence"] == (33, 70)
    assert saved["learned"][0] == 52
    assert saved["perfect"] == (66, 68)


def test_a_year_of_a_hundred_takes_less_than_a_minute_of_two_cores(result: dict[str, Any]) -> None:
    """By CPU, as the machine was not ours alone: two cores have 120 s in a minute."""
    year = result["year"]
    assert (year["members"], year["days"], year["jobs"]) == (100, 365, 2)
    assert year["cpu_seconds"] < 60
