"""A member's right to be forgotten."""
