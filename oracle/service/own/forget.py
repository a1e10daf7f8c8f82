"""Forgetting a member: her name and its hash's salt, in every deployment that a store holds.

Who only asked to join is forgotten alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from eth_utils.address import is_address, to_checksum_address
from sqlalchemy import Connection, select, union, update

from oracle.service.errors import StoreError
from oracle.service.store import tables
from oracle.service.store.join_requests import erase_request
from oracle.service.store.store import Store

LABEL = "former member"
_LABEL = re.compile(rf"{LABEL} \d+")


@dataclass(frozen=True)
class Forgettable:
    """An account to be forgotten: its names (of several deployments), and what it is called then.

    `names` is empty if they are erased already.
    """

    address: str
    label: str
    names: tuple[str, ...]


def find_member(store: Store, who: str) -> tuple[Forgettable, ...]:
    """The accounts that bear a name, or the one of an address; none if nobody does.

    A name is compared as it is read, not as it is encoded (Unicode NFC). Raises StoreError where
    several members of one deployment have the name.
    """
    with store.database.read() as connection:
        return _find(connection, who)


def forget_member(
    store: Store, who: str, *, step: Callable[[str], None] = lambda done: None
) -> tuple[Forgettable, ...]:
    """Erase name and salt of whom `find_member` finds: all of it or, if it is cut short, nothing.

    The label takes the name's place. Follow it by `store.database.compact()`, or the text may stay
    in free pages; until then `store.database.uncompacted()`. `step` hears how far it is.
    """
    table = tables.members
    with store.database.write() as connection:
        found = _find(connection, who)
        if any(one.names for one in found):
            store.database.leave_to_compact(connection)
        for one in found:
            connection.execute(
                update(table)
                .where(table.c.address == one.address.lower())
                .values(name=one.label, salt=None, name_changed=True)
            )
            erase_request(connection, one.address)
            step("erased")
    step("committed")
    return found


def _find(connection: Connection, who: str) -> tuple[Forgettable, ...]:
    wanted = _same(who)
    everybody = union(  # not twice who asked to join and did, under one name
        *(
            select(table.c.instance, table.c.address, table.c.name)
            for table in (tables.members, tables.join_requests)
        )
    )
    rows = connection.execute(everybody.order_by("instance", "address")).all()
    bearers = [row for row in rows if row.name is not None and _same(row.name) == wanted]
    for before, row in pairwise(bearers):
        if before.instance == row.instance:
            raise StoreError(
                f"NAME: {who!r}: several members have it; give an address: "
                f"{to_checksum_address(before.address)} or {to_checksum_address(row.address)}"
            )
    addresses = sorted({row.address for row in bearers})
    if not addresses and is_address(who):
        addresses = sorted({row.address for row in rows} & {who.lower()})
    return tuple(_forgettable(rows, address) for address in addresses)


def _forgettable(rows: Sequence[Any], address: str) -> Forgettable:
    own = [row for row in rows if row.address == address]
    names = tuple(dict.fromkeys(row.name for row in own if row.name is not None))
    labels = [name for name in names if _LABEL.fullmatch(name)]
    # Counted by address: the same number each time, and nobody else's in the deployment.
    here = (row.address for row in rows if row.instance == own[0].instance)
    deployment = list(dict.fromkeys(here))
    label = labels[0] if labels else f"{LABEL} {deployment.index(address) + 1}"
    kept = tuple(name for name in names if name not in labels)
    return Forgettable(to_checksum_address(address), label, kept)


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip())
