"""One encrypted file of several: AES-256-GCM under a key that scrypt stretches from a password.

    WATTMARKET BACKUP 1, newline; a line of JSON: salt, n, r, p, nonce; ciphertext and tag

The plain text is a gzipped tar of the files and of `manifest.json`, which has each file's SHA-256.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import secrets
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from Crypto.Cipher import AES

from oracle import UserError

MAGIC = b"WATTMARKET BACKUP 1\n"
MANIFEST = "manifest.json"
N, R, P = 2**15, 8, 1
MOST_MEMORY = 2**28
TAG_BYTES = 16


class BackupError(UserError):
    """A backup that cannot be made or opened: one line."""


@dataclass(frozen=True)
class Contents:
    """Files by name, and what the manifest says besides their checksums."""

    files: Mapping[str, bytes]
    about: Mapping[str, Any]


def seal(contents: Contents, password: str, *, n: int = N) -> bytes:
    """The bytes of a backup. `n` is scrypt's cost."""
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in contents.files.items()}
    manifest = json.dumps(dict(contents.about) | {"sha256": sums}, indent=1).encode()
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w") as tar,
    ):
        for name, data in {MANIFEST: manifest, **contents.files}.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o600
            tar.addfile(entry, io.BytesIO(data))
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    header = json.dumps({"salt": salt.hex(), "n": n, "r": R, "p": P, "nonce": nonce.hex()})
    head = MAGIC + header.encode() + b"\n"
    cipher = AES.new(_key(password, salt, n, R, P), AES.MODE_GCM, nonce=nonce)
    # What the reader needs before it can decrypt is covered by the tag as well.
    cipher.update(head)
    body, tag = cipher.encrypt_and_digest(packed.getvalue())
    return head + body + tag


def unseal(data: bytes, password: str, source: str) -> Contents:
    """The files of a backup, each checked. Raises BackupError with `source` in its line."""
    if not data.startswith(MAGIC):
        raise BackupError(f"{source}: is not a backup of wattmarket")
    end = data.find(b"\n", len(MAGIC))
    try:
        header = json.loads(data[len(MAGIC) : end])
        key = _key(password, bytes.fromhex(header["salt"]), *(int(header[k]) for k in "nrp"))
        cipher = AES.new(key, AES.MODE_GCM, nonce=bytes.fromhex(header["nonce"]))
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{source}: its head is damaged: {error}") from None
    cipher.update(data[: end + 1])
    try:
        packed = cipher.decrypt_and_verify(data[end + 1 : -TAG_BYTES], data[-TAG_BYTES:])
    except ValueError:
        raise BackupError(f"{source}: wrong password, or the file is damaged") from None
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as tar:
        files = {entry.name: _read(tar, entry) for entry in tar if entry.isfile()}
    about = json.loads(files.pop(MANIFEST))
    sums = about.pop("sha256")
    for name, wanted in sums.items():
        if name not in files or hashlib.sha256(files[name]).hexdigest() != wanted:
            raise BackupError(f"{source}: {name}: its checksum is wrong")
    return Contents({name: files[name] for name in sums}, about)


def load(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BackupError(f"{path}: {error.strerror}") from None


def _read(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(entry)
    assert file is not None
    return file.read()


def _key(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=MOST_MEMORY, dklen=32)
