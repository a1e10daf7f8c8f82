"""Solutions as figures. Every function takes and returns an `Axes`; none shows or saves.

Games' figures are in `oracle.plots.games`, which loads every game: a day's figure does without.
"""
