"""`oracle.toml`: what one edge server is told. Every wrong key is one line."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from eth_utils.address import is_address, to_checksum_address
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from oracle import UserError

GWEI = 10**9


class ConfigError(UserError):
    """A configuration that cannot be used: file, key, value, what is allowed."""


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be http://HOST:PORT or https://HOST")
    return value.rstrip("/")


def _address(value: str) -> str:
    if not is_address(value):
        raise ValueError("must be an address, 0x and 40 hexadecimal digits")
    return str(to_checksum_address(value))


Url = Annotated[str, AfterValidator(_url)]
Address = Annotated[str, AfterValidator(_address)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NodeTable(_Table):
    """The chain."""

    endpoints: list[Url] = Field(
        min_length=1, description="nodes, best three of different operators"
    )
    agree: int = Field(
        default=1, ge=1, description="how many must give the same answer where it sets a price"
    )
    lag: int = Field(
        default=3, ge=0, description="blocks behind the highest head that are too many"
    )
    finality: Literal["depth", "tag"] = Field(
        default="depth", description="final by the deployment's depth, or by the `finalized` tag"
    )

    @model_validator(mode="after")
    def _enough(self) -> NodeTable:
        if self.agree > len(self.endpoints):
            raise ValueError(f"agree: {self.agree}: at most {len(self.endpoints)} endpoints")
        return self


class KeyTable(_Table):
    """The key that signs reports and sends transactions. Never the sealer's."""

    keystore: Path = Field(description="an encrypted keystore file (V3)")
    password_file: Path | None = Field(default=None, description="its password, for its owner only")
    password_env: str | None = Field(default=None, description="or the variable that holds it")

    password_credential: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_.-]+$",
        description="or the systemd credential (`LoadCredential`) that holds it",
    )

    @model_validator(mode="after")
    def _one(self) -> KeyTable:
        given = (self.password_file, self.password_env, self.password_credential)
        if sum(one is not None for one in given) != 1:
            raise ValueError(
                "exactly one of password_file, password_env and password_credential is needed"
            )
        return self


class StoreTable(_Table):
    """What the server must not forget."""

    url: str = Field(description="sqlite:///FILE, or postgresql+psycopg://USER@HOST/NAME")


class WatchTable(_Table):
    """What others post on stakes."""

    challenge: bool = Field(
        default=True, description="refute a wrong posting on stakes; off: only the alarm is raised"
    )


class FeesTable(_Table):
    """What a transaction may cost."""

    cap_gwei: float = Field(default=100, ge=0, description="the most that a gas may ever cost")
    tip_gwei: float = Field(default=1, ge=0, description="the first tip")
    patience_blocks: int = Field(
        default=3, ge=1, description="after so many blocks it is sent again, 12.5 % dearer"
    )


class ListenTable(_Table):
    """Where peers, probes and Prometheus reach this server."""

    host: str = Field(default="127.0.0.1", description="the address to listen on")
    port: int = Field(default=9401, ge=0, le=65535, description="0 takes a free one")


class PeerTable(_Table):
    """Another edge server."""

    signer: Address = Field(description="its signing address")
    url: Url = Field(description="where it listens")


class OracleConfig(_Table):
    """The whole file. Paths are relative to it."""

    deployment: Path = Field(description="the deployment.toml that `deploy` wrote")
    poll_seconds: float = Field(
        default=1.0, gt=0, le=60, description="seconds between two looks at the chain"
    )
    log: Literal["console", "json"] = Field(default="console", description="form of the log")
    node: NodeTable
    key: KeyTable
    store: StoreTable
    watch: WatchTable = WatchTable()
    fees: FeesTable = FeesTable()
    listen: ListenTable = ListenTable()
    peer: list[PeerTable] = Field(default=[], description="one [[peer]] for each other server")


def load_config(path: Path) -> OracleConfig:
    """Reads and checks a file. Raises ConfigError, one line."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    try:
        found = OracleConfig.model_validate(data)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_first(error)}") from None
    return _relative_to(found, path.parent)


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"])) or "file"
    message = first["msg"].removeprefix("Value error, ")
    given = first["input"]
    shown = "" if isinstance(given, dict | list) or first["type"] == "missing" else f" {given!r}:"
    return f"{place}:{shown} {message}"


def _relative_to(config: OracleConfig, folder: Path) -> OracleConfig:
    key = config.key
    moved = key.model_copy(
        update={
            "keystore": folder / key.keystore,
            "password_file": key.password_file and folder / key.password_file,
        }
    )
    url = config.store.url
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        url = f"sqlite:///{folder.resolve() / url.removeprefix('sqlite:///')}"
    return config.model_copy(
        update={
            "deployment": folder / config.deployment,
            "key": moved,
            "store": StoreTable(url=url),
        }
    )


def password_of(key: KeyTable) -> str:
    """Raises ConfigError, one line, where there is none or others may read it."""
    if key.password_env is not None:
        found = os.environ.get(key.password_env)
        if found is None:
            raise ConfigError(f"key.password_env: {key.password_env}: is not set")
        return found
    if key.password_credential is not None:
        return _credential(key.password_credential)
    assert key.password_file is not None
    try:
        mode = key.password_file.stat().st_mode & 0o077
        text = key.password_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"key.password_file: {key.password_file}: {error}") from None
    if mode:
        raise ConfigError(
            f"key.password_file: {key.password_file}: others may read it; chmod 600 it"
        )
    return text.rstrip("\r\n")


def _credential(name: str) -> str:
    """What systemd laid out for this unit alone; its modes say who reads it by an access list."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if folder is None:
        raise ConfigError(f"key.password_credential: {name}: systemd gave this process none")
    try:
        return (Path(folder) / name).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"key.password_credential: {name}: {error}") from None
