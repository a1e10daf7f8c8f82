"""What everybody may see of the market."""
