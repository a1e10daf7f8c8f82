"""Development chains: start, stop, accounts."""
