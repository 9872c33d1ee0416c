# `make serve` and `make test` do all set-up themselves, on a machine that has Python 3.11 or newer, git and make.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SCRIPTS := src/aseankg/web/scripts
MADE := src/aseankg/web/static/made/LICENCES.txt
CLIENTS := tests/clients/node_modules/.package-lock.json

.PHONY: help serve test build check lock texts bench clean
help:
	@echo "make serve   set up, build the graph, answer at http://127.0.0.1:$(PORT)/ (PORT= to change it)"
	@echo "make test    set up and run every test (ARGS= for pytest, such as ARGS=tests/web)"
	@echo "make build   set up and build the graph"
	@echo "make check   set up, lint, check types"
	@echo "make bench   set up and measure (with wrk, some 10 minutes)"
	@echo "make texts   gather the words of the pages in their catalogue"
	@echo "make lock    write the lock files anew"

$(READY): pyproject.toml requirements.lock requirements-granian.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12 ..."; exit 3; }
	@$(PYTHON) -c 'import ensurepip' \
	  || { echo "This Python cannot make virtual environments: install its venv package (Debian: python3-venv)."; exit 3; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: \
	  -r requirements-granian.lock || echo "granian has no wheel for this machine: gunicorn serves instead."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

# The libraries of the pages. Without npm the pages work, and say what they lack.
$(MADE): $(wildcard $(SCRIPTS)/*.json $(SCRIPTS)/*.js $(SCRIPTS)/build.mjs)
	@(command -v npm > /dev/null && cd $(SCRIPTS) && npm ci --ignore-scripts --silent && node build.mjs) \
	  || { echo "*** NOTICE: there is no npm (Node 18 or newer) here, or it could not fetch the packages."; \
	  echo "*** The query editor and the drawings of networks will be missing; all pages work without them."; }

# Comunica, which the tests have ask the service. Without npm its tests are skipped, and say so.
$(CLIENTS): tests/clients/package.json tests/clients/package-lock.json
	@(command -v npm > /dev/null && cd tests/clients && npm ci --ignore-scripts --silent) \
	  || echo "*** NOTICE: there is no npm (Node 18 or newer) here, or it could not fetch Comunica: its tests are skipped."

serve: $(READY) build
	$(BIN)/aseankg serve --port $(PORT)

build: $(READY) $(MADE)
	$(BIN)/aseankg build

test: $(READY) $(MADE) $(CLIENTS)
	$(BIN)/python -m pytest $(if $(ARGS),,-n auto --dist loadfile) $(ARGS)

check: $(READY)
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/mypy

texts: $(READY)
	$(BIN)/pybabel -q extract --mapping-file pyproject.toml --keywords 'N_ translate' --ignore-dirs node_modules \
	  --omit-header --no-wrap --sort-output --no-location \
	  --output-file src/aseankg/web/locale/aseankg.pot src/aseankg/web

bench: $(READY)
	$(BIN)/python benchmarks/measure.py
	$(BIN)/python benchmarks/serve.py

lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --python-version 3.11 --group dev --output-file requirements.lock pyproject.toml
	echo granian | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --no-deps --python-version 3.11 --output-file requirements-granian.lock -

# The dumps of published versions stay: they cannot be made again from another state of the inputs.
clean:
	rm -rf $(VENV) dist
	[ ! -d build ] || find build -mindepth 1 -maxdepth 1 ! -name dumps -exec rm -rf {} +
