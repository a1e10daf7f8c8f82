"""Writes the table of keys in docs/oracle.md: `.venv/bin/python packaging/oracle_page.py`.

It is made of the model that reads `oracle.toml`, so every key is there; a test compares them.
"""

import re
from pathlib import Path
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from oracle.app.daemon.config import OracleConfig

PAGE = Path(__file__).resolve().parent.parent / "docs" / "oracle.md"
BEGIN = "<!-- written by packaging/oracle_page.py from the model; do not edit -->"
END = "<!-- end -->"
_MARKED = re.compile(re.escape(BEGIN) + r"\n.*?" + re.escape(END) + r"\n", re.DOTALL)


def with_keys(page: str) -> str:
    """The page with its table written anew. Raises ValueError without a place for it."""
    if not _MARKED.search(page):
        raise ValueError(f"docs/oracle.md needs {BEGIN} and {END}")
    lines = ["| key | default | meaning |", "|---|---|---|", *_rows(OracleConfig, "")]
    block = BEGIN + "\n" + "\n".join(lines) + "\n" + END + "\n"
    return _MARKED.sub(lambda _: block, page)


def _rows(model: type[BaseModel], at: str) -> list[str]:
    rows = []
    for name, field in sorted(
        model.model_fields.items(), key=lambda item: _table(item[1]) is not None
    ):
        inner = _table(field)
        if inner is None:
            rows.append(f"| `{at}{name}` | {_default(field)} | {field.description} |")
        else:
            many = bool(get_args(field.annotation))
            place = f"[[{name}]] " if many else f"[{name}] "
            rows += _rows(inner, place)
    return rows


def _table(field: FieldInfo) -> type[BaseModel] | None:
    for kind in (field.annotation, *get_args(field.annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "required"
    return "–" if field.default is None else f"`{field.default}`"


if __name__ == "__main__":
    PAGE.write_text(with_keys(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
