"""Who else takes part: what an agent checks before she hides her numbers among theirs."""

from __future__ import annotations

import json
from collections.abc import Collection

from eth_account import Account
from pydantic import ValidationError

from oracle import UserError
from oracle.rounds.private.messages import Entry
from oracle.service.http.auth import action_message, signable


class RosterError(UserError):
    """The others are not as they must be: she leaves before she says anything."""


def check_roster(
    text: str,
    *,
    own: Entry,
    path: str,
    instance: tuple[str, int],
    least: int,
    among: Collection[str] | None,
) -> list[Entry]:
    """Those of her side, herself left out.

    Every entry must be signed by its account, for this session; accounts and keys differ; she is
    among them as she joined; her side has at least `least`; and `among`, if given, knows them all.
    Raises RosterError.
    """
    try:
        entries = [Entry.model_validate(one) for one in json.loads(text)["roster"]]
        for entry in entries:
            _ = entry.join  # its key is a point of the curve
        for entry in entries:
            _ = entry.join  # its key is a point of the curve
    except (ValueError, KeyError, TypeError, ValidationError):
        raise RosterError("the service sent no roster") from None
    for what in ("account", "key"):
        found = [getattr(entry, what).lower() for entry in entries]
        if len(set(found)) < len(found):
            raise RosterError(f"the roster has one {what} twice")
    if own not in entries:
        raise RosterError("this agent is not in the roster (too late, or taken out as silent)")
    for entry in entries:
        if not _signed(entry, path, instance):
            raise RosterError(f"{entry.account} has not signed that she takes part")
        if among is not None and entry.account.lower() not in among:
            raise RosterError(f"{entry.account} is not among the members that this agent knows")
    side = [entry for entry in entries if entry.side == own.side]
    if len(side) < least:
        raise RosterError(
            f"only {len(side)} on this side: a sum of fewer than {least} would say too much"
        )
    return [entry for entry in side if entry != own]


def _signed(entry: Entry, path: str, instance: tuple[str, int]) -> bool:
    typed = action_message(
        instance_id=instance[0], chain_id=instance[1], account=entry.account, method="POST",
        path=path, body=entry.join.body(), expires=entry.expires, nonce=entry.nonce,
    )  # fmt: skip
    try:
        signature = bytes.fromhex(entry.signature[2:])
        signer = str(Account.recover_message(signable(typed), signature=signature))
    except Exception:  # the library raises many kinds for the many ways to be no signature
        return False
    return signer.lower() == entry.account.lower()
