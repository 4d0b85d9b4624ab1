# The two commands are `make demo` and `make test`; both make what they need in .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo test bench browser pictures schemas lock clean

help:
	@echo "make demo              a simulated runner's year: import, status, runs, trend"
	@echo "make demo FILES=PATH   the same on your own files (a folder or the export's ZIP)"
	@echo "make test              lint, types, import contracts and every test"
	@echo "make bench             every benchmark and long statistical suite, into BENCHMARKS.md"
	@echo "make pictures          the screenshots that README shows, made anew"
	@echo "make schemas           the published JSON Schemas in docs/schemas, made anew"
	@echo "make lock              the locked dependencies in requirements/, made anew"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Evenstride needs Python 3.11 or newer: $(PYTHON) is older or absent; say make PYTHON=python3.12" >&2; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "Python could not make a virtual environment (on Debian: apt install python3-venv)" >&2; exit 1; }

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing Evenstride and what it stands on ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/.test: requirements/test.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the tests need ..."
	@$(PIP) install --require-hashes -r requirements/test.txt
	@$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.test
	@$(PIP) install --require-hashes -r requirements/bench.txt
	@touch $@

browser:
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do \
		command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing chromium-headless-shell, which the tests of the pages need ..."; \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null; \
	else \
		echo "The tests of the pages need a Chromium: install Debian's chromium-headless-shell (or chromium), and run this again." >&2; exit 1; \
	fi

demo: $(VENV)/.run
	@$(BIN)/evenstride demo --at .demo $(if $(FILES),"$(FILES)")

test: $(VENV)/.test browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -n auto --dist worksteal

bench: $(VENV)/.bench browser
	$(BIN)/python -m bench

pictures: $(VENV)/.test browser
	$(BIN)/python docs/make_pictures.py

schemas: $(VENV)/.test
	$(BIN)/python -m evenstride.answers.schema docs/schemas

lock: $(VENV)/.test
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --upgrade pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header -c requirements/run.txt pyproject.toml --group test -o requirements/test.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header -c requirements/test.txt pyproject.toml --group test --group bench -o requirements/bench.txt

clean:
	rm -rf $(VENV) .demo build dist
