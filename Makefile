# `make` alone lists the targets. Needs Python 3.11 or newer and a package index; everything else goes into .venv.
#   ARGS    passed on:    make run ARGS="--port 8123"    make test ARGS="-k merge"
#   PYTHON  the Python that .venv is made with, when the one found is not the one wanted

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python
UV ?= uv
export PYTHON

.PHONY: help run test soak smoke lint format bench lock clean runtime dev

help: ## list these targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: runtime ## start everything: the site, a worker and the scheduler (ARGS="--port 8123")
	@$(PY) manage.py up $(ARGS)

test: dev ## run the test suite on SQLite, then on PostgreSQL where one answers (ARGS="-k merge")
	@$(PY) scripts/run_tests.py $(ARGS)

soak: dev ## run the random courses 25 times as long, from a new seed (SEED=… repeats one)
	@$(PY) scripts/soak.py $(ARGS)

smoke: ## run the production processes from runtime.lock alone, on PostgreSQL and Redis
	@scripts/venv.sh smoke
	@.venv/smoke/bin/python scripts/smoke.py

lint: dev ## check style, types, import contracts, migrations and settings
	@echo "ruff check";         .venv/bin/ruff check --quiet .
	@echo "ruff format";        .venv/bin/ruff format --quiet --diff .
	@echo "templates";          .venv/bin/djlint --quiet --lint registry curation syncers
	@echo "mypy";               .venv/bin/mypy --no-error-summary
	@echo "import contracts";   .venv/bin/lint-imports --no-logo >.venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }
	@echo "missing migrations"; $(PY) manage.py makemigrations --check --dry-run
	@echo "django checks";      $(PY) manage.py check

format: dev ## format the code and apply the safe fixes
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format .

bench: dev ## run the benchmarks: prints tables, writes bench/results.json
	@$(PY) bench/run.py $(ARGS)

lock: ## resolve pyproject.toml anew into requirements/*.lock (needs uv)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: install it (pip install uv), or name it: make lock UV=/path/to/uv" >&2; exit 1; }
	$(UV) pip compile $(LOCK_FLAGS) --output-file requirements/runtime.lock pyproject.toml
	$(UV) pip compile $(LOCK_FLAGS) --output-file requirements/dev.lock --group dev --constraints requirements/runtime.lock pyproject.toml

# One lock for every supported Python and system, with hashes, and without a word about the index it came from.
LOCK_FLAGS := --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-header

clean: ## remove .venv and all caches; the data in var/ stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name node_modules -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

runtime dev:
	@scripts/venv.sh $@
