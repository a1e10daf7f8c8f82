"""Tables of timestamps and numbers from CSV and Parquet files, with one line for what is wrong."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oracle.community.errors import CommunityError

STAMP = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.0+)?)?(?:Z|[+-]\d\d:?\d\d)"


def read_table(file: Path, what: str = "profiles") -> Any:
    """A CSV or Parquet file as a frame, a CSV's `timestamp` as text. Raises CommunityError."""
    try:
        if file.suffix.lower() == ".parquet":
            return _read_parquet(file)
        return pd.read_csv(file, dtype={"timestamp": str})
    except CommunityError:
        raise
    except OSError as error:
        raise CommunityError(None, what, str(file), error.strerror or "unreadable") from error
    except (ValueError, UnicodeDecodeError) as error:
        raise CommunityError(file, "CSV", str(error), "must be a readable CSV in UTF-8") from error


def _read_parquet(file: Path) -> Any:
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise CommunityError(
            file, "Parquet", "pyarrow is missing", "pip install 'wattmarket[parquet]'"
        ) from None
    try:
        return parquet.read_table(file).to_pandas()
    except (arrow.lib.ArrowException, OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise CommunityError(
            file, "Parquet", str(error), "must be a readable Parquet file"
        ) from None


def starts_of(texts: Any, step: int, file: Path | str | None) -> NDArray[np.int64]:
    """UTC seconds [T] of ISO 8601 texts with offsets: ascending multiples of `step`.

    Raises CommunityError with the first row that is not.
    """
    if len(texts) == 0:
        raise CommunityError(file, "timestamp", "no rows", "at least one interval")
    if isinstance(texts.dtype, pd.DatetimeTZDtype):
        times = texts.dt.tz_convert("UTC")
    else:
        times = _parsed(texts.astype(object).fillna("").astype(str).str.strip(), file)
    seconds: NDArray[np.int64] = times.dt.as_unit("s").astype("int64").to_numpy()
    differences = np.diff(seconds)
    wrong = (differences <= 0) | (differences % step != 0)
    if wrong.any() or seconds[0] % step:
        row = int(np.argmax(wrong)) + 1 if wrong.any() else 0
        allowed = (
            f"intervals must start at multiples of {step} s"
            if row == 0 or differences[row - 1] > 0
            else "timestamps must ascend, each only once"
        )
        raise CommunityError(file, f"row {row + 2} timestamp", str(texts.iloc[row]), allowed)
    return seconds


def _parsed(texts: Any, file: Path | str | None) -> Any:
    bad = ~texts.str.fullmatch(STAMP)
    if bad.any():
        row = int(np.argmax(bad.to_numpy()))
        raise CommunityError(
            file,
            f"row {row + 2} timestamp",
            texts.iloc[row],
            "must be ISO 8601 with an offset, such as 2026-03-29T01:45:00+01:00",
        )
    try:
        return pd.to_datetime(texts, utc=True, format="ISO8601")
    except ValueError as error:
        raise CommunityError(file, "timestamp", str(error), "must be ISO 8601") from error
