"""Backups of an edge server: store, configuration and keystore in one encrypted file."""
