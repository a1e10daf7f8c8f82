"""What the commands about a local chain do and say."""
