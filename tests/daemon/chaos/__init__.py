"""Faults crossed with the places where they strike, and what a round makes of it."""
