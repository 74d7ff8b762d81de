# The only entrance. Every target sets up what it needs by itself, once, from the hash-pinned locks in requirements/.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
JOBS ?= 4
PIP := $(RUN) -m pip --disable-pip-version-check --no-input install --quiet --no-deps --require-hashes

# An environment whose Python is gone (an upgrade, a moved checkout) is made again.
$(shell test -x $(RUN) || rm -f $(VENV)/.base $(VENV)/.dev)

# What Python compiled is kept whatever the machine says elsewhere: every start of the bot would compile it all again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check bench faults coverage messages reference pictures lock clean
.DELETE_ON_ERROR:

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.base ## try it: a local community in the browser (ARGS="--locale fr --reset")
	@$(RUN) -m bot demo $(ARGS)

test: $(VENV)/.dev ## run every test (ARGS="tests/core -k introduction")
	@$(RUN) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/.dev ## format, lint, types, arrows, French catalogue, generated reference
	@$(RUN) -m tools.check

bench: $(VENV)/.dev ## measure against floors (ONLY=name for one)
	@$(RUN) -m benchmarks $(ONLY)

faults: $(VENV)/.dev ## kill, freeze, cut off, fill up, and count what is lost (ONLY=name for one)
	@$(RUN) -m tests.faults $(ONLY)

coverage: $(VENV)/.dev ## run every test and say which lines none of them reached
	@$(RUN) -m coverage erase && $(RUN) -m coverage run -m pytest $(ARGS); status=$$?; \
	$(RUN) -m coverage combine --quiet && $(RUN) -m coverage report; exit $$status

messages: $(VENV)/.dev ## bring new texts into the French catalogue (ARGS=theirs.po to take translations from a file)
	@$(RUN) -m tools.catalogue $(ARGS)

reference: $(VENV)/.dev ## write docs/reference again from the code
	@$(RUN) -m tools.reference

pictures: $(VENV)/.dev ## take the pictures of the documentation again, in Chromium (ARGS=ask.png for one)
	@$(RUN) -m tools.pictures $(ARGS)

lock: ## pin the dependencies of pyproject.toml again (ARGS=--upgrade for the newest)
	@PYTHON="$(PYTHON)" sh requirements/lock.sh $(ARGS)

clean: ## remove what the targets made, not the data in var/
	@rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: installed again only when a lock or pyproject.toml is newer.

$(VENV)/.base: requirements/base.txt pyproject.toml
	@PYTHON="$(PYTHON)" sh requirements/venv.sh $(VENV)
	@echo "Setting up: installing what Confrère needs into $(VENV) (once)…" >&2
	@$(PIP) -r requirements/base.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	@echo "Setting up: installing the tools for tests and checks (once)…" >&2
	@$(PIP) -r requirements/dev.txt
	@touch $@
