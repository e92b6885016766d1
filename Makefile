# Every target works on a fresh machine with Python 3.11 and make: it makes .venv and installs the locks itself.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install demo test lint fix measure check locks

help: ## Say what can be made
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

install: $(VENV)/.installed ## Install the product into .venv

demo: $(VENV)/.installed ## Serve the demo platform on http://127.0.0.1:8080 (PORT=… for another)
	$(BIN)/guanghe demo --port $(PORT)

test: $(VENV)/.installed-dev ## Run every test
	$(BIN)/python -m pytest -n 2

lint: $(VENV)/.installed-dev ## Check style, types, layers and that the migrations match the tables
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/python -m migrations.check

fix: $(VENV)/.installed-dev ## Mend what can be mended mechanically
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

measure: $(VENV)/.installed ## Print the benchmark figures
	$(BIN)/guanghe measure

check: lint test ## All that CI does

locks: $(VENV)/.installed-dev ## Pin the newest versions that fit pyproject.toml
	$(BIN)/uv pip compile -q pyproject.toml --group build $(LOCK) -o requirements.lock
	$(BIN)/uv pip compile -q pyproject.toml --group build --group dev -c requirements.lock $(LOCK) -o requirements-dev.lock
	sed -i 's/+cpu//' requirements.lock requirements-dev.lock
LOCK := --no-emit-index-url --no-emit-find-links --no-annotate --no-header

# A venv whose last pip run broke off has no mark and is filled again.
$(VENV)/.installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(BIN)/python -m pip install --quiet -r requirements-dev.lock
	touch $@
