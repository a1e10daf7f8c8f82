"""The service: a store of what happened, and a web service that shows it. Knows no chain.

What it needs of the running chain comes in through `oracle.service.live.LivePort`; everything else
it reads from the store, which the market day and the daemon write.
"""
