"""What all answers are made of, as OpenAPI shows it, and how the service itself is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class Problem(Out):
    """Every answer other than 2xx."""

    error: str = Field(description="one line")
    field: str | None = Field(None, description="the input that is wrong")
    message: str | None = Field(None, description="the error without its field")


class Health(Out):
    ok: bool = Field(description="the store holds a deployment and the chain can be read")
    version: str
    instance_id: str | None = Field(description="random, new for each deployment")
    chain_id: int | None
    genesis_hash: str | None
    block: int | None
    block_time: int | None = Field(description="chain seconds")
