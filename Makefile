# `make` alone says what there is to make. What is installed already is not installed again.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV ?= .venv
BIN := $(VENV)/bin
# PYTHON=/path/to/python names an interpreter; otherwise the first of these that is new enough.
PYTHONS := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
NEW_ENOUGH := import sys; raise SystemExit(sys.version_info < (3, 11))
# --no-build-isolation: hatchling comes from the environment, so a second build needs no network.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --no-build-isolation

# Folders count too: their time changes when a file is taken away.
SOURCES := $(shell find credscore models -name __pycache__ -prune -o -print) pyproject.toml
RECIPES ?= $(foreach target,credibility quality genre,$(wildcard models/$(target)/*/recipe.toml))
ARTICLES ?= $(wildcard seeds/articles/*.txt)
TESTS ?=

.PHONY: help demo test test-oldest test-engines lint train bench lock audit clean

help:
	@echo "make demo    install credscore into $(VENV) and score the articles in seeds/"
	@echo "make test    run the tests, those of the built wheel last; TESTS='-k byline' chooses"
	@echo "make lint    ruff and mypy --strict"
	@echo "make train   train every models/<target>/<version>/recipe.toml; RECIPES=... chooses"
	@echo "make bench   measure speed"
	@echo "make test-oldest  run the tests with the oldest packages that pyproject.toml admits"
	@echo "make test-engines  run the recipes for Ray and datatrove, each engine in its own environment"
	@echo "make lock    write requirements.lock and sbom.cdx.json anew"
	@echo "make audit   ask for known vulnerabilities of everything in requirements.lock"
	@echo "make clean   remove $(VENV), caches and out/"

$(VENV)/.python:
	@for python in $(PYTHONS); do \
	    if "$$python" -c '$(NEW_ENOUGH)' 2>/dev/null; then chosen=$$python; break; fi; \
	done; \
	if [ -z "$${chosen:-}" ]; then \
	    echo "credscore needs Python 3.11 or newer; tried: $(PYTHONS)." >&2; \
	    echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; \
	    exit 1; \
	fi; \
	echo "making $(VENV) with $$("$$chosen" --version)"; \
	"$$chosen" -m venv --clear $(VENV) || { \
	    echo "python -m venv failed; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) install "hatchling>=1.27"
	@touch $@

# The package alone, whenever a source changes.
$(VENV)/.package: $(SOURCES) $(VENV)/.runtime
	@$(INSTALL) --no-deps .
	@touch $@

$(VENV)/.runtime: pyproject.toml | $(VENV)/.python
	@echo "installing credscore and what it needs"
	@$(INSTALL) .
	@touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.runtime
	@echo "installing what the tests need"
	@$(INSTALL) ".[test]"
	@touch $@

$(VENV)/.lint: pyproject.toml $(VENV)/.runtime
	@echo "installing ruff and mypy"
	@$(INSTALL) ".[lint]"
	@touch $@

demo: $(VENV)/.package
	@mkdir -p out
	@$(BIN)/credscore score $(ARTICLES) --reasons 3 --html out/demo.html

# The tests run on the installed package, not on the checkout: -P keeps the checkout off the path.
test: $(VENV)/.test $(VENV)/.package
	@$(BIN)/python -P -m pytest $(TESTS)

# Left out: what needs the newest build tools. Old scikit-learn beside new SciPy warns of what will go.
OLDEST := $(VENV)-oldest
test-oldest: $(VENV)/.python
	@$(PIP) install uv
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(OLDEST)
	@VIRTUAL_ENV=$(OLDEST) $(BIN)/uv pip install --quiet --resolution lowest-direct ".[test]"
	@CREDSCORE_COMPLETE=1 $(OLDEST)/bin/python -P -m pytest -m "not wheel" -W ignore::DeprecationWarning $(TESTS)

# Large, and not among what `make test` installs: the newest of each that can be had.
ENGINES := ray[data] datatrove
test-engines: $(VENV)/.python
	@$(PIP) install uv
	@for engine in $(ENGINES); do \
	    name=$${engine%%[*}; \
	    $(BIN)/uv venv --quiet --clear --python $(BIN)/python "$(VENV)-$$name"; \
	    VIRTUAL_ENV="$(VENV)-$$name" $(BIN)/uv pip install --quiet ".[arrow]" hypothesis pytest "$$engine"; \
	    VIRTUAL_ENV="$(VENV)-$$name" $(BIN)/uv pip list --quiet | grep "^$$name "; \
	    "$(VENV)-$$name/bin/python" -P -m pytest "tests/pipelines/test_recipes.py::test_recipe[$$name]"; \
	done

lock: $(VENV)/.python
	@$(PIP) install uv
	@$(BIN)/python benchmarks/supply_chain.py --uv $(BIN)/uv

audit: $(VENV)/.python
	@$(PIP) install pip-audit
	@$(BIN)/python benchmarks/vulnerabilities.py --pip-audit $(BIN)/pip-audit

lint: $(VENV)/.lint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

train: $(VENV)/.package
	@[ -n "$(RECIPES)" ] || { echo "models/ holds no recipe.toml" >&2; exit 1; }
	@for recipe in $(RECIPES); do \
	    echo "training $$recipe"; OMP_NUM_THREADS=1 $(BIN)/python -m credscore.training "$$recipe"; \
	done

bench: $(VENV)/.package
	@$(BIN)/python benchmarks/speed.py

clean:
	@rm -rf $(VENV) $(OLDEST) $(VENV)-ray $(VENV)-datatrove out build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	@find credscore tests benchmarks seeds -name __pycache__ -type d -prune -exec rm -rf {} +
