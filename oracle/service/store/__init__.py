"""The store: what happened, in SQLite or PostgreSQL; written by the day and the daemon."""
