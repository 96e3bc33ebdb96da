# `make run` starts the chat, `make ask Q="…"` answers a question, `make test` runs every check, `make bench` measures the speed, `make guard` its ratios. All make what they need.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# The CPU build of torch: 2.13.0 from PyPI's CPU index or a local wheel; see "GPU machines" in README.md.
TORCH ?= torch==2.13.0

.PHONY: run ask test guard bench clean

run: $(VENV)/.run
	$(BIN)/python app.py

ask: $(VENV)/.run
	@$(BIN)/hcpcs-rag ingest corpus --index index > /dev/null
	@$(BIN)/hcpcs-rag ask "$(Q)" --index index

test: $(VENV)/.test
	$(BIN)/ruff check src tests tools evals benchmarks training app.py
	$(BIN)/ruff format --check src tests tools evals benchmarks training app.py
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile
	$(BIN)/hcpcs-rag eval --gate evals/baseline.json --out evals/out/gate

guard: $(VENV)/.test
	$(BIN)/python -m benchmarks --short --guard benchmarks/baseline.json

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "Missing: $(PYTHON). Install Python 3.11 or newer, or say: make $(MAKECMDGOALS) PYTHON=/path/to/python"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Say: make $(MAKECMDGOALS) PYTHON=/path/to/python"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Missing: the venv module of $(PYTHON) (Debian: apt-get install python3-venv)."; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.torch: | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check '$(TORCH)'
	@touch $@

$(VENV)/.run: pyproject.toml $(VENV)/.torch
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.torch
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
