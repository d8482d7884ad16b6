# `make run` and `make test` set up all that they need; `make help` lists the rest.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?=
PORT ?= 8000
STORE ?=
ARGS ?=

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
NODE := node_modules/.stamp
ASSETS := layers/render/assets/leaflet/LICENSE
PAGE := $(wildcard api/web/*.js api/web/*/*.js api/web/*.css)
DEV := $(VENV)/.stamp-dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup run test test-long check fmt format lint types imports bench lock wheel clean

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

setup: $(VENV)/.stamp-package $(ASSETS) ## install all that the application needs

run: setup ## serve the map; PORT=8000 STORE=file-or-database
	$(BIN)/onemap serve --port $(PORT) $(if $(STORE),--store "$(STORE)")

test: setup $(DEV) ## run all tests; ARGS="-k words" for some
	@sh scripts/browser.sh
	@sh scripts/postgis.sh
	$(BIN)/pytest $(ARGS)

test-long: setup $(DEV) ## run what takes minutes: the collected files, one by one
	$(BIN)/pytest -m long $(ARGS)

check: format lint types imports test ## all that has to hold before a commit

fmt: $(DEV) ## format the code and repair what ruff can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

format: $(DEV) ## is the code formatted?
	$(BIN)/ruff format --check .

lint: $(DEV) ## ruff's rules
	$(BIN)/ruff check .

types: setup $(DEV) ## mypy, strict
	$(BIN)/mypy

imports: setup $(DEV) ## the import contracts
	$(BIN)/lint-imports --no-logo

bench: setup $(DEV) ## run the benchmarks
	@if [ -n "$(wildcard tests/benchmarks/test_*.py)" ]; then \
		$(BIN)/pytest tests/benchmarks -m benchmark -p no:randomly $(ARGS); \
	else echo "There is no benchmark yet."; fi

lock: $(VENV)/.stamp-venv ## write the locks anew; ARGS=--upgrade for newer versions
	@sh scripts/lock.sh $(BIN)/python $(ARGS)

wheel: setup ## build the wheel into dist/
	$(BIN)/hatchling build -t wheel

clean: ## remove all that set-up, tests and builds made
	rm -rf $(VENV) node_modules layers/render/assets build dist htmlcov test-output \
		.coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find geo layers api tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp says that a step is done, and for which folder: an environment cannot be moved.
ifneq ($(shell cat $(VENV)/.stamp-venv 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.stamp-venv
endif

$(VENV)/.stamp-venv:
	@sh scripts/venv.sh $(VENV) $(PYTHON)
	@echo "$(CURDIR)" > $@

$(VENV)/.stamp-base: requirements/base.txt $(VENV)/.stamp-venv
	@echo "Installing what the application needs"
	@$(PIP) --require-hashes -r $<
	@touch $@

$(VENV)/.stamp-package: pyproject.toml $(VENV)/.stamp-base
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt $(VENV)/.stamp-base
	@echo "Installing what tests and checks need"
	@$(PIP) --require-hashes -r $<
	@touch $@

$(NODE): package.json package-lock.json .npmrc $(VENV)/.stamp-base
	@echo "Installing scripts, styles and fonts of the page"
	@sh scripts/npm.sh $(BIN)/python ci --ignore-scripts
	@touch $@

$(ASSETS): layers/render/assets.py $(PAGE) $(NODE) $(VENV)/.stamp-package
	@$(BIN)/python -m layers.render.assets node_modules
