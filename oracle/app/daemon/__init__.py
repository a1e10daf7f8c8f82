"""The edge server as a daemon: one process, one key, one store, its own nodes."""
