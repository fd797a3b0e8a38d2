# make run and make test each work alone on a machine with Python 3.11 or newer and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
SCENARIO ?= scenarios/baseline.yaml

.PHONY: help run demand scenarios test test-slow lint bench figures-zh clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

run: $(VENV)/installed  ## solve the baseline: results/baseline
	$(BIN)/mineralplan run $(SCENARIO)

demand: $(VENV)/installed  ## project the demand of the baseline: results/baseline_demand
	$(BIN)/mineralplan demand $(SCENARIO)

scenarios: $(VENV)/installed  ## solve every shipped scenario (exit code 1: conflict.yaml cannot be met)
	$(BIN)/mineralplan run scenarios/*.yaml

test: $(VENV)/installed-test  ## the tests, under 5 minutes on 2 cores
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-slow: $(VENV)/installed-test  ## the tests that take minutes
	$(BIN)/python -m pytest -n 2 -m slow

lint: $(VENV)/installed-dev  ## style and types
	$(BIN)/ruff check model tests benchmarks notebooks
	$(BIN)/mypy

bench: $(VENV)/installed-bench  ## the benchmark suite: table of goals and figure of growth in results/bench; goes on where it stopped
	$(BIN)/python benchmarks/suite.py --limit 120 --only province --workers 1
	$(BIN)/python benchmarks/suite.py --limit 120

figures-zh: $(VENV)/installed  ## the baseline with Chinese figures and summary
	$(BIN)/mineralplan run $(SCENARIO) --lang zh

clean:  ## remove the virtual environment
	rm -rf $(VENV)

$(VENV)/python-made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mineralplan needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/python-made pyproject.toml constraints.txt
	$(PIP) -e .
	@touch $@

$(VENV)/installed-test: $(VENV)/python-made pyproject.toml constraints.txt
	$(PIP) -e '.[test]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-bench: $(VENV)/python-made pyproject.toml constraints.txt
	$(PIP) -e '.[test,bench]'
	@touch $@ $(VENV)/installed $(VENV)/installed-test

$(VENV)/installed-dev: $(VENV)/python-made pyproject.toml constraints.txt
	$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/installed $(VENV)/installed-test
