"""The round as use cases: observe, solve, finish in exact integers, agree, post, settle.

Pure decisions: the chain, the clock and the keys come in through the ports.
"""
