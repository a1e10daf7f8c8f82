"""Clearing with members whose data stay with them: the service coordinates, and sees sums."""
