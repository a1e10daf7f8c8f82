"""The bench's page is made of the committed results, and names what was measured."""

import json
from pathlib import Path

import house

from bench import __main__ as bench
from bench import gas
from bench.day import gas_table, sentences
from bench.load import page as load
from bench.table import PEERS, ROWS, table


def results(root: Path) -> tuple[str, str, dict, dict]:
    folder = root / "bench" / "results"
    return (
        (folder / "games.md").read_text(encoding="utf-8"),
        table(json.loads((folder / "peers.json").read_text())),
        json.loads((folder / "day.json").read_text()),
        json.loads((folder / "machines.json").read_text()),
    )


def test_the_page_is_made_of_the_committed_results(root: Path) -> None:
    page = (root / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert page == bench.page(*results(root)), "write it anew: make bench"


def test_the_day_table_has_every_function_dearest_first(root: Path) -> None:
    day = results(root)[2]
    rows = [line.split("|") for line in gas_table(day)[2:]]
    assert {row[1].strip() for row in rows} == set(day["gas"])
    totals = [int(row[4].replace(",", "")) for row in rows]
    assert totals == sorted(totals, reverse=True)
    assert sum(totals) == sum(used["total"] for used in day["gas"].values())
    said = sentences(day)
    assert f"{day['transactions']:,} transactions" in said
    assert f"{day['seconds']:.1f} s" in said


def test_a_loaded_machine_is_said_to_be() -> None:
    where = {"date": "2026-01-01", "system": "Linux x86_64", "cores": 2, "python": "3.11.9"}
    assert "other programs were running" in bench.line({**where, "load": 2.5})
    assert "idle before" in bench.line({**where, "load": 0.1})


def test_the_result_meets_the_targets(root: Path) -> None:
    """Committed measurements, so that a page that misses a target cannot pass unseen."""
    day = results(root)[2]
    assert day["periods"] == 96
    assert day["seconds"] <= 60
    # One transaction buys for all who buy in a period, two of them at least.
    assert day["gas"]["trades"]["median"] <= 2 * 90_000
    assert day["gas"]["post"]["median"] <= 85_000
    games = {
        (row["game"], row["size"]): row["seconds"]
        for row in json.loads((root / "bench" / "results" / "games.json").read_text())
        if row["solver"] == "wattmarket"
    }
    assert games["clearing", 100_000] <= 0.010
    assert games["stackelberg", 1_000_000] <= 1.0


def test_every_row_has_us_and_a_peer_and_we_are_right(root: Path) -> None:
    peers = json.loads((root / "bench" / "results" / "peers.json").read_text())
    assert tuple(peers) == ROWS
    for rows in peers.values():
        ours = [row for row in rows if row["solver"] == "wattmarket"]
        measured = [row for row in rows if row["solver"] != "wattmarket" and row["seconds"]]
        assert ours
        assert measured
        # A score, a policy, and a grid of steps whose error the page says.
        if rows[0]["row"] not in (
            "Monte Carlo",
            "WoLF-PHC, one-shot",
            "token supply, mean-field game",
        ):
            assert max(row["error"] for row in ours) < 1e-8


def test_every_row_names_its_environments_and_only_they_are_set_up(root: Path) -> None:
    asked = {path.stem for path in (root / "requirements").glob("peer-*.in")}
    assert {f"peer-{name}" for names in PEERS.values() for name in names} == asked
    for peers, words in (
        (set(), ["--only", "day"]),
        ({"peer-nashopt"}, ["--repeats", "2", "--only", "contest"]),
        (asked, ["--only", "peers"]),
        (asked, []),
    ):
        assert set(house.peers_of(words)) == peers


def test_the_gas_page_is_made_of_the_snapshot(root: Path) -> None:
    page = (root / "docs" / "gas.md").read_text(encoding="utf-8")
    assert page == gas.table(json.loads(gas.SNAPSHOT.read_text())), "python bench/gas.py"


def test_gas_that_grew_is_told_and_a_missed_target_is_marked() -> None:
    """The gate of `make test`: a hundredth is tolerated."""
    former = json.loads(gas.SNAPSHOT.read_text())
    assert gas.check(former) == []
    name = "Elecoin.transfer"
    assert gas.check({**former, name: round(former[name] * 1.009)}) == []
    (line,) = gas.check({**former, name: round(former[name] * 1.02)})
    assert line.startswith(f"{name}: ")
    assert gas.goal(100, 100) == "≤ 100"
    assert gas.goal(101, 100) == "≤ 100, **missed**"


def test_a_target_that_was_met_goes_on_being_met_and_every_row_is_measured() -> None:
    former = json.loads(gas.SNAPSHOT.read_text())
    met = {
        name: anchor.target
        for name, anchor in gas.ANCHORS.items()
        if anchor.target is not None and former.get(name, anchor.target + 1) <= anchor.target
    }
    assert met
    for name, target in met.items():
        lines = gas.check({**former, name: target + 1})
        assert f"{name}: {target + 1:,} gas, the target is {target:,}" in lines
    name = next(iter(former))
    kept = {other: cost for other, cost in former.items() if other != name}
    assert gas.check(kept) == [f"{name}: not measured any more"]


def test_the_page_of_load_is_made_of_the_committed_results(root: Path) -> None:
    found = json.loads((root / "bench" / "results" / "load.json").read_text())
    page = (root / "docs" / "load.md").read_text(encoding="utf-8")
    assert page == load.page(found), "write it anew: python -m bench.load"


def test_what_was_measured_under_load_meets_its_targets(root: Path) -> None:
    """Committed measurements: a round of 10⁵, and the field test's ten transactions a second."""
    found = json.loads((root / "bench" / "results" / "load.json").read_text())
    rounds = {row["members"]: row for row in found["rounds"]["rows"]}
    assert load.cpu_of_round(rounds[100_000]) < 15
    assert sum(rounds[100_000]["wall"].values()) < 300
    for row in found["transactions"]["rows"].values():
        assert row["rate"] > 2 * load.FIELD_TEST
    for row in found["days"]["rows"]:
        assert max(row["post_gas"]) < load.MOST_TRANSACTION_GAS
    for row in found["api"]["rows"]:
        if row["question"] not in ("health", "a member's own day"):
            assert row["service"]["cpu_seconds"] < 8 * row["floor"]["cpu_seconds"]
