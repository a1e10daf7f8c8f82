"""Meters' files as they come, turned into a community: what was read, what was assumed."""
