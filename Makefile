# Thin: what the targets do is in stack/. Settings (PORT=8001 make run) are listed in .env.example.
PYTHON ?= python3
STACK = $(PYTHON) -m stack

.DEFAULT_GOAL := help
.PHONY: help setup run demo-space test test-sqlite check lint format schema messages lock doctor shell manage benchmarks clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

run: ## start Spaces on this machine: http://127.0.0.1:8000/ (gets what is missing; Ctrl-C stops it)
	@$(STACK) run

demo-space: ## let demo voices speak in a Space of the running site
	@$(STACK) demo-space $(ARGS)

test: ## run the tests: units on PostgreSQL, then end to end in a browser (ARGS="tests/rooms -x" for some)
	@$(STACK) test $(ARGS)

test-sqlite: ## run the unit tests on SQLite
	@$(STACK) test-sqlite $(ARGS)

check: ## run all that CI runs: lint, test and test-sqlite
	@$(STACK) check

lint: ## check format, style, types, imports, templates, migrations and the API description
	@$(STACK) lint

format: ## bring the Python code into shape
	@$(STACK) format

schema: ## write docs/openapi.yaml
	@$(STACK) schema

messages: ## take all words of the code and the templates into locale/*.po, to be translated there
	@$(STACK) messages

doctor: ## say in plain words what is wrong with the running site, and what to do
	@$(STACK) doctor

shell: ## open Django's shell on the running site's data
	@$(STACK) manage shell

manage: ## run a management command: make manage CMD="createsuperuser"
	@$(STACK) manage "$(CMD)"

setup: ## get everything that run and test need, without starting anything
	@$(STACK) setup

lock: ## pin the newest package versions that requirements*.in allow
	@$(STACK) lock

benchmarks: ## run a benchmark (ARGS="home"; without a name: which there are)
	@$(STACK) benchmarks $(ARGS)

clean: ## remove .venv, node_modules and builds (private data in var/ stays)
	@$(STACK) clean
