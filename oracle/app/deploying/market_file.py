"""`market.toml`: what a deployment is told. Every wrong key is one line."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from eth_utils.address import is_address, to_checksum_address
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from oracle import UserError


class MarketFileError(UserError):
    """A file that no market can be deployed from: file, key, value, what is allowed."""


def _address(value: str) -> str:
    if not is_address(value):
        raise ValueError("must be an address, 0x and 40 hexadecimal digits")
    return str(to_checksum_address(value))


Address = Annotated[str, AfterValidator(_address)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ServerTable(_Table):
    """An edge server."""

    signer: Address = Field(description="its signing address; `wattmarket oracle key` makes one")
    operator: Address = Field(description="the member who runs it")


class MarketFile(_Table):
    """The whole file. Paths are relative to it."""

    network_account: Address = Field(description="who is paid the network fees")
    community: Path | None = Field(
        default=None, description="terms, clock, zones and fees; default: the one that ships"
    )
    period_seconds: int | None = Field(
        default=None, gt=0, description="chain seconds of a period; default: the community's step"
    )
    depth: int = Field(default=3, ge=0, description="blocks that make a block safe to read")
    meter_delay: int = Field(default=0, ge=0, description="periods that readings come late")
    server: list[ServerTable] = Field(min_length=1, description="one [[server]] for each")

    @field_validator("server")
    @classmethod
    def _odd(cls, servers: list[ServerTable]) -> list[ServerTable]:
        if len(servers) % 2 == 0:
            raise ValueError(f"{len(servers)} servers: must be 2f + 1")
        if len({server.signer for server in servers}) < len(servers):
            raise ValueError("two servers have the same signer")
        return servers


def load_market_file(path: Path) -> MarketFile:
    """Raises MarketFileError, one line."""
    try:
        found = MarketFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise MarketFileError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MarketFileError(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "file"
        said = first["msg"].removeprefix("Value error, ")
        raise MarketFileError(f"{path}: {place}: {said}") from None
    if found.community is None:
        return found
    return found.model_copy(update={"community": path.parent / found.community})
