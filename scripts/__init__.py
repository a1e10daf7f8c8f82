"""Brownie's scripts. They import nothing of the package `oracle`."""
