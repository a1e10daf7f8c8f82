"""Markets on real chains: a deployment, the one that succeeds it, and finding it."""
