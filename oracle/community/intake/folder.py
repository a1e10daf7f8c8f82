"""Writing a community's folder: all of it, or nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from oracle.community.errors import CommunityError
from oracle.community.intake.combine import Combined
from oracle.community.intake.compose import Composed
from oracle.community.intake.sheet import Note
from oracle.community.prices import PriceSeries

MANY_CELLS = 5_000_000
DECIMALS = 6


def profiles_name(cells: int) -> str:
    """Parquet for what a CSV would be slow and large for, where it can be written."""
    large = cells > MANY_CELLS and find_spec("pyarrow") is not None
    return "profiles.parquet" if large else "profiles.csv"


def write_folder(
    folder: Path,
    combined: Combined,
    composed: Composed,
    notes: Sequence[Note],
    *,
    files: dict[str, str] | None = None,
    replace: bool = False,
    check: Callable[[Path], None],
) -> None:
    """Writes community.toml, profiles, price series, import.json and `files` (text by name).

    Everything is written beside `folder` first, read back by `check`, and then renamed.
    Raises CommunityError where there is a folder already and `replace` is not set.
    """
    occupied = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    if occupied and not (replace and folder.is_dir()):
        raise CommunityError(
            None, "--out", str(folder), "is there already: another name, or --force to replace it"
        )
    if occupied and not (folder / "community.toml").is_file():
        raise CommunityError(None, "--force", str(folder), "holds no community.toml: not replaced")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise CommunityError(None, "--out", str(folder), error.strerror or "unwritable") from error
    try:
        timezone = str(composed.document["timezone"])
        _write_profiles(made / str(composed.document["profiles"]), combined, composed, timezone)
        for name, series in composed.series.items():
            (made / name).write_text(prices_text(series, timezone), encoding="utf-8")
        for name, text in (files or {}).items():
            (made / name).write_text(text, encoding="utf-8")
        (made / "import.json").write_text(
            json.dumps([{"about": n.about, "text": n.text} for n in notes], indent=1,
                       ensure_ascii=False) + "\n",
            encoding="utf-8",
        )  # fmt: skip
        (made / "community.toml").write_text(toml_text(composed.document, notes), encoding="utf-8")
        check(made / "community.toml")
        made.chmod(0o755)
        if folder.exists():
            old = made.with_name(made.name + "-old")
            os.replace(folder, old)
            os.replace(made, folder)
            shutil.rmtree(old)
        else:
            os.replace(made, folder)
    except OSError as error:
        raise CommunityError(None, "--out", str(folder), error.strerror or "unwritable") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def stamps_text(start: int, step: int, count: int, timezone: str) -> list[str]:
    """The starts of `count` intervals in local time with their offset."""
    index = pd.to_datetime(start + step * np.arange(count, dtype=np.int64), unit="s", utc=True)
    texts = index.tz_convert(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M:%S%z")
    return [f"{text[:-2]}:{text[-2:]}" for text in texts]


def prices_text(series: PriceSeries, timezone: str) -> str:
    stamps = stamps_text(series.start, series.step, len(series.values), timezone)
    rows = (f"{stamp},{value!r}" for stamp, value in zip(stamps, series.values, strict=True))
    return "\n".join(["timestamp,price", *rows]) + "\n"


def _write_profiles(file: Path, combined: Combined, composed: Composed, timezone: str) -> None:
    columns: dict[str, Any] = {}
    for metered, member in zip(combined.members, composed.document["member"], strict=True):
        known = metered.meter == "load_generation"
        for kind, values in (
            ("load" if known else "import", metered.taken),
            ("generation" if known else "export", metered.given),
        ):
            if values is not None:
                columns[f"{member['name']}:{kind}"] = np.round(values, DECIMALS)
    count = len(next(iter(columns.values())))
    stamps = stamps_text(combined.start, combined.step, count, timezone)
    if find_spec("pyarrow") is None:
        pd.DataFrame({"timestamp": stamps} | columns).to_csv(file, index=False)
        return
    arrow = import_module("pyarrow")
    arrays = {name: arrow.array(values, from_pandas=True) for name, values in columns.items()}
    table = arrow.table({"timestamp": arrow.array(stamps)} | arrays)
    if file.suffix == ".parquet":
        import_module("pyarrow.parquet").write_table(table, file)
    else:
        writer = import_module("pyarrow.csv")
        with file.open("wb") as out:
            out.write((",".join(table.column_names) + "\n").encode())
            options = writer.WriteOptions(include_header=False, quoting_style="none")
            writer.write_csv(table, out, options)


def toml_text(document: dict[str, Any], notes: Sequence[Note]) -> str:
    """A community file: what was assumed as comments, then the document's keys in its order."""
    lines = ["# Written by `wattmarket community`. What was assumed (also in import.json):"]
    lines += [f"# - {note.about}: {' '.join(note.text.split())}" for note in notes]
    lines += ["# What the keys mean: docs/community.md", ""]
    lines += [f"{key} = {_value(v)}" for key, v in document.items() if not _is_table(v)]
    for key, value in document.items():
        if isinstance(value, dict):
            nested = (
                {k: v for k, v in value.items() if isinstance(v, dict)} if key == "retail" else {}
            )
            for name, table in nested.items() or [(None, value)]:
                title = key if name is None else f"{key}.{_quoted(name)}"
                lines += ["", f"[{title}]", *_pairs(table)]
        elif _is_table(value):
            for table in value:
                lines += ["", f"[[{key}]]", *_pairs(table)]
    return "\n".join(lines) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], dict)
    )


def _pairs(table: dict[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in table.items() if value is not None]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(_pairs(value)) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return repr(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
