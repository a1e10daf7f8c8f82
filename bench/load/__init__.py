"""What the system carries: requests, transactions, members; docs/load.md is made of it."""
