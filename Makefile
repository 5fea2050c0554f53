# Furet: type `make` to see what there is.
#
# Everything is installed below this folder (.venv, .tools); nothing else on the machine is touched. uv is fetched by
# `pip install --target`, which also works where the system Python is marked as externally managed and has no venv module.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
UV_VERSION := 0.13.9
UV := .tools/uv/$(UV_VERSION)/bin/uv
PY := .venv/bin/python
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
# Compiled modules are kept, as in any installation: the tests start many processes.
export PYTHONDONTWRITEBYTECODE :=

API_LOCK := requirements-api.lock
ALL_LOCK := requirements-all.lock
WITH_BYTECODE := --compile-bytecode --require-hashes

.PHONY: help run install test test-clients test-slow fuzz bench notebooks lab lock format clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS=$$'\t' read -r name what; do printf '  make %-14s %s\n' "$$name" "$$what"; done

run: .venv/.api ## install the API alone, migrate, fill an empty database with the demo company, serve on http://127.0.0.1:8000
	@exec .venv/bin/furet up

install: .venv/.all ## everything (API, research, tests, benches) in .venv

test: .venv/.all ## format, lint, types and every test on SQLite and PostgreSQL (eight minutes on two cores)
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	@# On a fresh checkout types and compiled fits take a minute of a core each; the tests of the API come first anyhow.
	@told=$$(mktemp); trap 'rm -f "$$told"' EXIT; \
	$(PY) -m mypy >"$$told" 2>&1 & typing=$$!; \
	$(PY) -m tests.research.compiled & compiling=$$!; \
	$(PY) -m pytest -n 2 --dist worksteal -q -m "not slow and not clients and not fuzz"; failed=$$?; \
	wait $$compiling || failed=1; \
	wait $$typing || failed=1; \
	cat "$$told"; exit $$failed

test-clients: .venv/.all ## real foreign clients (under 30 minutes)
	$(PY) -m pytest -q -m clients tests/clients

test-slow: .venv/.all ## statistical proofs that take a while
	$(PY) -m pytest -n 2 --dist worksteal -q -s -m slow

fuzz: .venv/.all ## long random runs against the whole API
	$(PY) -m pytest -q -m fuzz

bench: .venv/.all ## every benchmark, tables on the terminal
	$(PY) -m tests.benchmarks

notebooks: .venv/.all ## run every notebook again and write what it shows (a few minutes)
	$(PY) -m tests.notebooks.execute

lab: .venv/.all ## JupyterLab on notebooks/
	.venv/bin/jupyter lab --notebook-dir=notebooks

format: .venv/.all ## rewrite the code in the house format
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

lock: $(UV) ## make both lock files anew
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --upgrade --extra postgres pyproject.toml -o $(API_LOCK)
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --upgrade --constraints $(API_LOCK) --all-extras --group test --group bench pyproject.toml -o $(ALL_LOCK)

clean: ## remove .venv and .tools (never the data in .furet)
	rm -rf .venv .tools

$(UV):
	@echo "Installing uv $(UV_VERSION) below .tools ..."
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target .tools/uv/$(UV_VERSION) uv==$(UV_VERSION)
	@touch $@

.venv/.python: | $(UV)
	@$(UV) venv --quiet --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	@touch $@

# The lock of everything is compiled under the API's, so either order of the two ends with the same API.
.venv/.api: $(API_LOCK) pyproject.toml | .venv/.python
	@echo "Installing the API into .venv ..."
	@$(UV) pip install --quiet --python .venv $(WITH_BYTECODE) -r $(API_LOCK)
	@$(UV) pip install --quiet --python .venv --no-deps -e .
	@touch $@

.venv/.all: $(ALL_LOCK) .venv/.api | .venv/.python
	@echo "Installing everything into .venv ..."
	@$(UV) pip install --quiet --python .venv $(WITH_BYTECODE) -r $(ALL_LOCK)
	@touch $@
