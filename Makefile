# make demo   sets all up, builds the demonstration event and serves it on 127.0.0.1:8000 (PORT=... for another)
# make test   sets all up and runs lint, types, import contracts and the tests
# make lint, make format, make bench, make screenshots: see README.md

PYTHON ?= python3
PORT ?= 8000
VENV ?= .venv
BIN := $(VENV)/bin
# One more than the cores of a small machine: some tests wait for a clock.
PROCESSES ?= 3

.PHONY: demo test test-slow lint format bench guide screenshots messages modules clean

$(VENV)/.run: setup.cfg constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/.dev: setup.cfg constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(VENV)/.run $@

demo: $(VENV)/.run
	EXPO_MODE=demonstration EXPO_BASE_URL=http://127.0.0.1:$(PORT) $(BIN)/expo demo
	EXPO_MODE=demonstration EXPO_BASE_URL=http://127.0.0.1:$(PORT) $(BIN)/expo serve --port $(PORT)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .

test: lint
	$(BIN)/python -m pytest -n $(PROCESSES) --ignore tests/e2e
	$(BIN)/python -m pytest tests/e2e

test-slow: $(VENV)/.dev
	$(BIN)/python -m pytest -m slow --timeout=1800

bench: $(VENV)/.dev
	@echo "Benchmarks are run by hand; docs/performance.md says how. In bench/:"
	@ls bench/*.py

screenshots: $(VENV)/.dev
	$(BIN)/python -m tests.e2e.screenshots docs/screenshots

# the guides for organisers and attendees as a small site in build/guide
guide: $(VENV)/.dev
	$(BIN)/pip install --quiet "mkdocs>=1.6"
	$(BIN)/mkdocs build --quiet --strict

modules: $(VENV)/.dev
	$(BIN)/python docs/list_modules.py
	$(BIN)/python docs/archive_tables.py

clean:
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache

# The texts to translate; then: pybabel init -i scheduler/translations/messages.pot -d scheduler/translations -l es
messages: $(VENV)/.dev
	$(BIN)/pybabel extract --no-location --sort-output -F babel.cfg -k _l -k lazy_gettext -k lazy_ngettext:1,2 -o scheduler/translations/messages.pot .
