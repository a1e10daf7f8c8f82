"""A game's scenarios as a JSON Schema, made from the problem's model alone.

The same schema makes the tables in docs/games and the bad input of the tests.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from oracle.community.scenario import ScenarioError
from oracle.games import shown
from oracle.games.registry import GAMES

__all__ = ["scenario_schema"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FILE = {
    "type": "string",
    "pattern": r"\.([cC][sS][vV]|[pP][aA][rR][qQ][uU][eE][tT])$",
    "description": "the path of a CSV or Parquet file with these columns",
}


class _Plain(GenerateJsonSchema):
    """Without the titles that only repeat the fields' names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def scenario_schema(name: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of a game's scenario files; `unit` and `shape` say more of a field.

    What needs several fields at once (equal lengths, order of bounds) is checked on reading only.
    Raises ScenarioError where there is no such game.
    """
    if name not in GAMES:
        raise ScenarioError("schema", f"value {shown(name)}; allowed: {', '.join(GAMES)}")
    game = GAMES[name]
    schema = game.problem.model_json_schema(schema_generator=_Plain)
    fields = {"game": {"const": name}, **schema["properties"]}
    for table in game.tables:
        column = fields[table]
        about = {key: column.pop(key) for key in ("description", "default") if key in column}
        fields[table] = {"anyOf": [column, _FILE], **about}
    required = ["game", *schema.get("required", [])]
    return {"$schema": _DIALECT, **schema, "properties": fields, "required": required}
