"""The store's migrations, run by `oracle.service.database` when a store is opened."""
