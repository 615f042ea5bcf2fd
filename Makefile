# Setu. `make help` lists what there is; each line below is a thin door to ops/.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo up down clean doctor test soak restore-drill attack format bench env compose-check cluster cluster-env cluster-check lock
export PATH := $(CURDIR)/.venv/bin:$(PATH)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## the whole system on this machine with an invented directory; stays until Ctrl-C
	@ops/scripts/prepare demo
	@exec setu demo

up: ## the same without sample data, in the background
	@ops/scripts/prepare demo
	@setu up

down: ## stop what `make up` or a killed `make demo` left running
	@ops/scripts/prepare python
	@setu down

clean: ## stop, and forget all data, secrets and mail of this checkout's stack
	@ops/scripts/prepare python
	@setu clean

doctor: ## say in plain words what is missing or wrong
	@ops/scripts/prepare python
	@setu doctor

test: ## format, lint, types, import rules and every test (≤ 12 minutes on two cores)
	@ops/scripts/prepare test
	@ops/scripts/check

soak: ## the wall, the faults, an upgrade, slow clients and the directory's answers at full size and at random (SETU_SOAK_MINUTES, 60; PARTS=load or cluster-load: ten minutes of load); prints its seed
	@ops/scripts/prepare test
	@python -m local_stack.test_servers -- python -m soak $(PARTS)

restore-drill: ## back up a service with SETU_DRILL_REFERRALS (10000), go on, lose the database, restore, compare every answer
	@ops/scripts/prepare test
	@SETU_DRILL_REFERRALS=$${SETU_DRILL_REFERRALS:-10000} python -m local_stack.test_servers -- python -m pytest -q -p no:cacheprovider tests/integration/referral/erasure/test_restore_drill.py

attack: ## play hostile tests against a demo on loopback, one that runs or its own; SETU_ATTACK_SECONDS (600); prints its seed
	@ops/scripts/prepare test
	@python -m attack $(FAMILIES)

format: ## put source files into the one format and sort their imports
	@ops/scripts/prepare test-python
	@ruff format -q . && ruff check -q --fix-only . && echo "formatted"

bench: ## the benchmarks of ops/bench, each beside a bare baseline; ends with a table of aims: met or missed
	@ops/scripts/prepare test
	@python -m local_stack.test_servers -- python -m bench

env: ## write .env for docker compose: secrets made anew, never overwritten
	@ops/scripts/prepare python
	@setu compose env

compose-check: ## build docker-compose.yml's images, drive a referral through it, lose and restore its database, drive another
	@ops/scripts/prepare python
	@ops/scripts/compose-check

cluster-env: ## write var/cluster/.env for make cluster: secrets made anew, never overwritten
	@ops/scripts/prepare python
	@setu compose env --file var/cluster/.env --http-port $$(( $${SETU_PORT_BASE:-8000} + 80 ))

cluster: cluster-env ## start docker-compose.cluster.yml: three hosts' worth of servers on this machine (some 3 GB)
	@ops/scripts/cluster

cluster-check: ## drive a referral through a cluster of its own, break it under load, compare with the clients' journal; prints its seed
	@ops/scripts/prepare python
	@python -m cluster_check

lock: ## resolve pyproject.toml's dependencies anew into the two locks (needs uv)
	@ops/scripts/lock
