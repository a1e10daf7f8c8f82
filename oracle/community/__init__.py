"""A community: members, tariffs, profiles and forecasts, and how they become the two games."""

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
