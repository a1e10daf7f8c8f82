"""Sums of numbers that nobody tells: what members and the service agree on to the byte."""
