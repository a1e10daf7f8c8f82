"""A member's own data, and its end."""
