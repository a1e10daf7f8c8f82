"""The problem of price field: what it takes, in which units, within which limits."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import model_validator

from oracle.games._base import Problem, Table
from oracle.games._fields import Flag, Name, Names, NonNegative, Numbers, Tables, about, invalid

_MOST_LOSS = 0.999999


class Edge(Table):
    """A line from one node to another, both ways unless one_way.

    fee per kWh sent in; loss: the share of it that does not arrive, below 1.
    """

    start: Annotated[str, Name()] = about("the node at one end", alias="from")
    to: Annotated[str, Name()] = about("the node at the other end")
    fee: NonNegative = about("for each kWh sent in", "currency/kWh")
    loss: Annotated[float, Numbers(ge=0, le=_MOST_LOSS)] = about(
        "the share of it that does not arrive", "–"
    )
    one_way: Annotated[bool, Flag()] = about(
        "whether energy can go only from `from` to `to`", default=False
    )

    @property
    def ends(self) -> tuple[str, str]:
        """Where it comes from and where it leads."""
        return self.start, self.to


class Producer(Table):
    """Who offers energy at a node, and her price per kWh there."""

    node: Annotated[str, Name()] = about("where she is")
    price: NonNegative = about("what she asks there", "currency/kWh")


class PriceFieldProblem(Problem):
    """nodes: their names; edges between them; producers."""

    game: ClassVar[str] = "price_field"

    nodes: Annotated[tuple[str, ...], Names()] = about("names of the places", "", "[nodes]")
    edges: Annotated[tuple[Edge, ...], Tables(most=1_000_000)] = about(
        "lines between places; several between the same two are allowed"
    )
    producers: Annotated[tuple[Producer, ...], Tables()] = about("who offers energy")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = set(self.nodes)
        for i, edge in enumerate(self.edges):
            for name, end in zip(("from", "to"), edge.ends, strict=True):
                if end not in known:
                    raise invalid(f"edges[{i}].{name}", end, "a name in nodes")
            if edge.ends[0] == edge.to:
                raise invalid(f"edges[{i}].to", edge.to, "another node than from")
        for i, producer in enumerate(self.producers):
            if producer.node not in known:
                raise invalid(f"producers[{i}].node", producer.node, "a name in nodes")
        return self
