"""The store's migrations, run by `oracle.service.store.database` when a store is opened."""
