"""The papers' figures computed again, as `wattmarket report` made them."""

from __future__ import annotations

import json
import tomllib
from functools import lru_cache
from typing import Any

from pydantic import Field

from oracle.service.http.schemas import Out
from oracle.service.lab.material import material

INDEX = "figures.json"


class Figure(Out):
    """One figure of ours, and what of the papers it is beside."""

    paper: str
    figure: str
    title: str
    source: str = Field(description="whose, and where it stands there")
    words: str = Field(description="what it shows, for those who do not see it")
    caption: str
    note: str = Field(description="by published item: what became of it here")
    image: str = Field(description="its path at this service; SVG")
    scenario: dict[str, Any] | None = Field(
        description="what POST /api/solve takes; null where a figure is of many"
    )


@lru_cache
def figures() -> tuple[Figure, ...]:
    """All of them, in the report's order."""
    listed = json.loads((material("papers") / INDEX).read_text(encoding="utf-8"))
    return tuple(
        Figure(
            **item
            | {"image": f"/api/papers/{item['image']}", "scenario": _scenario(item["figure"])}
        )
        for item in listed
    )


def _scenario(figure: str) -> dict[str, Any] | None:
    """The example file of that name."""
    source = material("examples") / "papers" / f"{figure}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8")) if source.is_file() else None


@lru_cache
def image(name: str) -> bytes:
    """A figure's drawing. Raises KeyError for what is no figure."""
    if f"/api/papers/{name}" not in {figure.image for figure in figures()}:
        raise KeyError(name)
    return (material("papers") / name).read_bytes()
