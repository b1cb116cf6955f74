# Two commands set everything up on a machine that has Python 3.11 to 3.13, make and git:
#   make demo    plays the demo tournament and prints its leaderboard
#   make test    runs the whole test suite
# Nothing is installed outside .venv and the user's package cache.

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
# Another interpreter: make test PYTHON=python3.12
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
PACKAGES := agents arena dashboard games prompts ratings

export UV_PYTHON_DOWNLOADS := never
# Arrays are small here: threads of linear algebra would only wait for each other.
export OPENBLAS_NUM_THREADS := 1
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
# Compiled modules are kept, since hundreds of processes of the suite import them.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test compiled check lint types contracts format soak docs snapshots screenshots bench faces lock clean
.DELETE_ON_ERROR:

help:  ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

demo: $(VENV)/.play  ## set up, play the demo tournament, print the leaderboard
	@$(BIN)/arena run arena/tournaments/demo.toml --out runs/demo
	@$(BIN)/arena rate runs/demo

test: $(VENV)/.develop  ## set up, run the whole test suite, in four processes, since many wait
	@$(BIN)/pytest -n 4 --dist worksteal

compiled: $(VENV)/.develop  ## import every test once, so that all modules are compiled
	@$(BIN)/pytest -q --collect-only > $(VENV)/collected || { cat $(VENV)/collected; exit 1; }

check: lint types contracts test  ## everything that must pass before a commit

lint: $(VENV)/.develop  ## style of the code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.develop  ## mypy --strict on the packages and the tests
	@$(BIN)/mypy $(PACKAGES) tests

contracts: $(VENV)/.develop  ## which package may import which
	@$(BIN)/lint-imports

format: $(VENV)/.develop  ## rewrite the code in the house style
	@$(BIN)/ruff check --fix-only . && $(BIN)/ruff format .

soak: $(VENV)/.develop  ## the whole of what the suite samples; takes long
	@$(BIN)/pytest -q -m soak

docs: $(VENV)/.develop  ## build the site in docs/_build, offline; ONLINE=1 also checks links to others
	@ONLINE=$(ONLINE) $(BIN)/sphinx-build -q -n -W --keep-going -b html docs docs/_build/html
	@if [ -n "$(ONLINE)" ]; then NOTEBOOKS=off ONLINE=1 $(BIN)/sphinx-build -q -b linkcheck docs docs/_build/links; fi

snapshots: $(VENV)/.develop  ## regenerate golden files; review them as a diff
	@$(BIN)/pytest -q -m golden --regenerate

screenshots: $(VENV)/.develop  ## draw the pictures of the documents anew; needs Chromium
	@$(BIN)/python -m tests.dashboard.screenshots

bench: $(VENV)/.develop  ## speed against named peers, on one core; ONLY="kuhn_hands …" runs a part
	@$(BIN)/python -m tests.benchmarks $(ONLY)

faces: $(VENV)/.faces  ## lay out what reads faces in participants' browsers

lock: $(VENV)/.develop  ## resolve the dependencies anew
	@$(UV) pip compile -q pyproject.toml --extra embedded --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-emit-index-url -o requirements.lock
	@$(UV) pip compile -q pyproject.toml --all-extras --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-emit-index-url -c requirements.lock -o requirements-dev.lock
	@$(UV) pip compile -q --group setup --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-emit-index-url -c requirements-dev.lock -o requirements-setup.lock

clean:  ## remove the environments
	@rm -rf $(VENV) .bench

# Nothing is installed that no hash names: not the installer, not the build backend, and no package
# that would have to be built first.
$(UV): requirements-setup.lock
	@test -n "$(PYTHON)" || { echo "Affect Arena needs Python 3.11, 3.12 or 3.13 on the PATH (or: make PYTHON=/path/to/python)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make a virtual environment; on Debian: apt install python3-venv"; rm -rf $(VENV); exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-setup.lock
	@touch $@

# The project itself is installed in place, without its dependencies: the lock files have named them all.
$(VENV)/.play: requirements.lock pyproject.toml | $(UV)
	@$(UV) pip install -q --no-build --require-hashes -r requirements.lock
	@$(UV) pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.develop: requirements-dev.lock pyproject.toml | $(UV)
	@$(UV) pip install -q --no-build --require-hashes -r requirements-dev.lock
	@$(UV) pip install -q --no-deps --no-build-isolation -e .
	@touch $@

# Node is a package of Python here. Of the 160 MB that npm brings, 16 are what a browser needs.
FACES := dashboard/lab/faces
$(VENV)/.faces: $(FACES)/package.json $(FACES)/package-lock.json | $(VENV)/.develop
	@mkdir -p $(VENV)/npm $(FACES)/laid && cp $(FACES)/package.json $(FACES)/package-lock.json $(VENV)/npm/
	@cd $(VENV)/npm && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --silent
	@cd $(VENV)/npm/node_modules && cp -t $(CURDIR)/$(FACES)/laid \
		@vladmandic/face-api/dist/face-api.esm.js @vladmandic/face-api/model/tiny_face_detector_model* \
		@vladmandic/face-api/model/face_expression_model* \
		onnxruntime-web/dist/ort.wasm.min.mjs onnxruntime-web/dist/ort-wasm-simd-threaded.mjs \
		onnxruntime-web/dist/ort-wasm-simd-threaded.wasm
	@touch $@
