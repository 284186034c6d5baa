# Beckon's commands. Everything is set up by itself; Python 3.11 or newer and make are all it takes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?= --demo
STAMP := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench e2e package clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## create the environment in .venv and nothing else

$(STAMP): requirements.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Beckon needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt --editable .
	@touch $@

run: $(STAMP) ## the whole engine on this machine, playing a shop's day (other arguments: ARGS="--port 18080")
	@$(BIN)/beckon run $(ARGS)

test: $(STAMP) ## all tests that need nothing but this machine
	$(BIN)/python -m pytest -m "not e2e" -n auto --dist worksteal

lint: $(STAMP) ## style, types, layers, rules
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/beckon lint

bench: $(STAMP) ## every benchmark, each a table
	-@$(MAKE) --no-print-directory .venv-peers/.ready # a peer that cannot be had is told in its row
	@for bench in $(basename $(notdir $(filter-out bench/__init__.py,$(wildcard bench/*.py)))); do echo "== bench.$$bench"; $(BIN)/python -m bench.$$bench || exit 1; done

e2e: $(STAMP) .venv-emulator/.ready ## the deployed template on an emulator of AWS, and all recorded events through the engine
	$(BIN)/python -m pytest -m e2e

.venv-emulator/.ready: tests/e2e/requirements.txt
	$(PYTHON) -m venv .venv-emulator
	.venv-emulator/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.venv-peers/.ready: bench/peers/requirements.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

package: $(STAMP) ## a CloudFormation template and the archive for Lambda, in build/
	$(BIN)/beckon package build

clean: ## remove what make has made
	rm -rf $(VENV) .venv-emulator .venv-peers build
