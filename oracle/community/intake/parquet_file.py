"""Reading Parquet: the same tables as CSV, wide or long, with their types."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from oracle.community.errors import CommunityError
from oracle.community.intake.columns import ENDS, STARTS, channel_named
from oracle.community.intake.gridding import to_sheet
from oracle.community.intake.rows import Rows, lay_out
from oracle.community.intake.sheet import Channel, Codes, Progress, Sheet, Told, no_progress
from oracle.community.intake.stamps import BadStamp, Walls, is_stamp, parse_walls

INSTALL = "needs pyarrow: pip install 'wattmarket[parquet]'"


def read_parquet(file: Path, told: Told, progress: Progress = no_progress) -> Sheet:
    """The sheet of a Parquet file. Raises CommunityError, one line."""
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise CommunityError(file, "Parquet", "pyarrow is missing", INSTALL) from None
    try:
        table = parquet.read_table(file)
    except OSError as error:
        if error.strerror and not file.is_file():
            raise CommunityError(None, "file", str(file), error.strerror) from error
        raise CommunityError(file, "Parquet", str(error), "must be a Parquet file") from None
    except arrow.lib.ArrowException as error:
        raise CommunityError(file, "Parquet", str(error), "must be a Parquet file") from None
    progress(1, 1)
    header = [str(name) for name in table.column_names]
    if table.num_rows == 0:
        raise CommunityError(file, "Parquet", "no rows", "needs readings")
    stamp = _stamp_column(arrow, file, table, header)

    def sample(place: int) -> list[str]:
        values = table.column(place).slice(0, 100).to_pylist()
        return ["" if value is None else str(value) for value in values]

    def numeric(place: int) -> bool:
        kind = table.schema.types[place]
        # pandas keeps its row numbers in such a column.
        return not header[place].startswith("__index_level_") and bool(
            arrow.types.is_floating(kind) or arrow.types.is_integer(kind)
        )

    layout = lay_out(file, header, (), (stamp,), sample, numeric, told)
    walls, codes = _walls(arrow, file, table.column(stamp), header[stamp], told)
    meters: tuple[str, ...] = ("",)
    owners = np.zeros(len(codes), dtype=np.int32)
    if layout.meter is not None:
        names, owners = _coded(arrow, file, table.column(layout.meter), header[layout.meter])
        meters = tuple(map(str, names))
    kinds = None
    if layout.kind is not None:
        kinds = _kinds(file, header[layout.kind], *_coded(
            arrow, file, table.column(layout.kind), header[layout.kind]
        ))  # fmt: skip
    values = np.empty((table.num_rows, len(layout.series)))
    for place, series in enumerate(layout.series):
        column = table.column(series.place).cast(arrow.float64(), safe=False)
        values[:, place] = column.to_numpy()

    def locate(code: int) -> tuple[str, str]:
        row = int(np.argmax(codes == code))
        return f"row {row + 1}, column {header[stamp]}", str(table.column(stamp)[row])

    rows = Rows(
        walls, codes, meters, owners, kinds, values, locate,
        lambda row, place: f"row {row + 1}, column {layout.series[place].name}",
    )  # fmt: skip
    ends = True if ENDS.search(header[stamp]) else False if STARTS.search(header[stamp]) else None
    return to_sheet(file, rows, layout, told, ends)


def _stamp_column(arrow: Any, file: Path, table: Any, header: list[str]) -> int:
    for place, kind in enumerate(table.schema.types):
        if arrow.types.is_timestamp(kind):
            return place
    for place in range(len(header)):
        first = table.column(place)[0].as_py()
        if isinstance(first, str) and is_stamp(first):
            return place
    raise CommunityError(file, "columns", ", ".join(header), "needs one of type timestamp")


def _walls(arrow: Any, file: Path, column: Any, name: str, told: Told) -> tuple[Walls, Codes]:
    zoned = arrow.types.is_timestamp(column.type) and column.type.tz is not None
    if not arrow.types.is_timestamp(column.type):
        texts, codes = _coded(arrow, file, column, name)
        try:
            return parse_walls([str(text) for text in texts], told.dates), codes
        except BadStamp as error:
            row = int(np.argmax(codes == error.index))
            raise CommunityError(
                file, f"row {row + 1}, column {name}", str(texts[error.index]), error.expected
            ) from None
    whole = column.cast(arrow.timestamp("s", tz=column.type.tz), safe=False).cast(arrow.int64())
    seconds, codes = _coded(arrow, file, whole, name)
    walls = np.array(seconds, dtype=np.int64)
    return Walls(walls, np.full(len(walls), zoned), None), codes


def _coded(arrow: Any, file: Path, column: Any, name: str) -> tuple[list[Any], Codes]:
    if column.null_count:
        row = int(np.argmax(column.is_null().to_numpy()))
        raise CommunityError(file, f"row {row + 1}, column {name}", "empty", "needs a value")
    if not arrow.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    whole = arrow.chunked_array(column.chunks).unify_dictionaries().combine_chunks()
    codes = whole.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return whole.dictionary.to_pylist(), codes


def _kinds(
    file: Path, name: str, texts: list[Any], codes: Codes
) -> tuple[tuple[Channel, ...], Codes]:
    channels = []
    for text in texts:
        channel = channel_named(str(text))
        if channel is None:
            raise CommunityError(
                file, f"column {name}", str(text), "must be load, generation, import, export or net"
            )
        channels.append(channel)
    distinct = tuple(dict.fromkeys(channels))
    which = np.array([distinct.index(channel) for channel in channels], dtype=np.int32)
    return distinct, which[codes]
