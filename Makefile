# make demo   the whole product with a simulated city      make test    every test
# make setup  what both need                               make check   quick feedback, under a minute
# make bench  measurements beside their limits             make screenshots   the pictures in the README

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: demo setup dev check lint types imports test bench screenshots format lock clean

demo: setup
	@exec $(BIN)/sunshine up --demo

setup: $(VENV)/.runtime
	@sh deploy/need.sh --optional mosquitto=mosquitto mosquitto_pub=mosquitto-clients

dev: setup $(VENV)/.dev
	@sh deploy/need.sh mosquitto=mosquitto chromium=chromium /usr/share/fonts/opentype/noto=fonts-noto-cjk

# Debian's Python comes without venv; the package that brings it is named after the version.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		sh deploy/need.sh /nonexistent=python3-venv
	@rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt pyproject.toml | $(BIN)/pip
	$(BIN)/pip install -q --disable-pip-version-check -r requirements.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.txt
	@# It asks for an older MQTT client than ours; only its message encoder is used, which needs none.
	$(BIN)/pip install -q --disable-pip-version-check --no-deps pysparkplug==0.6.1
	@touch $@

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports --no-cache

check: dev lint imports types
	$(BIN)/pytest -n 2 -m "not browser and not faults and not slow"

test: dev lint imports types
	$(BIN)/pytest -n 2 -m "not browser and not faults"
	$(BIN)/pytest -m "browser or faults" --durations=5

bench: dev
	@$(BIN)/sunshine bench $(if $(ONLY),--only $(ONLY))

screenshots: dev
	@$(BIN)/python -m tests.browser.screenshots

lock:
	sh deploy/lock.sh

format: dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache *.egg-info
