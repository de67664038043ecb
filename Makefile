# Every command a developer types. `make` alone runs what CI runs.
# Each command sets up what it needs, once: Python 3.11 or newer and make are enough to begin.

# The first of these that is 3.11 or newer.
PYTHON ?= $(shell for python in python3.11 python3; do \
    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
    && echo $$python && break; done)

VENV := .venv
BIN := $(VENV)/bin
ORACLE := build/medspacy
PEER := build/peer
VIEWS := build/views
SPARK := build/spark
SAIL := build/sail
CQL := build/cql
INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check
# The pins are complete, so pip resolves nothing: asked to, it may look at a release newer than the
# pin (by way of `coverage[toml]`, say) and refuse the whole file because that one has no hash.
PINNED := --require-hashes --no-deps

.DEFAULT_GOAL := check
.PHONY: check test lint types format demo bench agreement examples pages conformance notes validate \
    validate-pooling validate-spark peer views engines cql lock lock-cql clean

# All that CI runs.
check: lint types test

# The whole suite, after lint and types, then the floor under its coverage.
# Without Node, or without a network for its packages, the tests of CQL skip; CI forbids that.
test: lint types $(VIEWS)/stamp
	@command -v npm > /dev/null && $(MAKE) --no-print-directory cql \
	    || echo "no outside CQL engine: its tests will say what is missing"
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --cov --cov-report=
	@mkdir -p build
	@$(BIN)/python -m coverage json --quiet -o build/coverage.json
	@$(BIN)/python tests/coverage_floor.py build/coverage.json

# Style: the rules and the layout of the code.
lint: $(VENV)/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check

# Types, strictly, of the package and of its tests.
types: $(VENV)/dev.stamp
	$(BIN)/mypy

# Repair what ruff can repair, then lay the code out.
format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

# See it run. The runtime requirements are enough.
demo: $(VENV)/runtime.stamp
	$(BIN)/multifidus demo

# Speed, memory and growth, against named peers and the floor.
bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks

# Twenty thousand made-up patients, by the evaluator and by DuckDB, cell for cell.
agreement: $(VENV)/dev.stamp
	$(BIN)/python -m tests.columnar.agreement

# Write the made-up charts anew from their stories.
examples: $(VENV)/dev.stamp
	$(BIN)/python -m authoring

# Draw the policies and the evidence into docs/reference/generated anew.
pages: $(VENV)/dev.stamp
	$(BIN)/python -m authoring.pages

# Write the conformance suite anew.
conformance: $(VENV)/dev.stamp
	$(BIN)/python -m conformance.generate
	$(BIN)/python -m authoring.labels

# How well the unseen half of the labelled notes is read, by element and by assertion.
notes: $(VENV)/dev.stamp
	$(BIN)/python -m conformance.score test

# Hold our reading of contexts against medSpaCy's, which gets an environment of its own.
validate: $(VENV)/dev.stamp $(ORACLE)/stamp
	$(BIN)/python -m validation.context $(ORACLE)/bin/python

# Ask metafor anew for the pooled effects that ours are held against; the script names its packages.
validate-pooling:
	Rscript validation/metafor.R

# Hold Spark against DuckDB and the evaluator, on made-up patients: `make validate-spark`.
PATIENTS ?= 20000
validate-spark: $(VENV)/dev.stamp $(SPARK)/stamp
	$(BIN)/python -m validation.spread $(SPARK)/bin/python --patients $(PATIENTS)

# Set up the Python peer that `make bench` measures ours against.
peer: $(PEER)/stamp

# Set up the runner of SQL on FHIR that tests put the exported views to.
views: $(VIEWS)/stamp

# Set up Spark and Sail, which tests then hold to the evaluator; Spark needs Java 17.
# Each has an environment of its own: Sail 0.7 does not understand the client of Spark 4.3.
engines: $(SPARK)/stamp $(SAIL)/stamp

# Set up the outside engine that runs our CQL; needs Node 18 or newer, with npm.
cql: $(CQL)/stamp

# The versions that validation/cql/package.json names, with the hashes of what is fetched.
lock-cql:
	cd validation/cql && npm install --package-lock-only --omit-lockfile-registry-resolved \
	    --no-audit --no-fund

# Pin what pyproject.toml asks for, with hashes; `make lock UPGRADE=1` takes newer versions too.
lock: $(VENV)/lock.stamp
	$(PIN) --output-file requirements/runtime.txt pyproject.toml
	$(PIN) --output-file requirements/dev.txt --constraint requirements/runtime.txt \
	    --group pyproject.toml:dev --extra ocr --extra analysis --extra evidence --extra figures \
	    --extra columnar --extra delta --extra packet pyproject.toml
	$(PIN) --output-file requirements/build.txt --constraint requirements/dev.txt \
	    --group pyproject.toml:build
	$(PIN) --output-file requirements/lock.txt --group pyproject.toml:lock
	$(PIN) --output-file requirements/peer.txt --group pyproject.toml:peer
	$(PIN) --output-file requirements/views.txt --group pyproject.toml:views
	$(PIN) --output-file requirements/spark.txt --constraint requirements/dev.txt \
	    --extra spark pyproject.toml
	$(PIN) --output-file requirements/sail.txt --constraint requirements/dev.txt \
	    --extra sail pyproject.toml
	$(PIN) --output-file requirements/validation.txt --group pyproject.toml:validation
	$(PIN) --output-file requirements/validation-build.txt --group pyproject.toml:validation-build

PIN = $(BIN)/uv pip compile --quiet --no-config --generate-hashes \
    --python $(BIN)/python --python-version 3.11 --universal \
    --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
    $(if $(UPGRADE),--upgrade)

# Remove all that make has made.
clean:
	rm -rf $(VENV) build dist .coverage .coverage.* .hypothesis
	rm -rf .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Set-up, in three steps that build on each other; each stamp says that its step is done.

$(VENV)/venv.stamp:
	@test -n "$(PYTHON)" || { echo "found no Python 3.11 or newer: make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/runtime.stamp: $(VENV)/venv.stamp requirements/runtime.txt requirements/build.txt pyproject.toml
	$(INSTALL) $(PINNED) -r requirements/runtime.txt -r requirements/build.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/runtime.stamp requirements/dev.txt
	$(INSTALL) $(PINNED) -r requirements/dev.txt
	@touch $@

$(VENV)/lock.stamp: $(VENV)/venv.stamp requirements/lock.txt
	$(INSTALL) $(PINNED) -r requirements/lock.txt
	@touch $@

$(ORACLE)/stamp: requirements/validation.txt requirements/validation-build.txt
	@test -n "$(PYTHON)" || { echo "found no Python 3.11 or newer: make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(ORACLE)
	$(ORACLE_INSTALL) -r requirements/validation-build.txt
	$(ORACLE_INSTALL) --no-build-isolation -r requirements/validation.txt
	@touch $@

$(PEER)/stamp: requirements/peer.txt
	@test -n "$(PYTHON)" || { echo "found no Python 3.11 or newer: make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(PEER)
	$(PEER)/bin/python -m pip install --quiet --quiet --disable-pip-version-check $(PINNED) \
	    -r requirements/peer.txt
	@touch $@

# The wheel bundles an OpenSSL that asks for glibc 2.38; on an older one the system's takes its place.
$(VIEWS)/stamp: requirements/views.txt
	@test -n "$(PYTHON)" || { echo "found no Python 3.11 or newer: make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VIEWS)
	$(VIEWS)/bin/python -m pip install --quiet --quiet --disable-pip-version-check $(PINNED) \
	    -r requirements/views.txt
	@$(VIEWS)/bin/python -c 'import pysof._pysof' 2>/dev/null || for library in crypto ssl; do \
	    ln -sf "$$(PATH="$$PATH:/usr/sbin:/sbin" ldconfig -p | sed -n "s/.*lib$$library\.so\.3 .*=> //p" | head -n 1)" \
	        $(VIEWS)/lib/python3*/site-packages/pysof.libs/lib$$library-*; done
	@touch $@

# PySpark comes as source, and is built as medSpaCy is.
$(SPARK)/stamp: requirements/spark.txt requirements/validation-build.txt
	@test -n "$(PYTHON)" || { echo "found no Python 3.11 or newer: make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(SPARK)
	$(SPARK)/bin/python -m pip install --quiet --quiet --disable-pip-version-check $(PINNED) \
	    -r requirements/validation-build.txt
	$(SPARK)/bin/python -m pip install --quiet --quiet --disable-pip-version-check $(PINNED) \
	    --no-build-isolation -r requirements/spark.txt
	@touch $@

$(SAIL)/stamp: requirements/sail.txt requirements/validation-build.txt
	@test -n "$(PYTHON)" || { echo "found no Python 3.11 or newer: make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(SAIL)
	$(SAIL)/bin/python -m pip install --quiet --quiet --disable-pip-version-check $(PINNED) \
	    -r requirements/validation-build.txt
	$(SAIL)/bin/python -m pip install --quiet --quiet --disable-pip-version-check $(PINNED) \
	    --no-build-isolation -r requirements/sail.txt
	@touch $@

$(CQL)/stamp: validation/cql/package.json validation/cql/package-lock.json
	@mkdir -p $(CQL)
	cp validation/cql/package.json validation/cql/package-lock.json $(CQL)
	cd $(CQL) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

ORACLE_INSTALL = $(ORACLE)/bin/python -m pip install --quiet --quiet --disable-pip-version-check $(PINNED)
