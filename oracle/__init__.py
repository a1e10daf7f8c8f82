"""wattmarket: a community electricity market whose posted prices are equilibria of games."""

from __future__ import annotations

__all__ = ["UserError"]


class UserError(ValueError):
    """What the user gave cannot be used. Its text is one line; the command line exits with 2."""
