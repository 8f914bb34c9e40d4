# Bare `make` lists the verbs. Everything that they need is set up on the way, and kept for the next run.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
QUICK_TESTS := unit properties races realtime architecture integration
SAY := printf '\033[1m%s\033[0m\n'
SHARED_TYPES := frontend/src/room/protocol.ts
STATIC := src/etalase/web/static/.vite/manifest.json

.PHONY: help setup demo test coverage mutate check lint fix dev db-new bench docs lock clean

help:  ## List the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 10

setup: .venv/.stamp-dev $(STATIC)  ## Set up everything that the other verbs need

demo: .venv/.stamp-dev $(STATIC)  ## Run a live show with a shop, viewers and a gateway (RULEBOOK=… for another law)
	@$(BIN)/etalase demo $(if $(RULEBOOK),--rulebook $(RULEBOOK))

test: .venv/.stamp-dev $(STATIC)  ## Pass the tests (ARGS='-k name' for some of them, WORKERS=3 for more at a time)
	@$(SAY) 'Running the tests'
	@$(BIN)/pytest $(if $(ARGS),$(ARGS),-n $(WORKERS) --dist worksteal -q -r fER --rerun-show-tracebacks)
	@$(SAY) 'Tests passed. Next: make demo shows a live sale; make check runs the linters.'

coverage: .venv/.stamp-dev $(STATIC)  ## Measure which lines the tests run, but for the stories
	@rm -rf var/coverage && $(BIN)/coverage run -m pytest -n $(WORKERS) --dist worksteal -q $(addprefix tests/,$(QUICK_TESTS))
	@$(BIN)/coverage combine -q && $(BIN)/coverage report

mutate: .venv/.stamp-dev  ## Change a pure decision at a time, and see which change no test notices (ARGS='etalase.kernel.*')
	@$(BIN)/mutmut run --max-children $(WORKERS) $(ARGS)
	@$(BIN)/mutmut results | grep -v 'not checked' || echo 'Every change was noticed.'

check: .venv/.stamp-dev $(STATIC)  ## With `make test`, exactly what CI runs
	@$(ABREAST) $(PYTHON_CHECKS) $(PAGE_CHECKS)
	@$(SAY) 'All checks passed.'

lint: .venv/.stamp-dev $(STATIC)
	@$(ABREAST) $(PYTHON_CHECKS)

# What takes longest comes first, the rest beside it.
PYTHON_CHECKS := check-mypy check-architecture check-ruff check-djangofmt check-imports check-translations check-types
PAGE_CHECKS := check-eslint check-vitest check-tsc
ABREAST := $(MAKE) --no-print-directory -j$(shell getconf _NPROCESSORS_ONLN) $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
.PHONY: $(PYTHON_CHECKS) $(PAGE_CHECKS)

check-mypy:
	@$(SAY) 'mypy' && $(BIN)/mypy
check-architecture:
	@$(SAY) 'architecture' && $(BIN)/pytest -q -n 0 -m static tests/architecture
check-ruff:
	@$(SAY) 'ruff' && $(BIN)/ruff check . && $(BIN)/ruff format --check .
check-djangofmt:
	@$(SAY) 'djangofmt' && $(BIN)/djangofmt --check src
check-imports:
	@$(SAY) 'import-linter' && $(BIN)/lint-imports
check-translations:
	@$(SAY) 'translations' && $(BIN)/python -m etalase.platform.i18n.check
check-types:
	@$(SAY) 'shared types' && $(BIN)/python -m etalase.web.browser_types --check $(SHARED_TYPES)
check-eslint check-vitest check-tsc: check-%:
	@$(SAY) '$*' && cd frontend && npm run --silent $*

fix: .venv/.stamp-dev  ## Let the formatters and linters mend what they can
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; $(BIN)/djangofmt src
	@$(BIN)/python -m etalase.web.browser_types $(SHARED_TYPES)

dev: .venv/.stamp-dev $(STATIC)  ## Serve on port 8000 with development pages, data in ./var
	@ETALASE_DEVELOPMENT=true $(BIN)/etalase serve

db-new: .venv/.stamp-dev  ## Start a migration: make db-new PLANE=commerce NAME=add_waitlist
	@$(BIN)/etalase db new --plane $(PLANE) --name $(NAME)

bench: .venv/.stamp-dev $(STATIC)  ## Measure: make bench NAME=holds for one, without NAME a short pass of all
	@$(BIN)/python -m bench $(NAME)

docs: .venv/.stamp-dev $(STATIC)  ## Take a picture of every page into var/screenshots, and those of docs/ anew
	@$(BIN)/python -m bench.screenshots --publish docs/images

lock: .venv/.stamp-dev  ## Renew the lock files (hashes, no addresses)
	@for name in runtime dev node; do $(BIN)/uv pip compile -q --upgrade --python-version 3.11 --universal \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header requirements/$$name.in -o requirements/$$name.lock; done
	@cd frontend && npm update --package-lock-only

clean:  ## Remove what the other verbs made (data in ./var stays)
	@rm -rf .venv frontend/node_modules src/etalase/web/static src/etalase/web/_documents/fonts .mypy_cache .ruff_cache

.venv/.stamp-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Etalase needs Python 3.11 or newer; name one with make PYTHON=python3.12 …'; exit 1; }
	@$(SAY) 'Making a Python environment in .venv (once)'
	@$(PYTHON) -m venv .venv || { echo 'Python lacks its venv module. On Debian or Ubuntu: apt install python3-venv'; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check "$$(grep -oE '^uv==[0-9.]+' requirements/dev.lock)"
	@touch $@

.venv/.stamp-dev: .venv/.stamp-python requirements/dev.lock pyproject.toml
	@$(SAY) 'Installing the Python packages (once, a minute or so)'
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.stamp-node: .venv/.stamp-dev frontend/package-lock.json
	@command -v npm >/dev/null || { $(SAY) 'Node is absent: installing it into .venv (once)'; \
	  $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/node.lock; }
	@$(SAY) 'Installing the packages of the pages (once)'
	@cd frontend && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent --no-progress
	@touch $@

$(STATIC): .venv/.stamp-node $(shell find frontend -path frontend/node_modules -prune -o -type f -print 2>/dev/null)
	@$(SAY) 'Building the pages'
	@cd frontend && PATH="$$PATH:$(CURDIR)/$(BIN)" npm run --silent build
	@touch $@
