"""Many scenarios of one game at once: every combination of fields' values, each drawn often."""
