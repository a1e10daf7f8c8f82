"""What a run left, as tables for other programs."""
