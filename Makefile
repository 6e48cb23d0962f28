# One command each: `make run` does the main job, `make test` proves the house is in order.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check

.PHONY: run demo demo-campaign demo-later test env env-test lock lint types contracts docs mutants bench shots clean help

run: env  ## collect, assess and publish examples/jupyter
	$(BIN)/muniment run examples/jupyter

env: .venv/.run
env-test: .venv/.test

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.run: .venv/bin/python locks/run.txt pyproject.toml
	$(PIP) --require-hashes -r locks/run.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: .venv/.run locks/test.txt
	$(PIP) --require-hashes -r locks/test.txt
	@touch $@

lock: env-test  ## versions and hashes, no addresses
	locks/relock

test: env-test lint types contracts
	$(BIN)/python -m compileall -q src  # once, and not by each command that tests start where Python may keep nothing
	$(BIN)/python -m pytest -n 2 --ignore tests/stores/test_kills.py
	$(BIN)/python -m pytest tests/stores/test_kills.py  # alone, so that its histogram is seen and its clock is its own
	$(MAKE) docs

lint:
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
types:
	$(BIN)/mypy
contracts:
	$(BIN)/lint-imports

docs:
	$(BIN)/python -m sphinx -q -W -b html docs docs/_build/html

mutants: env-test  ## break each law on purpose in a copy; a named test must turn red
	$(BIN)/python tests/mutants/run.py

# Always the same, so that a second `make demo` is told what has not changed.
PORT ?= 40217
demo: env-test  ## the made-up project, on a simulated GitHub; nothing leaves this machine
	$(BIN)/python -m muniment.testing.github --world demo --port $(PORT) -- \
		$(BIN)/muniment run examples/demo --out out/demo

# A campaign is started once; what people decided stays in the project's database.
demo-campaign: demo
	@$(BIN)/muniment campaign status two-factor -r examples/demo >/dev/null 2>&1 || \
		$(BIN)/muniment campaign start two-factor --by ada -r examples/demo

demo-later: demo-campaign  ## the same project a while later: a campaign runs, what got better, what got worse
	$(BIN)/python -m muniment.testing.github --world demo-later --port $(PORT) -- \
		$(BIN)/muniment run examples/demo --out out/demo

shots: demo env-test  ## photograph the made-up project's pages (needs Debian's chromium)
	$(BIN)/python docs/shots.py out/demo/council out/shots index subprojects/lodestar subprojects/shared findings \
		access--organization-without people/noor evidence assets/github--org--callisto-harbour \
		ship/pypi--callisto-lodestar
	$(BIN)/python docs/shots.py out/demo/clear out/shots/clear index
	$(BIN)/python docs/shots.py made-up out/shots/made-up ship/pypi--lodestar council credentials \
		reviews/shared-accounts
	$(BIN)/python docs/shots.py campaign out/shots/campaign campaigns/two-factor

# Not here: faults (40 minutes) and recorded_reality (needs PyPI); both are run by hand.
bench: env-test  ## the figures of docs/benchmarks.md, some minutes each
	for b in start pairs as_of kills simulated_github github rules trees sync discover asking weaker_reads access pages campaign; do $(BIN)/python benchmarks/$$b.py || exit 1; done

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/'

clean:
	rm -rf .venv out docs/_build docs/reference
