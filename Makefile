# Every command here works on a fresh machine: it first sets up what it needs, once.
PYTHON ?= python3
VENV ?= .venv
HOST ?= $(or $(JIANGHAI_QA_HOST),127.0.0.1)
PORT ?= $(or $(JIANGHAI_QA_PORT),8000)
# torch is pinned by version, not by hash, so that a CPU build may serve: on Linux it comes from this index when that
# answers (the default build brings gigabytes of CUDA packages). Empty: the default build.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
TORCH_VERSION := 2.13.0

BIN := $(VENV)/bin
READY := $(VENV)/.installed
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup serve test check evaluate bench stress browser lock clean

help:
	@echo "make serve     set up, import the seeds, serve on http://$(HOST):$(PORT) (HOST=, PORT=)"
	@echo "make test      set up, run all tests"
	@echo "make check     format, lint and types"
	@echo "make ocr       set up, and install what reads scans and pictures (some 275 MB)"
	@echo "make evaluate  measure search and answers with the test questions, hold the gate, write evaluation/report.html"
	@echo "make bench     measure speed and memory"
	@echo "make stress    kill writers in mid-write again and again (KILLS=500), load a server, fuzz the API"

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "found Python %d.%d, expected 3.11 or newer: make PYTHON=/path/to/python3.11" % v[:2])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing pinned packages into $(VENV) (some minutes the first time)"
	@$(BIN)/python -m pip install -q --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -c 'import importlib.metadata as m; assert m.version("torch").startswith("$(TORCH_VERSION)")' 2>/dev/null || $(MAKE) --no-print-directory torch
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $(READY)

.PHONY: torch
torch:
	@if [ "$$(uname -s)" = Linux ] && [ -n "$(TORCH_INDEX)" ]; then \
	  $(BIN)/python -m pip install -q --retries 0 --timeout 20 --index-url $(TORCH_INDEX) torch==$(TORCH_VERSION) 2>/dev/null && exit 0; \
	  echo "no CPU build of torch from $(TORCH_INDEX); taking the default one"; \
	fi; \
	$(BIN)/python -m pip install -q torch==$(TORCH_VERSION)

serve: $(READY)
	@exec $(BIN)/jianghai-qa serve --host $(HOST) --port $(PORT)

# Files of tests side by side, each of them whole in one process.
WORKERS ?= 2
test: $(READY) browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

# The browser of the page tests: a setting, the system's, the system's package manager (as root), or Playwright's.
browser: $(READY)
	@BIN=$(BIN) sh tests/browser.sh

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# Search and answers over the pages, held to floors and to what they were (tests/data/gate.toml).
evaluate: $(READY)
	@$(BIN)/jianghai-qa index >/dev/null
	$(BIN)/jianghai-qa evaluate --compare lexical,dense,soft,hybrid --gate tests/data/gate.toml --report evaluation

bench: $(READY)
	$(BIN)/python -m benchmarks.speed

# Seeded; each kill is followed by a check that every acknowledged document is there whole and can be found.
KILLS ?= 500
SECONDS_OF_LOAD ?= 60
stress: $(READY)
	$(BIN)/python -m benchmarks.stress --kills $(KILLS) --seconds $(SECONDS_OF_LOAD)
	$(BIN)/python -m pytest tests/test_api_fuzz.py

# Reading scans and pictures takes some 275 MB more, which most do without: a lock of its own, of the same versions.
COMPILE = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --quiet --no-header \
	--no-emit-package torch
lock: pyproject.toml
	$(COMPILE) --extra train --extra dev -o requirements.lock
	$(COMPILE) --extra ocr --constraint requirements.lock -o requirements-ocr.lock

.PHONY: ocr
ocr: $(READY)
	$(BIN)/python -m pip install -q --no-deps --require-hashes -r requirements-ocr.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build
