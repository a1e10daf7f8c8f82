"""The one error of this package: a file says something that cannot be used."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from oracle import UserError


class CommunityError(UserError):
    """A community file or a profile is wrong: file, field, value and what is allowed, in a line."""

    def __init__(self, file: str | Path | None, field: str, value: object, allowed: str) -> None:
        self.file = None if file is None else str(file)
        self.field = field
        self.value = value
        self.allowed = allowed
        shown = " ".join(f"{value}".split()) if isinstance(value, str) else f"{value!r}"
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        where = f"{self.file}: " if self.file else ""
        super().__init__(f"{where}{field}: {shown}: {allowed}")


def utc_text(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
