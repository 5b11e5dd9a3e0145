# Each target documents itself: `make help`.
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
# What a brief needs, and what tests, checks and the site of guides need besides.
RUN := $(VENV)/.run
READY := $(VENV)/.ready
INSTALL := $(BIN)/python -m pip install --quiet --no-compile
# What is imported is compiled once: without it each of a run's many processes compiles all again, in twice the time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help briefs test study bench check messages schema docs lab simulate lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(RUN): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed; set PYTHON=path/to/it')"
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes --requirement requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(RUN)

$(READY): $(RUN) requirements-dev.lock
	$(INSTALL) --require-hashes --requirement requirements-dev.lock
	@touch $(READY)

briefs: $(RUN)  ## make the newest complete quarter of the example city
	$(BIN)/asn briefs

test: $(READY)  ## run the tests
	$(BIN)/python -m pytest -n 2 --dist loadfile

study: $(READY)  ## run the slow studies too (hours)
	$(BIN)/python -m pytest -m slow

bench: $(READY)  ## time the batch against papermill and nbconvert by hand (5 minutes)
	$(BIN)/python benchmarks/bench_batch.py

check: $(READY)  ## lint, hold layers and types, and validate the example data
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/asn check data/example

schema: $(READY)  ## print the schema of record.json again, after its types have changed
	$(BIN)/python -m asn_analysis.briefs.schema > data/record.schema.json

messages: $(READY)  ## bring the catalogues of all languages up to date with code and templates
	$(BIN)/python -m asn_analysis.words.catalogues

docs: $(READY)  ## build the site of guides and reference: build/site/html/index.html
	$(BIN)/python docs/build.py

lab: $(RUN)  ## open the notebooks in JupyterLab
	JUPYTER_CONFIG_PATH=$(CURDIR)/notebooks/.jupyter $(BIN)/jupyter lab

simulate: $(RUN)  ## make the example city again from its recorded seed
	$(BIN)/asn simulate data/example

LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade

lock:  ## pin every dependency again (needs uv)
	$(LOCK) -o requirements.lock
	$(LOCK) --constraint requirements.lock --extra dev --extra docs -o requirements-dev.lock

clean:  ## remove the environment and everything a run left
	rm -rf $(VENV) build reports/*Q*
