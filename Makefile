# `make` lists what there is to do. Each target installs what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SIZES ?= 1000,10000,100000,1000000
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help demo check test soak lint bench bench-scale bench-peers docs site screenshots clean browser

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.installed ## Crawl a replica of the site on this machine and ask the archive
	$(BIN)/kistep-archive demo

check: lint ## Lint, contracts, types and the quick unit tests: under a minute
	$(PYTEST) --hypothesis-profile=check -m 'not slow' tests/unit

test: lint $(VENV)/.installed-replay $(VENV)/.installed-scrapyd browser ## The same and every test: some eleven minutes
	$(PYTEST)

soak: $(VENV)/.installed-dev $(VENV)/.installed-replay $(VENV)/.installed-scrapyd browser ## Every test with many more examples: an hour or more
	$(PYTEST) --hypothesis-profile=soak

lint: $(VENV)/.installed-dev ## Only lint, contracts of imports and types
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/mypy

bench: $(VENV)/.installed-dev ## Measure what docs/costs.md says of speed and memory
	$(BIN)/python -m bench

bench-scale: $(VENV)/.installed-dev ## Measure archives of 1,000 to 1,000,000 posts: hours, or SIZES=1000,10000
	$(BIN)/python -m bench.scale --sizes $(SIZES) --svg docs/performance.svg

bench-peers: $(VENV)/.installed-dev $(VENV)/.installed-peers ## Measure others that do the same work
	$(BIN)/python -m bench.peers $(VENV)/peers/bin/python

docs: $(VENV)/.installed-dev ## Update the reference and the man page
	$(BIN)/python docs/reference.py

site: $(VENV)/.installed-site ## Make the documents into a site in build/site; a broken link is an error
	PYTHONPATH=. $(VENV)/site/bin/python -m sphinx --builder html --fail-on-warning --nitpicky --quiet docs build/site

screenshots: $(VENV)/.installed-dev browser ## Take a picture of each page of the site into build/screenshots
	$(BIN)/python docs/screenshots.py

clean: ## Remove what the targets above have made
	rm -rf $(VENV) data/demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[web]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

# pywb and wacz, which the tests replay with, pin versions that clash with ours: an environment of their own.
$(VENV)/.installed-replay: $(VENV)/bin/python tests/replay.txt
	@{ $(BIN)/python -m venv --clear $(VENV)/replay \
	   && $(VENV)/replay/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/replay.txt && touch $@; } \
	|| echo "pywb or wacz could not be installed: the tests that replay the archive with them will be skipped"

# Scrapyd runs the project from an egg: its environment has what the project needs, and not the project.
$(VENV)/.installed-scrapyd: $(VENV)/bin/python pyproject.toml tests/scrapyd.txt
	@{ $(BIN)/python -m venv --clear $(VENV)/scrapyd \
	   && $(VENV)/scrapyd/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/scrapyd.txt . \
	   && $(VENV)/scrapyd/bin/python -m pip uninstall --quiet --disable-pip-version-check --yes kistep-archive && touch $@; } \
	|| echo "Scrapyd could not be installed: the test that deploys to it will be skipped"

# The browser of the tests is the distribution's. It has Korean letters only with a font that has them.
browser: ## Install Chromium for the tests in a browser, if apt-get may
	@for name in chromium chromium-browser google-chrome; do ! command -v $$name >/dev/null || exit 0; done; \
	{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get -qq update \
	  && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends chromium fonts-noto-cjk >/dev/null; } \
	|| echo "There is no Chromium, and only root can install it with apt-get: the tests in a browser will be skipped"

$(VENV)/.installed-site: $(VENV)/bin/python docs/site.txt
	$(BIN)/python -m venv --clear $(VENV)/site
	$(VENV)/site/bin/python -m pip install --quiet --disable-pip-version-check --requirement docs/site.txt
	@touch $@

# Some of them pin other versions of lxml: an environment of their own too.
$(VENV)/.installed-peers: $(VENV)/bin/python bench/peers.txt
	$(BIN)/python -m venv --clear $(VENV)/peers
	$(VENV)/peers/bin/python -m pip install --quiet --disable-pip-version-check --requirement bench/peers.txt
	@touch $@
