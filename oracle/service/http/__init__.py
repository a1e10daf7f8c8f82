"""The frame of every request: who asks, how much and how often, and how an answer is made."""
