# Needs GNU make, a POSIX shell and Python 3.11 to 3.13 with venv and pip. Where packages come from is pip's configuration.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
CITY ?= cities/lautern
# The first interpreter of a fitting version; make PYTHON=/path/to/python names another.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	if $$name -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; \
	then echo $$name; break; fi; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
TESTS ?= tests
# One more than there are processors: many tests wait for servers.
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)
PYTEST_FLAGS ?= -n $(WORKERS) --dist worksteal --ignore tests/chaos

.PHONY: help install demo test chaos chaos-short fuzz check lint format types contracts generated generate texts \
	bench bench-topology bench-inventory bench-incidents bench-collectors bench-dashboards bench-outage soak lock image-steps clean advisories licences sbom

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "make %-16s %s\n", $$1, $$2 }'

# Two steps, so that the demo waits for no test tool. Both lists are locked by hash; the project is built without fetching more.
$(VENV)/.runtime: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "no Python 3.11 to 3.13 with venv found; install one (Debian: apt-get install python3-venv) or name it: make PYTHON=/path/to/python" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing RAINBOW into $(VENV) ..."
	@$(PIP) install --quiet --require-hashes -r requirements.txt
	@$(PIP) install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "installing what tests and checks need into $(VENV) ..."
	@$(PIP) install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

install: $(VENV)/.dev  ## make .venv with the command rainbow and all tools
	@echo "$(BIN)/rainbow is ready"

demo: $(VENV)/.runtime  ## run the demo city in this terminal: simulated switches, collector, page
	@exec $(BIN)/rainbow demo $(CITY)

test: $(VENV)/.dev  ## run all tests
	$(BIN)/pytest $(PYTEST_FLAGS) $(TESTS)

chaos: $(VENV)/.dev  ## kill -9 at a thousand moments each of working and of bringing up an old file, the whole collector 200 times; a full disk, a failed one; ten starts
	RAINBOW_CHAOS_KILLS=1000 $(BIN)/pytest tests/chaos

chaos-short: $(VENV)/.dev  ## the same with sixty, within 50 seconds
	RAINBOW_CHAOS_KILLS=60 $(BIN)/pytest tests/chaos -n 2

FUZZ_INPUTS ?= 10000000
fuzz: $(VENV)/.dev  ## ten million damaged datagrams and files, where strangers' bytes come in; FUZZ_INPUTS=N
	$(BIN)/python tests/fuzz/fuzz.py --inputs $(FUZZ_INPUTS)

check: lint types contracts generated test  ## everything that has to be green before a commit is shared

lint: $(VENV)/.dev  ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.dev  ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.dev  ## mypy, strict
	$(BIN)/mypy
	$(BIN)/mypy deploy/*.py

contracts: $(VENV)/.dev  ## import-linter: imports point down
	$(BIN)/lint-imports

generated: $(VENV)/.dev  ## are docs, dashboards and texts up to date?
	$(BIN)/python -m rainbow.generate --check

generate: $(VENV)/.dev  ## write docs, dashboards and compiled texts anew
	$(BIN)/python -m rainbow.generate

texts: $(VENV)/.dev  ## collect all visible texts into the catalogue
	$(BIN)/python -m rainbow.generate --texts

bench: bench-topology bench-inventory bench-incidents bench-collectors bench-dashboards  ## measure what the documentation claims

bench-topology: $(VENV)/.dev  ## all single and double cuts, beside NetworkX and igraph; cuts found from snapshots
	$(BIN)/python -m benchmarks.topology
	$(BIN)/python -m benchmarks.localisation

bench-inventory: $(VENV)/.dev  ## read, check and trace a city of 2,000 switches
	$(BIN)/python -m benchmarks.inventory

bench-incidents: $(VENV)/.dev  ## how often the cause named is the true one
	$(BIN)/python -m benchmarks.incidents
	$(BIN)/python -m benchmarks.incident_load
	$(BIN)/python -m benchmarks.degradation

bench-dashboards: $(VENV)/.dev  ## every panel on a day of 1,000 switches in a real InfluxDB
	$(BIN)/python -m benchmarks.dashboards

bench-collectors: $(VENV)/.dev  ## weigh a round beside snmp_exporter, collectd, Telegraf and pysnmp
	$(BIN)/python -m benchmarks.collectors --devices 200 --rounds 5
	$(BIN)/python -m benchmarks.collectors --devices 200 --rounds 5 --v3

soak: $(VENV)/.dev  ## two hours of a city of 1,000 switches: is memory flat, is a round missed? (root: with precedence)
	$(BIN)/python -m benchmarks.soak "$$(mktemp -d)/soak" --minutes 120

bench-outage: $(VENV)/.dev  ## InfluxDB away for a day of 1,000 switches, and back
	$(BIN)/python -m benchmarks.outage "$$(mktemp -d)/outage"

lock:  ## lock all dependencies anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --group build -o requirements.txt pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --extra cluster --group build -c requirements.txt -o requirements-cluster.txt pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --extra cluster --extra studies --group build --group dev -c requirements.txt -o requirements-dev.txt pyproject.toml

advisories: $(VENV)/.dev  ## known vulnerabilities of what is locked; 1: some, 3: nobody could be asked
	$(BIN)/python -m rainbow.supply advisories

licences: $(VENV)/.dev  ## has every file a licence? (REUSE)
	$(BIN)/reuse lint --quiet || $(BIN)/reuse lint

sbom: $(VENV)/.dev  ## what the program is made of, into rainbow.cdx.json (CycloneDX 1.6)
	$(BIN)/python -m rainbow.supply sbom >rainbow.cdx.json

image-steps:  ## do what deploy/Dockerfile does, in a clean virtual environment
	sh deploy/image-steps.sh

clean:  ## remove what make made
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache rainbow_fibre.egg-info
