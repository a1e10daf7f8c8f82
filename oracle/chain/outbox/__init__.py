"""A durable outbox: what is to reach the chain is stored, signed, before it is sent."""
