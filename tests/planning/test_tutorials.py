"""The tutorials that need no market which stands: their blocks run, in an empty folder."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from oracle.community.load import load_community
from oracle.community.profiles import load_profiles
from tests.pages import ROOT, run_examples

TUTORIALS = ROOT / "docs" / "tutorials"
HOUSES = {
    "House 2": "anna",
    "House 4": "chandra",
    "House 5": "eren",
    "House 7": "greta",
    "Bakery": "bakery",
}


@pytest.mark.node
@pytest.mark.parametrize("name", ["my-street", "sweep"])
def test_a_tutorial_does_what_it_says(name: str, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    run_examples(TUTORIALS / f"{name}.md", tmp_path)
    left = {"my-street": ("day.json", "street/community.toml"), "sweep": ("sweep.png", "roofs.png")}
    for file in left[name]:
        assert (tmp_path / file).stat().st_size > 1000


def test_the_streets_readings_are_the_shipped_communitys() -> None:
    """So the sources named there are theirs, and no household's data are in the example."""
    community = load_community()
    day = community.local_midnight(dt.date(2026, 3, 30))
    window = load_profiles(community).window(day, 2 * 96)
    columns = [member.name for member in community.members]
    with (ROOT / "examples" / "street" / "meters.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert len(rows) == 2 * 96
    for house, name in HOUSES.items():
        place = columns.index(name)
        for what, kw in (("used", window.load_kw), ("solar", window.generation_kw)):
            cells = [row.get(f"{house} {what} kWh") for row in rows]
            if what == "used" or cells[0] is not None:
                read = [float(str(cell).replace(",", ".")) for cell in cells]
                assert read == pytest.approx(kw[:, place] / 4, abs=1e-5)
