# What there is to do. `make` alone lists it.
#
#   make up ARGS="--rows 1000000"      arguments for leat
#   make test FILTER=Replication       only some tests

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help up down build test faults alerts soak bench memory format lint generate bootstrap ci clean

ARGS ?=
FILTER ?=
LEAT_CACHE ?= $(HOME)/.cache/leat
export LEAT_CACHE

# The libraries that bootstrap may have unpacked beside the system.
env := source "$(LEAT_CACHE)/build.env";

# The servers are fetched while the compiler works: the one takes the network, the other the processors.
fetching := scripts/bootstrap --quiet mysql clickhouse influxdb prometheus alertmanager & fetch=$$!; \
	trap 'kill $$fetch 2> /dev/null || true' EXIT;
fetched := wait $$fetch; trap - EXIT

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## fetch the servers, build leat, start the local platform and fill it (`make down` stops it)
	@scripts/bootstrap --quiet build
	@$(fetching) $(env) swift build -c release --product leat; $(fetched)
	@exec .build/release/leat up --detach $(ARGS)

down: ## stop the local platform
	@exec .build/release/leat down $(ARGS)

build: ## build leat for release: .build/release/leat
	@scripts/bootstrap --quiet build
	@$(env) swift build -c release --product leat

test: ## run every test, on the real servers, and short runs of the benchmarks, the alert drill and the soak
	@scripts/bootstrap build
	@$(fetching) $(env) swift build --build-tests --explicit-target-dependency-import-check error; $(fetched)
	@$(env) scripts/test $(if $(FILTER),--filter '$(FILTER)')
	@$(if $(FILTER),true,LEAT_BINARY=.build/debug/leat Proofs/EndToEnd/platform)
	@$(if $(FILTER),true,LEAT_BINARY=.build/debug/leat Benchmarks/run --quick)
	@$(if $(FILTER),true,LEAT_BINARY=.build/debug/leat Benchmarks/memory --quick)
	@$(if $(FILTER),true,LEAT_BINARY=.build/debug/leat Proofs/Drill/alerts --quick)
	@$(if $(FILTER),true,LEAT_BINARY=.build/debug/leat Proofs/Soak/integrity --quick)

faults: ## run the tests that kill, stop and cut things
	@scripts/bootstrap
	@$(env) swift build --build-tests
	@$(env) scripts/test --filter Fault

alerts: build ## break a platform in many ways, and see each alert fire and resolve
	@scripts/bootstrap
	@LEAT_BINARY=.build/release/leat Proofs/Drill/alerts $(ARGS)

soak: build ## compare 10 M rows for an hour under writes: what is planted is found and repaired, nothing is made up
	@scripts/bootstrap
	@LEAT_BINARY=.build/release/leat Proofs/Soak/integrity $(ARGS)

bench: build ## measure against the peers and the floor
	@scripts/bootstrap
	@LEAT_BINARY=.build/release/leat Benchmarks/run $(ARGS)

memory: build ## measure the most memory that leat has, in the worst cases
	@scripts/bootstrap
	@LEAT_BINARY=.build/release/leat Benchmarks/memory $(ARGS)

format: ## format the sources
	@swift format --in-place --parallel --recursive Sources Tests Package.swift

lint: ## check the format of the sources and the syntax of the scripts
	@swift format lint --strict --parallel --recursive Sources Tests Package.swift
	@for script in scripts/bootstrap scripts/test .ci/run; do bash -n "$$script"; done

generate: build ## write the generated parts of the documents and of deploy/ again
	@scripts/generate

bootstrap: ## only fetch what is needed: servers and libraries
	@scripts/bootstrap

ci: ## everything that must pass before a change is merged
	@.ci/run

clean: ## remove what was built (servers and data stay)
	@swift package clean
