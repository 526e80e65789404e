# Two commands do everything, installation included: make demo, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint bench docs clean

demo: $(VENV)/.installed
	$(BIN)/kistep-archive demo

test: $(VENV)/.installed-dev $(VENV)/.installed-replay lint
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/mypy

bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench

docs: $(VENV)/.installed-dev
	$(BIN)/python docs/reference.py

clean:
	rm -rf $(VENV) data/demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

# pywb and wacz, which the tests replay with, pin versions that clash with ours: an environment of their own.
$(VENV)/.installed-replay: $(VENV)/bin/python tests/replay.txt
	@{ $(BIN)/python -m venv $(VENV)/replay \
	   && $(VENV)/replay/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/replay.txt && touch $@; } \
	|| echo "pywb or wacz could not be installed: the tests that replay the archive with them will be skipped"
