"""A member's agent in a private clearing."""
