# One word per action, the same locally and in CI.  `make help` lists them.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
# Early patch releases of Python 3.11 get some regular expressions wrong; Debian 12 has
# one of them.
OLD_PYTHON ?= $(shell for p in /usr/bin/python3 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 11, 5))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
OLD := .cache/old-python
ARGS ?=
FILE ?=

.PHONY: help try test test-old check check-vscode fmt e2e bench profile vscode clean

help: ## list these words
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

try: .venv/.run ## a real editing session in this terminal, no key needed (FILE=path for your own)
	@$(BIN)/fim-lsp try $(if $(FILE),"$(FILE)") $(ARGS)

test: .venv/.dev ## all tests but the slow ones
	@$(BIN)/pytest -n auto $(ARGS)
	@if [ -n "$(OLD_PYTHON)" ] && [ -z "$(ARGS)" ]; then $(MAKE) --no-print-directory test-old; fi

test-old: $(OLD)/.installed ## what depends on regular expressions, on an early Python 3.11
	@$(OLD)/bin/pytest -q -n auto -p no:cacheprovider tests/completion tests/text tests/echo

$(OLD)/.installed: pyproject.toml
	@echo "Setting up $(OLD) with $$($(OLD_PYTHON) --version) …" >&2
	@$(OLD_PYTHON) -m venv $(OLD)
	@$(OLD)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(OLD)/bin/python -m pip install --quiet --disable-pip-version-check -e . --group test
	@touch $@

check: .venv/.dev ## lint, types, layers, drift
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest -q tests/test_layers.py tests/test_source.py tests/test_drift.py
	@if command -v npm >/dev/null 2>&1; then $(MAKE) --no-print-directory check-vscode; \
	else echo "SKIPPED: the VS Code extension is not checked, npm is not here."; fi

check-vscode: editors/vscode/node_modules/.installed
	@cd editors/vscode && npm run --silent check && npm run --silent test

editors/vscode/node_modules/.installed: editors/vscode/package-lock.json
	@cd editors/vscode && npm ci --ignore-scripts --silent
	@touch $@

fmt: .venv/.dev ## format and mend what lint can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# A real program may be late once on a busy machine; what ran twice is counted so.
e2e: .venv/.e2e ## real editors and a real model server
	@$(BIN)/pytest tests/e2e --reruns 1 $(ARGS)

bench: .venv/.bench ## measure, and write the tables of bench/README.md
	@$(BIN)/python -m bench $(ARGS)

profile: .venv/.bench ## print where one request spends its time, step by step
	@$(BIN)/python -m bench.profile

vscode: .venv/.run editors/vscode/node_modules/.installed ## build the VS Code extension as an installable .vsix
	@cd editors/vscode && npm run package

clean: ## remove what the other words made
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "fim-lsp needs Python 3.11 or newer on the PATH." >&2; exit 1; }
	@echo "Setting up .venv with $$($(PYTHON) --version) …" >&2
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "python -m venv failed; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

.venv/.run: .venv/bin/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/.dev: .venv/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

.venv/.bench: .venv/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	@touch $@

.venv/.e2e: .venv/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group e2e
	@touch $@
