# `make` alone lists the targets. Needs Python 3.11 or newer and a package index; everything else goes into .venv.
#   ARGS    passed on:    make run ARGS="--port 8123"    make test ARGS="-k merge"
#   PYTHON  the Python that .venv is made with, when the one found is not the one wanted

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python
UV ?= uv
PURE := curation/core registry/domain registry/identity registry/pricing registry/quality
export PYTHON
# Bytecode is kept, whatever this shell says: without it every process of a test run compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test coverage soak mutation smoke clients docs lint format bench lock clean runtime dev

help: ## list these targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: runtime ## start everything: the site, a worker and the scheduler (ARGS="--port 8123")
	@$(PY) manage.py up $(ARGS)

test: dev ## run the test suite on SQLite, and on PostgreSQL, where one answers, what depends on it (ARGS="-k merge")
	@$(PY) scripts/run_tests.py $(ARGS)

coverage: dev ## run the tests of the pure folders; fails where one of them falls below 95 % of lines and branches
	@rm -f .coverage .coverage.*
	@RANDOM_SHARE=0.1 .venv/bin/coverage run -m pytest -q -p no:cacheprovider -p no:xdist $(addprefix tests/,$(PURE))
	@.venv/bin/coverage combine --quiet
	@for folder in $(PURE); do echo "$$folder"; .venv/bin/coverage report --include="$$folder/*" --fail-under=95 || exit 1; done

soak: dev ## run the random courses 25 times as long, from a new seed (SEED=… repeats one), and all of the suite on PostgreSQL
	@$(PY) -m scripts.soak $(ARGS)
	@$(MAKE) mutation ARGS=

mutation: ## change merge, decision and pricing in small ways, and list the changes that no test notices
	@scripts/venv.sh mutation
	@RANDOM_SHARE=0.1 .venv/mutation/bin/mutmut run $(ARGS)
	@.venv/mutation/bin/mutmut results

smoke: ## run the production processes from runtime.lock alone, on PostgreSQL and Redis
	@scripts/venv.sh smoke
	@.venv/smoke/bin/python scripts/smoke.py

clients: runtime ## let programs of other people read the exports and the API: LiteLLM, genai-prices, openai, generated clients
	@scripts/venv.sh clients
	@.venv/clients/bin/python -m pytest -c clients/pytest.toml clients $(ARGS)

docs: dev ## run every command of the documentation, follow its links, compare its generated pages
	@$(PY) -m scripts.check_docs

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

lock: ## resolve pyproject.toml and requirements/*.in anew into requirements/*.lock (needs uv)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: install it (pip install uv), or name it: make lock UV=/path/to/uv" >&2; exit 1; }
	$(UV) pip compile $(LOCK_FLAGS) --output-file requirements/runtime.lock pyproject.toml
	$(UV) pip compile $(LOCK_FLAGS) --output-file requirements/dev.lock --group dev --constraints requirements/runtime.lock pyproject.toml
	$(UV) pip compile $(LOCK_FLAGS) --output-file requirements/mutation.lock --group mutation --constraints requirements/dev.lock pyproject.toml
	$(UV) pip compile $(LOCK_FLAGS) --output-file requirements/clients.lock requirements/clients.in

# One lock for every supported Python and system, with hashes, and without a word about the index it came from.
LOCK_FLAGS := --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-header

clean: ## remove .venv and all caches; the data in var/ stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name node_modules -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

runtime dev:
	@scripts/venv.sh $@
