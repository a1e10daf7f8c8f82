"""What an edge server answers to its peers."""
