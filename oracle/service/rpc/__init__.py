"""The chain's node behind the page's own origin."""
