"""Meters' files of a thousand members and a year into a community: seconds by form and by step.

PYTHONPATH=. python bench/intake.py [--members 1000] [--days 365] [--folder SCRATCH]
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.csv
import pyarrow.parquet

from oracle.community.intake.combine import combine
from oracle.community.intake.compose import Wishes, compose
from oracle.community.intake.facts import Facts
from oracle.community.intake.folder import write_folder
from oracle.community.intake.read import read_meters
from oracle.community.intake.sheet import Told
from oracle.community.load import load_community
from oracle.community.profiles import load_profiles

START = 1_767_222_000
"""2026-01-01 in Berlin."""
QUARTER = 900
PLAIN = pyarrow.csv.WriteOptions(quoting_style="none")


def tables(folder: Path, members: int, days: int) -> dict[str, Path]:
    """The same random readings in four files."""
    rng = np.random.default_rng(0)
    count = days * 96
    seconds = START + QUARTER * np.arange(count)
    stamps = pyarrow.array(np.datetime_as_string(seconds.astype("datetime64[s]"), timezone="UTC"))
    times = pyarrow.array(seconds).cast(pyarrow.timestamp("s", tz="UTC"))
    kw = np.round(rng.gamma(0.5, 0.8, (members, count)), 3)
    names = [f"m{i:05d}" for i in range(members)]
    wide = {name: pyarrow.array(kw[i]) for i, name in enumerate(names)}
    files = {form: folder / form.replace(" ", ".") for form in FORMS}
    with files["wide csv"].open("wb") as out:
        out.write((",".join(["time", *names]) + "\n").encode())
        options = pyarrow.csv.WriteOptions(quoting_style="none", include_header=False)
        pyarrow.csv.write_csv(pyarrow.table({"time": stamps} | wide), out, options)
    pyarrow.parquet.write_table(pyarrow.table({"time": times} | wide), files["wide parquet"])
    row = {"meter": pyarrow.string(), "time": pyarrow.string(), "kw": pyarrow.float64()}
    text = pyarrow.schema(row)
    typed = pyarrow.schema(row | {"time": times.type})
    with (
        pyarrow.csv.CSVWriter(files["long csv"], text, write_options=PLAIN) as lines,
        pyarrow.parquet.ParquetWriter(files["long parquet"], typed) as groups,
    ):
        for i, name in enumerate(names):
            meter = pyarrow.array([name] * count)
            values = pyarrow.array(kw[i])
            lines.write_table(pyarrow.table([meter, stamps, values], schema=text))
            groups.write_table(pyarrow.table([meter, times, values], schema=typed))
    return files


FORMS = ("wide csv", "long csv", "wide parquet", "long parquet")


def measured(action: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it returns, its CPU seconds (all threads) and the seconds on the clock."""
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    result = action()
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return result, cpu, wall


def row(form: str, file: Path, folder: Path) -> str:
    """One line of the table, in a process of its own so that memory is its own."""
    sheet, read, read_wall = measured(lambda: read_meters(file, Told("Europe/Berlin", unit="kW")))
    combined, joined, joined_wall = measured(lambda: combine([sheet]))
    cells = [f"{read:.1f} ({read_wall:.1f})", f"{joined:.1f} ({joined_wall:.1f})"]
    for kind in ("csv", "parquet"):
        wishes = Wishes(
            template=load_community(),
            template_name="the example community",
            name="big",
            timezone="Europe/Berlin",
            profiles=f"profiles.{kind}",
        )
        composed = compose(combined, wishes, Facts())
        out = folder / f"out-{kind}"

        def write(out: Path = out, composed: Any = composed) -> None:
            write_folder(out, combined, composed, (), replace=True, check=lambda file: None)

        _, written, written_wall = measured(write)
        cells.append(f"{written:.1f} ({written_wall:.1f})")
    for kind in ("csv", "parquet"):
        file = folder / f"out-{kind}" / "community.toml"
        _, loaded, wall = measured(lambda file=file: load_profiles(load_community(file), file))
        cells.append(f"{loaded:.1f} ({wall:.1f})")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return f"| {form} | {' | '.join(cells)} | {peak:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--folder", type=Path, help="Where files of some 4 GB may lie for a while.")
    options = parser.parse_args()
    print("CPU seconds (seconds on the clock)")
    print("| form | read | combine | write CSV | write Parquet | load CSV | load Parquet | GB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(dir=options.folder) as made:
        folder = Path(made)
        for form, file in tables(folder, options.members, options.days).items():
            # A child each: its peak of memory is its own.
            child = os.fork()
            if child == 0:
                print(row(form, file, folder), flush=True)
                os._exit(0)
            os.waitpid(child, 0)


if __name__ == "__main__":
    main()
