"""Where adapters meet ports: the use cases behind the commands."""
