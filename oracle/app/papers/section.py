"""What a report is made of: sections of paragraphs, tables and pictures. Values, no output."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from oracle.plots.papers import Panel

__all__ = ["CHAPTER", "ELECOIN", "POSTER", "SLIDES", "Picture", "Section", "Table", "num", "off"]

CHAPTER = "Djehiche, Barreiro-Gomez, Tembine, chapter"
SLIDES = "Djehiche, Barreiro-Gomez, Tembine, slides"
POSTER = "Le Cadre, Höschle, Rivero Puente, poster"
ELECOIN = "Cao, Ren, Qiu, Wang, Yao, Yu"


@dataclass(frozen=True)
class Table:
    """Columns and rows of text; the first cell of a row is its heading."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.columns) for row in self.rows), self.caption


@dataclass(frozen=True)
class Picture:
    """A figure. name: of its file; words: what it shows, for those who do not see it."""

    name: str
    words: str
    caption: str
    panels: tuple[Panel, ...]
    columns: int = 2


@dataclass(frozen=True)
class Section:
    """One subject. Text knows `code`, **strong** and nothing else."""

    title: str
    source: str
    blocks: tuple[str | Table | Picture, ...] = ()

    @property
    def anchor(self) -> str:
        """The heading's anchor, as GitHub makes it."""
        kept = "".join(c for c in self.title.lower() if c.isalnum() or c in "_- ")
        return kept.strip().replace(" ", "-")


def num(value: float, digits: int = 5) -> str:
    """A number to so many significant digits, without an exponent where it can be read."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    if 1e-4 <= abs(value) < 1e6:
        places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        text = f"{value:.{places}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{value:.{digits - 1}e}"
    return text.replace("-", "−")


def off(ours: float, published: float) -> str:
    """How far ours is from what is published, in per cent with its sign."""
    text = f"{100 * (ours / published - 1):+.2f} %"
    return "0.00 %" if text in {"+0.00 %", "-0.00 %"} else text.replace("-", "−")


def words(values: Sequence[float], digits: int = 4) -> str:
    """Numbers as a list in words."""
    return ", ".join(num(value, digits) for value in values)
