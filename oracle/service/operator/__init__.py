"""What the operator sees and decides: members, health, who joins."""
