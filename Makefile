# Everything that one does with this repository. `make` alone lists it.

VENV := .venv
BIN := $(VENV)/bin
# The first interpreter that is new enough; say `make PYTHON=/path/to/python3.12 setup` to choose another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$p" && break; done)
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
# Extra words for the commands below: make test ARGS="tests/kernel", make demo ARGS="--port 9000".
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format docs bench lock clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(VENV)/.ready-dev ## Create .venv with everything that the tests and the tools need

demo: $(VENV)/.ready-run ## Start a lively network on this machine and say where to look at it
	@$(BIN)/eclosion demo $(ARGS)

test: setup ## Check style, types, imports and behaviour (ARGS goes to pytest)
	@tests/run $(ARGS)

lint: setup ## Check style, types and imports only
	@tests/run --lint

format: setup ## Rewrite the code in the project's style
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

docs: setup ## Write the reference pages that follow from the code
	@$(BIN)/python docs/generate.py

bench: setup ## Measure, and write benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks $(ARGS)

lock: setup ## Choose the newest versions again and write requirements.lock
	@$(PIP) install uv
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras \
		--no-emit-index-url --no-header --no-annotate --output-file requirements.lock pyproject.toml

clean: ## Remove .venv and the caches; data directories stay
	rm -rf $(VENV) .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .tmp build dist

# The stamps: an install runs again only when what it depends on has changed.
$(VENV)/.ready-python:
	@test -n "$(PYTHON)" || { \
		echo "Eclosion needs Python 3.11 or newer, and neither python3 nor python3.11, 3.12 or 3.13 is that." >&2; \
		echo "Install one, or name it: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments: its ensurepip module is missing." >&2; \
		echo "On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "Creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.ready-run: $(VENV)/.ready-python pyproject.toml requirements.lock
	@echo "Installing Eclosion and its libraries (about a minute the first time)"
	@$(PIP) install --editable '.[all]' --constraint requirements.lock
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready-python pyproject.toml requirements.lock
	@echo "Installing Eclosion, its libraries and the tools for development (about a minute the first time)"
	@$(PIP) install --editable '.[all,dev]' --constraint requirements.lock
	@touch $(VENV)/.ready-run $@
