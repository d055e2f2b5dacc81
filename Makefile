# `make help` lists what there is. Everything happens in .venv, made on first use from Python 3.11 or newer.
.DEFAULT_GOAL := help
.PHONY: help demo test check golden build format bench node
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
CODE := src tests bench demo
export MYPYPATH := generated
export MYPY_CACHE_DIR := .mypy_cache

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

demo: .venv/demo  ## build specs/, then call a generated client, REST server and MCP server
	@$(BIN)/naftiko-codegen build specs -o generated
	@$(BIN)/python -m demo

test: .venv/dev  ## run every test; those that need Node skip without `make node`
	$(BIN)/python -m pytest -rfEs -n 2 --dist loadgroup $(ARGS)

check: .venv/dev  ## formatting, lint, types, and generated/ against specs/
	$(BIN)/black --check $(CODE) templates generated
	$(BIN)/ruff check -q $(CODE) templates
	$(BIN)/mypy --strict src
	$(BIN)/mypy --strict -p templates
	$(BIN)/mypy --strict $(patsubst generated/%/,-p %,$(wildcard generated/*/))
	$(BIN)/pyright --pythonpath $(BIN)/python generated
	$(BIN)/naftiko-codegen build specs -o generated --check

golden: .venv/dev  ## rewrite the expected output of tests/cases; review it with git diff
	$(BIN)/python -m pytest tests/test_cases.py --update-golden

build: .venv/base  ## compile specs/ into generated/
	$(BIN)/naftiko-codegen build specs -o generated

format: .venv/dev  ## format our own code
	$(BIN)/ruff check -q --fix $(CODE) templates
	$(BIN)/black -q $(CODE) templates

bench: .venv/dev  ## measure against peers (installed into bench/.work) and rewrite bench/results.md
	$(BIN)/python -m bench $(ARGS)

node:  ## install the Node programs that some tests run
	npm ci --prefix tests/node

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv

.venv/base: .venv/bin/python pyproject.toml
	@$(PIP) --editable . && touch $@

.venv/demo: .venv/base
	@$(PIP) --editable '.[generated]' && touch $@

.venv/dev: .venv/base
	@$(PIP) --editable '.[dev]' && touch $@
