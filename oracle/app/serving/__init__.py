"""The service on a store, apart from a run."""
