"""The same days under every mechanism."""
