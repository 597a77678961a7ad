# Everything a person does with this repository. `make` alone lists it.
# Needs Python 3.11+ (with venv) and make; the rest goes into .venv, from pins with hashes.

PYTHON ?= python3
DATA ?=
PORT ?=
ARGS ?=

VENV_PYTHON := .venv/bin/python
CODE := $(wildcard deploy services shared tests benchmarks)

# Matrices here are small: threads that share them out cost more than they do.
export OPENBLAS_NUM_THREADS := 1
# Many processes are started here: what one has compiled, the next need not.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run clean-data backup restore alerts test test-browser test-endurance clients lint types contracts drift \
        openapi-lint check openapi pins deploy-check soak env-run env-dev env-bench
.SILENT:
.NOTPARALLEL:

help: ## Show what can be made (the default)
	awk 'BEGIN { FS = ":.*## " } \
	  /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	echo
	echo '  make run DATA=folder PORT=9000      another data set, another first port'
	echo '  make test ARGS="tests/deploy -x"    a part of the tests'
	echo '  make PYTHON=python3.13 ...          another Python'

run: env-run ## Start everything on this machine and do the main job (Ctrl-C ends it)
	$(VENV_PYTHON) -m deploy.local run $(if $(DATA),--data "$(DATA)") $(if $(PORT),--port "$(PORT)") $(ARGS)

clean-data: env-run ## Drop all data that `make run` has made
	$(VENV_PYTHON) -m deploy.local clean $(ARGS)

backup: env-run ## Back all databases up together (ARGS="--folder where")
	$(VENV_PYTHON) -m deploy.backup make $(ARGS)

restore: env-run ## Put a backup in place; later deletions are done again (ARGS="--backup folder --replace")
	$(VENV_PYTHON) -m deploy.backup restore $(ARGS)

alerts: ## Check the alert rules and run their tests; needs promtool
	cd deploy/prometheus && promtool check rules alerts.yml && promtool test rules alerts_test.yml && \
	  promtool check config --syntax-only prometheus.yml

test: env-dev ## Run the tests, against a real PostgreSQL
	$(VENV_PYTHON) -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(ARGS)

test-browser: env-dev ## Test the page people answer on in a Chromium, which must be on the machine
	$(VENV_PYTHON) -m pytest -o norecursedirs='.*' tests/browser $(ARGS)

test-endurance: env-dev ## Kill what answers are kept by, rush it, play random questionnaires: the short forms
	$(VENV_PYTHON) -m benchmarks.answering_storm 200 3
	$(VENV_PYTHON) -m benchmarks.answering_storm 200 2 --without-unique
	$(VENV_PYTHON) -m benchmarks.answering_storm 200 2 --asynchronous-commit
	$(VENV_PYTHON) -m benchmarks.answering_storm --rush 5 100
	$(VENV_PYTHON) -m pytest -o norecursedirs='.*' --numprocesses 2 tests/endurance $(ARGS)

clients: env-dev ## Generate the Python and TypeScript clients, compile them strictly, walk with both through everything
	$(VENV_PYTHON) -m deploy.clients
	$(VENV_PYTHON) -m pytest -o norecursedirs='.*' tests/clients $(ARGS)

lint: env-dev ## Check style, formatting and that the pins are in order
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .
	$(VENV_PYTHON) -m deploy.pins --check

types: env-dev ## Check the types (mypy --strict)
	$(VENV_PYTHON) -m mypy $(CODE)

contracts: env-dev ## Check who may import whom
	$(VENV_PYTHON) -c 'import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())'

drift: env-dev ## Check that docs/openapi is what the code says, and breaks nothing of the released document
	$(VENV_PYTHON) -m deploy.openapi --check
	$(VENV_PYTHON) -m deploy.openapi_changes

openapi-lint: env-dev ## Check docs/openapi with Spectral (OpenAPI, OWASP, Dutch rules) and Redocly
	$(VENV_PYTHON) -m deploy.openapi_lint

deploy-check: env-dev ## Check the Dockerfile, the compose file, other YAML, and that images stand alone
	$(VENV_PYTHON) -m deploy.checks
	$(VENV_PYTHON) -m deploy.image_check

check: lint types contracts drift openapi-lint deploy-check test ## Check everything, the quick things first

openapi: env-dev ## Write docs/openapi anew from the code
	$(VENV_PYTHON) -m deploy.openapi

pins: env-dev ## Compile the pins with hashes (ARGS=--upgrade takes newer versions)
	$(VENV_PYTHON) -m deploy.pins $(ARGS)

soak: env-bench ## Run what takes long: simulations of the statistics, storms, the gateway in hard times
	$(VENV_PYTHON) -m benchmarks.answering_storm
	$(VENV_PYTHON) -m benchmarks.answering_storm 2000 5 --without-unique
	$(VENV_PYTHON) -m benchmarks.answering_storm 2000 5 --asynchronous-commit
	$(VENV_PYTHON) -m benchmarks.answering_storm --rush
	SAMSPIL_SEQUENCES=2000 $(VENV_PYTHON) -m pytest -o norecursedirs='.*' tests/endurance
	SAMSPIL_HOSTILE_INPUTS=2000 $(VENV_PYTHON) -m pytest tests/services/survey/test_hostile_inputs.py
	SAMSPIL_EXAMPLES=1000 $(VENV_PYTHON) -m pytest tests/services/analytics/methods tests/shared
	SAMSPIL_WHOLE_SAMPLE=1 $(VENV_PYTHON) -m pytest tests/system/test_five_municipalities.py
	SAMSPIL_KILLS=10 $(VENV_PYTHON) -m pytest tests/system/test_kills.py
	SAMSPIL_CONTRACT_CASES=50000 $(VENV_PYTHON) -m pytest tests/system/contract
	$(VENV_PYTHON) -m benchmarks.register_storm
	$(VENV_PYTHON) -m benchmarks.projection_storm
	$(VENV_PYTHON) -m benchmarks.projection_storm 5000 8 --without-gate
	$(VENV_PYTHON) -m benchmarks.projection_storm 5000 8 --without-epoch
	$(VENV_PYTHON) -m benchmarks.gateway_hardship
	$(VENV_PYTHON) -m benchmarks.classification
	$(VENV_PYTHON) -m benchmarks.disclosure
	$(VENV_PYTHON) -m benchmarks.coverage $(ARGS)

env-run:
	$(PYTHON) deploy/bootstrap.py run

env-dev:
	$(PYTHON) deploy/bootstrap.py dev

env-bench:
	$(PYTHON) deploy/bootstrap.py bench
