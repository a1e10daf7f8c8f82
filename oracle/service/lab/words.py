"""What the lab says in English, for whoever has to say it in another language.

`python -m oracle.service.lab.words` prints it as JSON: the page's build refuses a translation that
lacks some of it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from oracle.service.lab import games

PLAIN = "–"
"""The unit of a plain number, which nobody shows."""


def words() -> dict[str, list[str]]:
    """Names of fields, what is said about them, units, and the texts of games and examples."""
    fields: set[str] = set()
    about: set[str] = set()
    units: set[str] = set()
    texts: set[str] = set()
    for summary in games.summaries():
        page = games.page_of(summary.name).model_dump(by_alias=True)
        texts |= {summary.title, summary.summary, *(one["title"] for one in page["examples"])}
        for name, schema in _properties(page["schema"]):
            fields.add(name)
            about.add(schema.get("description", ""))
            units.add(schema.get("unit", PLAIN))
    found = {"Field": fields - {"game"}, "About": about, "Unit": units - {PLAIN}, "Text": texts}
    return {kind: sorted(said - {""}) for kind, said in found.items()}


def _properties(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of a JSON Schema, however deep."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for inner in schema.values():
            yield from _properties(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _properties(inner)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(words(), ensure_ascii=False) + "\n")
