# Two commands matter: `make run` and `make test`. Each sets itself up, and is quick the second time.
HOUSE = sh packaging/house.sh

.DEFAULT_GOAL := help
.PHONY: help run test setup compile page lint format brownie geth bench prove chaos wheel lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## a market day: set up what it needs, then `wattmarket run` (ARGS="--periods 4" is passed on)
	@$(HOUSE) run $(ARGS)

test: ## every test; sets itself up
	@$(HOUSE) test

setup: ## only set up what `make run` needs
	@$(HOUSE) setup

compile: ## compile the contracts for the package, if they changed
	@$(HOUSE) compile

page: ## write what the page generates (ABIs, API types) anew, and build it
	@$(HOUSE) page

lint: ## formats, styles, types, import direction; changes nothing
	@$(HOUSE) lint

format: ## write Python and Solidity in the house's format
	@$(HOUSE) format

brownie: ## brownie's own environment, in .venv-brownie
	@$(HOUSE) brownie

geth: ## Geth 1.13.15 with Go, for a network of three (wattmarket devnet up)
	@$(HOUSE) geth

bench: ## the peers beside us, as ratios (ARGS are passed on)
	@$(HOUSE) bench $(ARGS)

prove: ## slow proofs of the contracts: symbolic, model checker, coverage, mutation (ARGS="symbolic smt" picks parts)
	@$(HOUSE) prove $(ARGS)

chaos: ## faults of every kind at every place of a round; a quarter of an hour (ARGS go to pytest)
	@$(HOUSE) chaos $(ARGS)

wheel: ## build dist/wattmarket-*.whl, install it into an empty environment and try it there
	@$(HOUSE) wheel

lock: ## resolve the Python locks anew (ARGS go to uv)
	@$(HOUSE) lock $(ARGS)

clean: ## remove what was built; environments stay
	@$(HOUSE) clean
