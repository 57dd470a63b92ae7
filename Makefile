# Each target works alone on a fresh machine with Python >= 3.12 and a package registry.
VENV := .venv
BIN := $(VENV)/bin
RIGHT := import sys; sys.exit(sys.version_info < (3, 12))
CANDIDATES := python3.13 python3.14 python3.12 python3 python
PYTHON := $(shell for p in $(CANDIDATES); do if $$p -c '$(RIGHT)' >/dev/null 2>&1; then echo $$p; break; fi; done)
STAMP := pyproject.toml constraints.txt Makefile

# Hostile inputs for as long as one likes, others at every run: make fuzz HOURS=2
HOURS := 1

.PHONY: report test check quick docs fuzz lint shaken sameness moved lock audit sbom clean

report: $(VENV)/.report
	$(BIN)/bayes-ivig report ivig --out reports/ivig

test: $(VENV)/.test
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile -m "not mcmc"
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile -m mcmc

# In two minutes: lint, types and the tests that are not marked slow or mcmc (no report, no browser, no sampler).
check: lint quick

quick: $(VENV)/.test
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -q -n auto --dist loadfile -m "not mcmc and not slow"

fuzz: $(VENV)/.test
	BAYES_IVIG_FUZZ=$(HOURS) OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist load -m slow tests/hostile/test_readers.py

# The site in build/site, with every notebook run; a warning ends it (with --quiet it would not). build/site/index.html opens from a disk.
docs: $(VENV)/.test
	NO_MKDOCS_2_WARNING=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m mkdocs build --strict

lint: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

shaken: $(VENV)/.test
	$(BIN)/python .ci/sameness.py shaken

sameness: $(VENV)/.test
	$(BIN)/python .ci/sameness.py kernels

# Both at once, and the committed report: what CI runs.
moved: $(VENV)/.test
	$(BIN)/python .ci/sameness.py together

# The dependencies with hashes; what is known against them; a bill of materials in dist/. None needs more than Python.
lock audit sbom: | $(BIN)/python
	$(BIN)/python .ci/supply.py $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "make: Python 3.12 or newer is needed; looked for: $(CANDIDATES)" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.report: $(STAMP) | $(BIN)/python
	@test -e $(VENV)/.test || $(BIN)/python -m pip install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/.test: $(STAMP) | $(BIN)/python
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
