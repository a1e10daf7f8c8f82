"""From meters' files to a folder that the market takes: facts, windows, own use, errors."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oracle import UserError
from oracle.app.community_import import ImportOptions, import_command
from oracle.app.day.options import RunOptions
from oracle.app.day.options import check as check_run
from oracle.cli import main
from oracle.community import CommunityError, load_community, load_profiles
from oracle.community.intake.combine import combine, member_names
from oracle.community.intake.sheet import Column, Sheet
from oracle.community.simulate import simulate
from oracle.community.tariff import grid_price

START = int(dt.datetime(2026, 6, 1, tzinfo=dt.timezone(dt.timedelta(hours=2))).timestamp())
DAYS = 15


def meters(file: Path, head: str, columns: Any, step: int = 900) -> Path:
    """A CSV of columns of functions of the interval's number, in UTC."""
    lines = [head]
    for i in range(DAYS * 86_400 // step):
        stamp = dt.datetime.fromtimestamp(START + i * step, tz=dt.UTC).isoformat()
        lines.append(",".join([stamp, *(str(column(i)) for column in columns)]))
    file.write_text("\n".join(lines))
    return file


def sun(i: int) -> float:
    return round(max(0.0, 4 * float(np.sin(2 * np.pi * (i % 96 - 28) / 96))), 3)


def spare(i: int) -> float:
    return round(max(0.0, sun(i) - 1), 3)


@pytest.fixture
def street(tmp_path: Path) -> Path:
    return meters(
        tmp_path / "street.csv",
        "time,anna:load (kW),anna:generation (kW),bob:import (kW),bob:export (kW),cem (kW)",
        (lambda i: 0.5, sun, lambda i: 0.3 if sun(i) < 1 else 0, lambda i: spare(i),
         lambda i: 1 + i % 4),
    )  # fmt: skip


def test_a_street_becomes_a_community_that_trades(street: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert import_command(ImportOptions(files=(street,), out=out)) == 0
    community = load_community(out / "community.toml")
    profiles = load_profiles(community, out / "community.toml")
    anna, bob, cem = community.members
    assert [m.role for m in community.members] == ["prosumer", "prosumer", "consumer"]
    assert (anna.meter, bob.meter, cem.meter) == (
        "load_generation", "import_export", "load_generation",
    )  # fmt: skip
    assert (anna.annual_kwh, bob.annual_kwh) == (0, 0)  # two weeks say nothing of a year
    assert community.gaps == "error"
    assert profiles.start[0] == START
    count = DAYS * 96
    assert len(profiles) == count
    assert profiles.generation_kw[:, 0].tolist() == [sun(i) for i in range(count)]
    assert profiles.load_kw[:, 2].tolist() == [1 + i % 4 for i in range(count)]
    assert profiles.generation_kw[:, 1].tolist() == [spare(i) for i in range(count)]
    plan = check_run(RunOptions(community=out / "community.toml"))
    assert plan.periods == 96
    assert plan.profile_start == START + 7 * 86_400
    day = simulate(community, profiles, plan.profile_start + 48 * 900, 8)
    assert day.energy_traded_wh > 0
    assert day.indicators.self_consumption is None
    assert day.indicators.self_sufficiency is None
    assert day.indicators.peak_export_w > 0
    said = json.loads((out / "import.json").read_text())
    assert any(n["about"] == "own use" and "bob" in n["text"] for n in said)
    text = (out / "community.toml").read_text()
    assert all(n["text"] in text for n in said)


def test_members_facts_and_day_ahead_prices(street: Path, tmp_path: Path) -> None:
    facts = tmp_path / "members.csv"
    facts.write_text(
        "meter;name;zone;rated_kw;pv_kw;storage_kwh;storage_kw;supported\n"
        "anna;Anna Miller;hill;7,5;8;10;5;\nbob;;;;;;;true\n"
    )
    prices = tmp_path / "prices.csv"
    rows = [
        f"{dt.datetime.fromtimestamp(START + 3600 * i, tz=dt.UTC):%d/%m/%Y %H:%M:%S},{50 + i % 24}"
        for i in range(DAYS * 24)
    ]
    prices.write_text("\n".join(["MTU (UTC),Day-ahead Price (EUR/MWh)", *rows]))
    out = tmp_path / "out"
    options = ImportOptions(
        files=(street,), out=out, members=facts, prices=prices, margin=0.01, retail="home",
        location=(52.0, 13.0), zone="valley",
    )  # fmt: skip
    import_command(options)
    community = load_community(out / "community.toml")
    anna = community.member("Anna Miller")
    assert (anna.zone, anna.rated_kw, anna.pv[0].peak_kw) == ("hill", 7.5, 8)
    assert anna.storage is not None
    assert anna.storage.capacity_kwh == 10
    assert community.member("bob").supported
    assert community.zones == ("hill", "valley")
    assert set(community.fee_of) == {(a, b) for a in community.zones for b in community.zones}
    for hour in range(48):
        price = grid_price(community, anna, START + 3600 * hour + 900)
        assert float(price.energy) == pytest.approx((50 + hour % 24) / 1000 + 0.01, abs=1e-12)
    check_run(RunOptions(community=out / "community.toml"))
    prices.write_text("\n".join(["MTU (UTC),Day-ahead Price (EUR/MWh)", *rows[:24]]))
    import_command(ImportOptions(**{**vars(options), "force": True}))
    with pytest.raises(CommunityError, match=r"prices.csv: price at .* missing"):
        check_run(RunOptions(community=out / "community.toml"))


def test_gaps_stay_empty_and_are_filled_when_read(tmp_path: Path) -> None:
    lines = meters(tmp_path / "m.csv", "time,a kW,b kW", (lambda i: i, lambda i: 2)).read_text()
    rows = lines.splitlines()
    gone = [10, 11, 900]
    text = "\n".join(row for i, row in enumerate(rows) if i - 1 not in gone)
    (tmp_path / "m.csv").write_text(text)
    out = tmp_path / "out"
    import_command(ImportOptions(files=(tmp_path / "m.csv",), out=out))
    community = load_community(out / "community.toml")
    assert community.gaps == "estimate"
    profiles = load_profiles(community, out / "community.toml")
    assert profiles.load_kw[gone, 0].tolist() == [10 + 672, 11 + 672, 900 - 672]
    assert np.flatnonzero(profiles.estimated[:, 0]).tolist() == gone
    assert "6 of 2880 readings lack" in (out / "import.json").read_text()


def sheet(
    kw: Any, channel: Any = None, meter: str = "a", start: int = START, step: int = 900
) -> Sheet:
    values = np.atleast_2d(np.array(kw, dtype=float))
    return Sheet(Path("f.csv"), (Column(meter, channel),), start, step, step, values, ())


def test_files_of_a_meter_are_joined_and_made_coarser() -> None:
    parts = [sheet([1, 2, 3, 4], step=900), sheet([5, np.nan], start=START + 3600, step=1800)]
    combined = combine(parts)
    assert combined.step == 1800
    assert combined.members[0].taken is not None
    assert combined.members[0].taken.tolist() == [1.5, 3.5, 5]
    with pytest.raises(CommunityError, match=r"a load at .*: two values"):
        combine([sheet([1, 2]), sheet([1, 3])])
    assert combine([sheet([1, 2]), sheet([1, 2, 3])]).count == 3


def test_what_meters_count_together() -> None:
    three = [
        sheet([1.0, 0.0], "import"), sheet([0.0, 2.0], "export"), sheet([0.5, 3.0], "generation"),
    ]  # fmt: skip
    (member,) = combine(three).members
    assert member.meter == "load_generation"
    assert member.taken is not None
    assert member.taken.tolist() == [1.5, 1.0]  # import + generation - export
    (net,) = combine([sheet([1.0, -2.0], "net")]).members
    assert net.meter == "import_export"
    assert (net.taken is not None, net.given is not None) == (True, True)
    assert net.given is not None
    assert net.given.tolist() == [0, 2]
    with pytest.raises(CommunityError, match="a: import, load: must be"):
        combine([sheet([1.0], "import"), sheet([1.0], "load")])
    with pytest.raises(CommunityError, match="a load: -1 kW: must not be negative"):
        combine([sheet([5.0, -1.0])])
    quiet = combine([sheet([5.0, -0.004], "generation")])
    assert quiet.members[0].given is not None
    assert quiet.members[0].given.tolist() == [5, 0]
    assert any("set to 0" in note.text for note in quiet.notes)


def test_windows() -> None:
    early, late = sheet([1, 1, 1]), sheet([1, 1, 1], meter="b", start=START + 1800)
    combined = combine([early, late])
    assert (combined.start, combined.count) == (START + 1800, 1)
    with pytest.raises(CommunityError, match=r"b starts .* a ends .*: no time is left"):
        combine([early, sheet([1], meter="b", start=START + 9000)])
    with pytest.raises(CommunityError, match="no other week has this hour"):
        combine([early, late], since=START)
    with pytest.raises(CommunityError, match="--step: 900: one of"):
        combine([sheet([1, 1], step=1800)], step=900)


def test_names_that_a_community_file_allows() -> None:
    names = member_names(["a:b", "a/b", " MAC00 ", "(x)", "", "é"])
    assert [*names.values()] == ["a_b", "a_b 2", "MAC00", "_x_", "meter", "é"]


def test_errors_write_nothing(street: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    facts = tmp_path / "members.csv"
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"retail": "none"}, "", "--retail: none: one of home"),
        ({"timezone": "Mars/Olympus"}, "", "--timezone: 'Mars/Olympus': must be an IANA"),
        ({"members": facts}, "name,colour\n", "line 1, column 2: colour: one of meter"),
        ({"members": facts}, "name,rated_kw\nanna,big\n", r"line 2, column 2 \(rated_kw\): big"),
        ({"members": facts}, "name,role\nanna,king\n", "line 2, column role: king: must be"),
        ({"members": facts}, "name\nzoe\n", "line 2: zoe: no file has a meter"),
        ({"members": facts}, "name\nanna\nanna\n", "line 3: anna: every meter only once"),
        ({"members": facts}, "name,supported\nanna,maybe\n", "maybe: must be true or false"),
        ({"members": facts}, "name,zone\nanna,a,b\n", "line 2: .*has 3 cells, not 2"),
        ({"members": facts}, "meter,name\nanna,bob\n", "bob: every name only once"),
        ({"members": facts}, "", "empty: needs a header"),
        ({"files": (street, tmp_path / "none.csv")}, "", "No such file"),
        ({"template": tmp_path / "none.toml"}, "", "No such file"),
        ({"since": dt.date(2026, 8, 1)}, "", "no time is left"),
    ]
    for changes, text, message in cases:
        facts.write_text(text)
        with pytest.raises(UserError, match=message) as caught:
            import_command(ImportOptions(**({"files": (street,), "out": out} | changes)))
        assert "\n" not in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["members.csv", "street.csv"]


def test_the_command_line(street: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    arguments = ["community", "import", str(street), "--out", str(out)]
    assert main(arguments) == 0
    captured = capsys.readouterr().out
    for about in ("unit", "stamps", "zone", "window", "own use", "tariffs", "members"):
        assert f"{about}: " in captured
    assert f"wattmarket run {out / 'community.toml'}" in captured
    assert main(arguments) == 2
    assert "is there already: another name, or --force" in capsys.readouterr().err
    assert main([*arguments, "--force", "--name", "Second"]) == 0
    assert load_community(out / "community.toml").name == "Second"
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years of work")
    assert main([*arguments[:-1], str(precious), "--force"]) == 2
    assert "holds no community.toml: not replaced" in capsys.readouterr().err
    assert (precious / "thesis.txt").read_text() == "years of work"
    assert main([*arguments, "--location", "here"]) == 2
    assert main([*arguments, "--from", "soon"]) == 2


def test_simbench_says_how_to_install_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["community", "simbench", "1-LV-rural1--0-sw"]) == 2
    assert "simbench: not installed: pip install 'wattmarket[simbench]'" in capsys.readouterr().err
