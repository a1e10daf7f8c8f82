"""Who asks: the operator by a bearer token, a member by an EIP-712 signature of her key.

The market's administrator, whoever that is on the chain, is the operator by her signature too.

Reading her own data takes an `Access` signature that holds for at most an hour. Changing anything
takes an `Action` signature over this one request, with a nonce that counts once. Both name the
instance, so that a signature made for one deployment opens no other with the same addresses.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils.crypto import keccak

from oracle.service.errors import ApiError, ServiceError

if TYPE_CHECKING:
    # Whoever only signs, as an agent does, needs no database.
    from oracle.service.store.store import Store

DOMAIN_NAME = "wattmarket service"
ACCESS_SECONDS = 3600
ACTION_SECONDS = 600
SCHEME = "Wattmarket"

_ACCESS = [
    {"name": "instance", "type": "string"},
    {"name": "account", "type": "address"},
    {"name": "expires", "type": "uint256"},
]
_ACTION = [
    {"name": "instance", "type": "string"},
    {"name": "account", "type": "address"},
    {"name": "method", "type": "string"},
    {"name": "path", "type": "string"},
    {"name": "body", "type": "bytes32"},
    {"name": "expires", "type": "uint256"},
    {"name": "nonce", "type": "bytes32"},
]
_FIELDS = {
    "account": re.compile(r"0x[0-9a-fA-F]{40}"),
    "expires": re.compile(r"[0-9]{1,12}"),
    "nonce": re.compile(r"0x[0-9a-fA-F]{64}"),
    "signature": re.compile(r"0x[0-9a-fA-F]{130}"),
}


@dataclass(frozen=True)
class Caller:
    """Who signed the request: the operator (by her token: no address), or the key of an address."""

    operator: bool
    address: str | None = None

    def may_see(self, address: str) -> bool:
        return self.operator or self.address == address.lower()


def access_message(*, instance_id: str, chain_id: int, account: str, expires: int) -> Any:
    """The typed data (a JSON document) that a member signs to read her own data."""
    message = {"instance": instance_id, "account": account, "expires": expires}
    return _typed("Access", _ACCESS, chain_id, message)


def action_message(
    *,
    instance_id: str,
    chain_id: int,
    account: str,
    method: str,
    path: str,
    body: bytes,
    expires: int,
    nonce: str,
) -> Any:
    """The typed data (a JSON document) that a member signs for one request that changes something.

    `body` is the request's; its keccak-256 is signed. `nonce` is 32 random bytes, 0x-hex.
    """
    message = {
        "instance": instance_id,
        "account": account,
        "method": method,
        "path": path,
        "body": "0x" + keccak(body).hex(),
        "expires": expires,
        "nonce": nonce,
    }
    return _typed("Action", _ACTION, chain_id, message)


def authorization(account: str, expires: int, signature: str, nonce: str | None = None) -> str:
    """The value of the Authorization header for a signature (0x-hex of 65 bytes)."""
    once = f", nonce={nonce}" if nonce else ""
    return f"{SCHEME} account={account}, expires={expires}{once}, signature={signature}"


def signable(typed: Any) -> SignableMessage:
    """Typed data, ready for eth_account to sign."""
    return encode_typed_data(full_message=typed)


def operator_token(path: Path) -> str:
    """The operator's token; made, for its owner alone, if the file is not there.

    Raises ServiceError when others may read the file, or it holds no token.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _existing_token(path)
    except OSError as error:
        raise ServiceError(f"token file: {path}: {error.strerror}") from None
    token = secrets.token_urlsafe(32)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(token + "\n")
    return token


def _existing_token(path: Path) -> str:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(file.fileno())
            token = file.read(4096).decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ServiceError(f"token file: {path}: {error}; allowed: a file of ours") from None
    if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077:
        raise ServiceError(
            f"token file: {path}: mode {stat.S_IMODE(status.st_mode):04o}; allowed: 0600"
        )
    if len(token) < 32 or not token.isprintable() or " " in token:
        raise ServiceError(f"token file: {path}: no token in it; delete it to have one made")
    return token


class Gate:
    """Checks the Authorization header. Thread-safe; reads the store, and writes used nonces.

    `administrator` tells who holds the market's office now, None where nobody can say.
    """

    def __init__(
        self,
        store: Store,
        token: str,
        *,
        clock: Callable[[], float] = time.time,
        administrator: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._store = store
        self._token = token.encode()
        self._clock = clock
        self._administrator = administrator

    def reader(self, header: str | None) -> Caller:
        """Who wants to read. Raises ApiError 401."""
        credentials = self._credentials(header)
        if credentials is None:
            return Caller(operator=True)
        account, expires = self._term(credentials, ACCESS_SECONDS)
        typed = access_message(**self._instance(), account=account, expires=expires)
        return self._caller(self._signer(typed, credentials))

    def operator(self, header: str | None) -> None:
        """Raises ApiError 401, or 403 where somebody else than the operator wants to read."""
        if not self.reader(header).operator:
            raise ApiError(403, "this is for the operator")

    def writer(self, header: str | None, *, method: str, path: str, body: bytes) -> Caller:
        """Who wants to change something: the operator, or a registered key, once for each nonce.

        Raises ApiError 401, or 403 for a key that is nobody's.
        """
        credentials = self._credentials(header)
        if credentials is None:
            return Caller(operator=True)
        account, use = self._action(credentials, method, path, body)
        caller = self._caller(account)
        if not caller.operator and self._store.member(account) is None:
            raise ApiError(403, "the key of this signature is not registered")
        use()
        return caller

    def visitor(self, header: str | None, *, method: str, path: str, body: bytes) -> str:
        """The account (lower case) whose key signed an action, registered or not.

        Raises ApiError 401, also for the operator's token: it is nobody's account.
        """
        credentials = self._credentials(header)
        if credentials is None:
            raise _unknown("this needs the signature of the account itself")
        account, use = self._action(credentials, method, path, body)
        use()
        return account

    def _action(
        self, credentials: dict[str, str], method: str, path: str, body: bytes
    ) -> tuple[str, Callable[[], None]]:
        """Who signed this one request, and what uses its nonce up or raises ApiError 401."""
        account, expires = self._term(credentials, ACTION_SECONDS)
        nonce = credentials.get("nonce")
        if nonce is None:
            raise _unknown("nonce: missing; a change is signed with one of 32 random bytes")
        typed = action_message(
            **self._instance(),
            account=account,
            method=method,
            path=path,
            body=body,
            expires=expires,
            nonce=nonce,
        )
        signer = self._signer(typed, credentials)
        # The account joins the nonce, so that nobody can use up another's.
        key = "0x" + keccak(text=f"{signer} {nonce.lower()}").hex()

        def use() -> None:
            if not self._store.use_nonce(key, expires=expires, now=int(self._clock())):
                raise _unknown("nonce: used before; sign again with a new one")

        return signer, use

    def _caller(self, account: str) -> Caller:
        holder = self._administrator()
        return Caller(operator=holder is not None and holder.lower() == account, address=account)

    def _credentials(self, header: str | None) -> dict[str, str] | None:
        """The fields of a signature, or None for the operator's token."""
        scheme, _, rest = (header or "").strip().partition(" ")
        if scheme.lower() == "bearer":
            if hmac.compare_digest(rest.strip().encode("utf-8", "replace"), self._token):
                return None
            raise _unknown("the bearer token is not the operator's")
        if scheme.lower() != SCHEME.lower():
            raise _unknown("this needs the operator's token or the member's signature")
        return _fields(rest)

    def _term(self, credentials: dict[str, str], longest: int) -> tuple[str, int]:
        expires = int(credentials["expires"])
        now = self._clock()
        if expires <= now:
            raise _unknown("the signature has expired")
        if expires > now + longest:
            raise _unknown(f"expires: at most {longest} s from now")
        return credentials["account"], expires

    def _instance(self) -> dict[str, Any]:
        instance = self._store.instance()
        if instance is None:
            raise ApiError(503, "no deployment yet")
        return {"instance_id": instance.instance_id, "chain_id": instance.chain_id}

    def _signer(self, typed: Any, credentials: dict[str, str]) -> str:
        """The account in lower case, whose signature this is. Raises ApiError 401."""
        account = credentials["account"].lower()
        try:
            signature = bytes.fromhex(credentials["signature"][2:])
            signer = str(Account.recover_message(signable(typed), signature=signature))
        except Exception:  # the library raises many kinds for the many ways to be no signature
            signer = ""
        if signer.lower() != account:
            raise _unknown("the signature is not this account's, or is over something else")
        return account


def credentials_of(header: str | None) -> dict[str, str] | None:
    """The fields of a member's signature, unchecked; None where the header holds none."""
    scheme, _, rest = (header or "").strip().partition(" ")
    return _fields(rest) if scheme.lower() == SCHEME.lower() else None


def _fields(rest: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for part in rest.split(","):
        name, _, value = part.strip().partition("=")
        if name not in _FIELDS or name in fields or not _FIELDS[name].fullmatch(value):
            raise _unknown("allowed: Wattmarket account=0x…, expires=…, [nonce=0x…,] signature=0x…")
        fields[name] = value
    for name in ("account", "expires", "signature"):
        if name not in fields:
            raise _unknown(f"{name}: missing in the signature")
    return fields


def _typed(name: str, fields: list[dict[str, str]], chain_id: int, message: Any) -> Any:
    return {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
            ],
            name: fields,
        },
        "primaryType": name,
        "domain": {"name": DOMAIN_NAME, "version": "1", "chainId": chain_id},
        "message": message,
    }


def _unknown(message: str) -> ApiError:
    return ApiError(401, message, headers={"WWW-Authenticate": f"Bearer, {SCHEME}"})
