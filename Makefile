# gridbell: every target does all its own set-up; none needs root.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PORT ?= 8080
DEMO ?= .demo
RESET ?=
PYTEST ?=
TORTURE ?=
WORKERS ?= auto
BENCH ?=

.PHONY: demo test check bench torture format clean

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "gridbell needs Python 3.11 or newer; say make PYTHON=python3.11"; exit 1; }
	@echo "Setting up $(VENV) (once; a few minutes)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY)

demo: $(READY)
	@$(BIN)/gridbell demo --port $(PORT) --folder $(DEMO) $(if $(RESET),--reset)

test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q tests/test_size.py

bench: $(READY)
	$(BIN)/python -m tests.bench $(BENCH)

torture: $(READY)
	$(BIN)/python -m tests.torture $(TORTURE)

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache build *.egg-info
