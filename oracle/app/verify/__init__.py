"""Recomputing from chain data alone what was posted and drawn."""
