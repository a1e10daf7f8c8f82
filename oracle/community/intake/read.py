"""Reading a file of meters' readings, whatever it is."""

from __future__ import annotations

from pathlib import Path

from oracle.community.errors import CommunityError
from oracle.community.intake.dialect import read_head
from oracle.community.intake.sheet import Progress, Sheet, Told, no_progress


def read_meters(file: Path, told: Told, progress: Progress = no_progress) -> Sheet:
    """CSV (also gzip), Green Button XML or Parquet, told by content. Raises CommunityError."""
    if file.is_dir():
        raise CommunityError(None, "file", str(file), "is a folder; name its files")
    head = read_head(file)
    if head[:4] == b"PAR1":
        from oracle.community.intake.parquet_file import read_parquet

        return read_parquet(file, told, progress)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        from oracle.community.intake.greenbutton import read_green_button

        return read_green_button(file, told, progress)
    from oracle.community.intake.csv_file import read_csv

    return read_csv(file, told, progress)
