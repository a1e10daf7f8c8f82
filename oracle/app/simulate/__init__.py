"""What if: scenarios of a community over weather years."""
