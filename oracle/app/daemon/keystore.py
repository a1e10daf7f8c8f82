"""Encrypted keystore files (Web3 Secret Storage, version 3)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_utils.address import is_address, to_checksum_address

from oracle import UserError
from oracle.chain.signer import Signer
from oracle.devnet.accounts import DEVELOPMENT_CHAINS, development_key


class KeystoreError(UserError):
    """A key file that cannot be opened: one line, without the key."""


def address_of(path: Path) -> str:
    """Whose key a file holds, by what it says: no password is needed. Raises KeystoreError."""
    try:
        said = "0x" + str(_document(path)["address"]).removeprefix("0x")
    except (KeyError, TypeError):
        said = ""
    if not is_address(said):
        raise KeystoreError(f"key.keystore: {path}: is not a keystore file with an address")
    return str(to_checksum_address(said))


def _document(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise KeystoreError(f"key.keystore: {path}: {error.strerror}") from error
    except ValueError:
        raise KeystoreError(f"key.keystore: {path}: is not a keystore file") from None


def open_keystore(path: Path, password: str) -> Signer:
    """The key in a file. Raises KeystoreError."""
    document = _document(path)
    try:
        return Signer(bytes(Account.decrypt(document, password)))
    except (ValueError, TypeError, KeyError) as error:
        reason = "wrong password" if "MAC" in str(error) else "is not a keystore file"
        raise KeystoreError(f"key.keystore: {path}: {reason}") from None


def write_keystore(path: Path, key: bytes, password: str, *, iterations: int | None = None) -> None:
    """A new file for its owner alone; never over one that is there. Raises KeystoreError."""
    document = Account.encrypt(key, password, iterations=iterations)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise KeystoreError(f"{path}: is there already; a key is never overwritten") from None
    except OSError as error:
        raise KeystoreError(f"{path}: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(document, file)


def refuse_development_key(signer: Signer, chain_id: int, names: tuple[str, ...]) -> None:
    """Raises KeystoreError for a key that anyone can derive, off the development chains."""
    if chain_id in DEVELOPMENT_CHAINS:
        return
    for seed in range(16):
        for name in names:
            if development_key(seed, name) == signer.key:
                raise KeystoreError(
                    f"key.keystore: a development key; refused on chain id {chain_id}"
                )
