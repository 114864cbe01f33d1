# make lab and make test set up what they need; `make help` lists the rest.
# Needs GNU make and Python 3.11 or later. Without make: the README has the same in pip lines.

VENV := .venv
BIN := $(VENV)/bin
TOOLS := $(VENV)-tools
# Without compiling: a module is compiled when it is first imported, and most never are. That is a
# third of the time that the set-up takes.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --no-compile
PYTHONS := $(if $(PYTHON),$(PYTHON),python3.13 python3.12 python3.11 python3.14 python3 python)
SETTINGS := $(VENV)/share/jupyter/lab/settings

# Jupyter refuses to run as root (as one is in a container) unless it is told to.
AS_ROOT = $(if $(filter 0,$(shell id -u)),--allow-root)
LAB_ARGS ?=
ROOM ?=
FUZZ_ARGS ?=
SAMPLE ?=
MUTATION_ARGS ?=
NB ?=

# Compile each module once, not in every kernel: of a notebook's start that is most of the time.
unexport PYTHONDONTWRITEBYTECODE

# A target that fails half-way is made again.
.DELETE_ON_ERROR:
.PHONY: help lab setup test check setup-test browser lint types format notebooks text html site serve mutants mutation fuzz matrix bench gallery audit lock clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# --- what a learner needs ------------------------------------------------------------------------

lab: setup ## open JupyterLab on the notebooks (LAB_ARGS=… is passed on)
	$(BIN)/python -m jupyterlab notebooks/00-start-here.ipynb --ServerApp.root_dir=. \
	    --ServerApp.ip=127.0.0.1 $(AS_ROOT) $(LAB_ARGS)

setup: $(VENV)/.installed $(SETTINGS)/overrides.json ## make .venv with everything pinned

# The first Python that runs, is new enough and can make an environment. Running it is the test:
# a name on PATH may be a pyenv shim that only prints an error.
$(BIN)/python:
	@for python in $(PYTHONS); do \
	    if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
	        >/dev/null 2>&1; then \
	        echo "Making $(VENV) with $$("$$python" --version) …"; \
	        exec "$$python" -m venv --clear $(VENV); \
	    fi; \
	done; \
	echo "bpdemo needs Python 3.11 or later, with its venv module, and found none." >&2; \
	echo "Tried: $(PYTHONS)." >&2; \
	echo "Install one (Debian and Ubuntu: apt install python3 python3-venv), or name yours:" >&2; \
	echo "  make PYTHON=/path/to/python3.12 lab" >&2; \
	exit 1

$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what requirements.txt pins, under a minute the first time …"
	@$(INSTALL) --require-hashes -r requirements.txt
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

# No news pop-up, no look-up for updates.
$(SETTINGS)/overrides.json: tools/lab-overrides.json | $(BIN)/python
	@mkdir -p $(@D)
	@cp $< $@

# --- what a contributor needs --------------------------------------------------------------------

# As many processes as there are cores; conftest.py says what stays together. The two suites that
# drive a browser begin in fresh processes: one Playwright must have ended before another starts.
SHARED := -n auto --maxprocesses 4

test: setup-test browser lint types ## run every check: ruff, mypy, pytest, the notebooks, the browser
ifdef PYTEST_ARGS
	$(BIN)/python -m pytest $(SHARED) $(PYTEST_ARGS)
else
	$(BIN)/python -m pytest $(SHARED) tests/browser
	$(BIN)/python -m pytest $(SHARED) tests/site
	$(BIN)/python -m pytest $(SHARED) bpdemo tests notebooks --ignore=tests/browser --ignore=tests/site
endif

# Without a kernel and without a browser; for a chapter, what belongs to it, its notebook too.
EMPTY :=
CHAPTER = bpdemo tests --ignore=tests/browser --ignore=tests/site \
    $(wildcard $(NB:%=notebooks/%*.ipynb)) -k "$(subst $(EMPTY) , or ,$(strip $(NB)))"

check: setup-test lint types ## what answers in a minute; of some chapters: NB="02 03"
	$(BIN)/python -m pytest $(SHARED) $(if $(NB),$(CHAPTER),--quick bpdemo tests) $(PYTEST_ARGS)

setup-test: setup $(VENV)/.installed-test

$(VENV)/.installed-test: requirements-test.txt $(VENV)/.installed
	@echo "Installing what requirements-test.txt adds …"
	@$(INSTALL) --require-hashes -r requirements-test.txt
	@touch $@

browser: setup-test ## find or install a Chromium for the browser tests
	@$(BIN)/python -m tools.browser

lint: setup-test
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check

types: setup-test ## check the types: mypy, strict in the core
	$(BIN)/python -m mypy

format: setup-test ## let ruff fix what it can
	$(BIN)/python -m ruff check --fix
	$(BIN)/python -m ruff format

notebooks: setup-test ## execute and normalise all notebooks, or some: NB="02 03"
	$(BIN)/python -m tools.notebooks run $(NB)

text: setup-test ## write the notebooks' text form to build/text/: NB="02 03"
	$(BIN)/python -m tools.notebooks text $(NB)

html: setup-test ## write each notebook as one HTML file that reads offline: NB="02 03"
	$(BIN)/python -m tools.html $(NB)

site: setup-test ## build the website, with JupyterLab for the browser, into build/site
	$(BIN)/python -m tools.site build

serve: site ## show the website at 127.0.0.1 (PORT=8000)
	$(BIN)/python -m tools.site serve --port $(or $(PORT),8000)

mutants: setup-test browser ## plant every fault of tests/mutants; each must fail a test: ROOM="core page"
	$(BIN)/python -m tools.mutants $(ROOM)

fuzz: setup-test ## 10,000 random networks against autograd, 2,000 malformed calls: FUZZ_ARGS=…
	$(BIN)/python -m tools.fuzz $(FUZZ_ARGS)

# mutmut stands with the other tools; what it tests needs what the tests need.
mutation: setup-test $(TOOLS)/.installed ## plant every small fault in the core and in checking: ROOM=losses SAMPLE=100
	PYTHONPATH=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') \
	    $(TOOLS)/bin/python -m tools.mutation $(ROOM) $(if $(SAMPLE),--sample $(SAMPLE)) $(MUTATION_ARGS)

matrix: $(TOOLS)/.installed ## the quick tests with every Python there is, oldest and newest packages
	$(TOOLS)/bin/python -m tools.matrix

bench: setup-test ## measure everything: the core, checkers, sliders, memory, long use, the site
	$(BIN)/python -m bench

gallery: setup-test browser ## retake the pictures of the explorers
	$(BIN)/python -m tools.gallery

# Its tools have an environment of their own: they need packages that bpdemo does not.
audit: $(TOOLS)/.installed ## look for known vulnerabilities in the workflows and in the pinned packages
	$(TOOLS)/bin/python tools/audit.py

$(TOOLS)/.installed: requirements-tools.txt | $(BIN)/python
	@$(BIN)/python -m venv --clear $(TOOLS)
	@$(TOOLS)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes \
	    -r requirements-tools.txt
	@touch $@

# uv resolves for every platform and Python at once and writes no registry address; only this target
# needs it. One version for all Pythons, so that everybody sees what the notebooks print.
# `make lock UPGRADE=1` takes the newest versions; else pins move only where they have to.
PINS = $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
    --generate-hashes $(if $(UPGRADE),--upgrade) --custom-compile-command "make lock"
LOCK = $(PINS) --group build pyproject.toml
lock: $(TOOLS)/.installed ## re-pin the dependencies (UPGRADE=1: the newest)
	$(LOCK) -o requirements.txt
	$(LOCK) --extra test --extra site -c requirements.txt -o requirements-test.txt
	$(PINS) --group tools -o requirements-tools.txt

clean: ## remove what was built, .venv too
	rm -rf $(VENV) $(TOOLS) build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find bpdemo tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
