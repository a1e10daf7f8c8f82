"""Whose data it is: hers, for her own signature or the operator."""

from __future__ import annotations

from fastapi import Request

from oracle.service.errors import ApiError
from oracle.service.http.bodies import checked_address, client_of
from oracle.service.http.context import Context
from oracle.service.store.records import MemberRecord


def own_member(
    context: Context, request: Request, address: str, authorization: str | None
) -> MemberRecord:
    """The member at an address, if the caller may see her data.

    Raises ApiError 401 without credentials, 403 for somebody else's, 404 where nobody has the
    address, 422 for a wrong checksum, 429 for too many.
    """
    context.signatures.take(client_of(request))
    caller = context.gate.reader(authorization)
    address = checked_address(address)
    if not caller.may_see(address):
        raise ApiError(403, "a member's data is for her own signature and the operator")
    found = context.store.member(address)
    if found is None:
        raise ApiError(404, f"{address}: not a member")
    return found
