"""Taking back what a store holds of a chain, so that it can be read anew."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from oracle.service.store import tables

OF_THE_CHAIN = (
    tables.periods,
    tables.postings,
    tables.proofs,
    tables.declarations,
    tables.floors,
    tables.contests,
    tables.tickets,
    tables.reputation,
    tables.trades,
    tables.readings,
    tables.corrections,
    tables.elecoin_moves,
    tables.supply_prices,
    tables.member_periods,
    tables.bill_lines,
)


def take_back(connection: Connection, instance_id: str) -> None:
    """Erases what events of the chain told of a deployment. Names, requests to join and whoever
    bears a name stay: the chain does not have them."""
    instances, members = tables.instances, tables.members
    mine = select(instances.c.id).where(instances.c.instance_id == instance_id).scalar_subquery()
    for table in OF_THE_CHAIN:
        connection.execute(delete(table).where(table.c.instance == mine))
    nameless = members.c.name.is_(None), members.c.salt.is_(None), ~members.c.name_changed
    connection.execute(delete(members).where(members.c.instance == mine, *nameless))
