"""What endpoints that take something share: addresses, bodies with limits, what they may answer."""

from __future__ import annotations

import asyncio
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Annotated, Any, TypeVar

from eth_utils.address import is_checksum_address, to_checksum_address
from fastapi import Header, Path, Request
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from oracle.service.errors import ApiError

PROBLEM = {"$ref": "#/components/schemas/Problem"}
IPV6_PREFIX = 64
ADDRESS = r"^0x[0-9a-fA-F]{40}$"

Address = Annotated[str, Path(pattern=ADDRESS, description="0x, 40 hex digits")]
_T = TypeVar("_T", bound=BaseModel)

Authorization = Annotated[
    str | None, Header(max_length=2000, description="see docs/service.md, Who may ask")
]


def problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    """What each code answers, as a reference: a model for each would take the most of a start."""
    return {code: {"content": {"application/json": {"schema": PROBLEM}}} for code in codes}


def client_of(request: Request) -> str:
    """Whom rates count: an address, or of IPv6 the network of 64 bits that one client has."""
    host = request.client.host if request.client else "unknown"
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return host
    return str(address.ipv4_mapped or ip_network((address, IPV6_PREFIX), strict=False))


async def read_body(request: Request, *, limit: int, seconds: float) -> bytes:
    """A JSON body. Raises ApiError 408, 413 or 415."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    # Other types could be sent by any site's form, without asking.
    if kind != "application/json":
        raise ApiError(415, "allowed: Content-Type application/json")
    large = ApiError(413, f"the body is larger than {limit} bytes")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > limit:
        raise large
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > limit:
                    raise large
                parts.append(part)
    except TimeoutError:
        raise ApiError(408, f"the body did not arrive within {seconds:g} s") from None
    except ClientDisconnect:
        raise ApiError(400, "the client left") from None
    return b"".join(parts)


def json_body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def checked_address(address: str, field: str = "address") -> str:
    """The address with its checksum. Raises ApiError 422 if it carries a wrong one."""
    digits = address[2:]
    mixed = digits != digits.lower() and digits != digits.upper()
    if mixed and not is_checksum_address(address):
        raise ApiError(422, "its EIP-55 checksum is wrong", field=field)
    return to_checksum_address(address.lower())


def parsed(model: type[_T], body: bytes) -> _T:
    """The body as a model. Raises ApiError 422 that names the field; its value is not sent back."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ApiError(422, first["msg"], field=place or "body") from None
