"""A community: members, tariffs, profiles and forecasts, and how they become the two games."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oracle.community.errors import CommunityError
    from oracle.community.load import load_community, parse_community, profiles_path
    from oracle.community.model import Community, Member
    from oracle.community.profiles import Profiles, load_profiles, parse_profiles

__all__ = [
    "Community",
    "CommunityError",
    "Member",
    "Profiles",
    "load_community",
    "load_profiles",
    "parse_community",
    "parse_profiles",
    "profiles_path",
]

_PLACES = {
    "CommunityError": "errors",
    "load_community": "load",
    "parse_community": "load",
    "profiles_path": "load",
    "Community": "model",
    "Member": "model",
    "Profiles": "profiles",
    "load_profiles": "profiles",
    "parse_profiles": "profiles",
}


def __getattr__(name: str) -> Any:
    # pandas takes a second to import, and solving a game needs none of it.
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
