"""Contracts as typed objects, signers, transactions and events, over JSON-RPC."""
