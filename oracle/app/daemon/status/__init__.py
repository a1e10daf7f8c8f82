"""`wattmarket oracle status`: what a server did and what it sees, without disturbing it."""
