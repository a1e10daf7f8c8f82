"""A community's day on a chain: who takes part, what they send, what is booked and said of it."""
