"""The lab: games to solve, and the papers' figures."""
