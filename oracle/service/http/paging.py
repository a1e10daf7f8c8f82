"""How lists are asked for: a page of them, from where on, in which order."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query

LARGEST_PAGE = 1000
LARGEST_NUMBER = 2**62

After = Annotated[
    int | None, Query(ge=-1, le=LARGEST_NUMBER, description="only beyond this number")
]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE)]
Order = Annotated[Literal["oldest", "newest"], Query(description="which come first")]
