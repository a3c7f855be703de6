SHELL := /bin/sh
BIN := .venv/bin
# One worker a core, a file at a time, in the order of pyproject.toml.
PARALLEL := -n auto --dist loadfile --no-loadscope-reorder
SOURCES := pyproject.toml uv.lock scripts/bootstrap $(wildcard */pyproject.toml services/*/pyproject.toml deploy/*/pyproject.toml)

.PHONY: help setup demo up test coverage fuzz chaos bite check gen bench clean
.DEFAULT_GOAL := help

help:
	@echo "make setup   build .venv from the lock; install RabbitMQ and FriBidi when missing and allowed"
	@echo "make demo    play the demonstration"
	@echo "make up      run everything here until Ctrl-C"
	@echo "make test    all tests but the long ones, against a real PostgreSQL and a real RabbitMQ"
	@echo "make coverage  the same with line coverage, which may not fall below its limit"
	@echo "make fuzz    hold a gateway to its OpenAPI document and the ledger of jobs to its promises; EXAMPLES=1000 says for how long"
	@echo "make check   lint, format, types, layers, generated files, each package alone"
	@echo "make gen     write the generated files"
	@echo "make chaos   the promises under kills, cuts and load for long; SECONDS=300 CASCADES=1000 JOBS=2000 say for how long"
	@echo "make bite    take each protection away and see that its tests fail; ARGS=\"inbox sweep\" picks some"
	@echo "make bench   measure against peers: a table and out/bench.json; ARGS=\"hops images\" picks some"
	@echo "make clean   remove what was built; .saisei keeps its data"

# Asked for by name, it always looks; the other targets are content with what it left.
setup:
	@scripts/bootstrap

.venv/.ready: $(SOURCES)
	@scripts/bootstrap

demo: .venv/.ready
	@$(BIN)/saisei demo

up: .venv/.ready
	@$(BIN)/saisei up

# Without it the tests of the alert rules fail, and no others.
.tools/prometheus/promtool:
	@scripts/bootstrap promtool || true

test: .venv/.ready .tools/prometheus/promtool
	@$(BIN)/pytest $(PARALLEL) $(ARGS)

# The same tests, a quarter longer; fails below the limit in pyproject.toml.
coverage: .venv/.ready .tools/prometheus/promtool
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(PARALLEL)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

chaos: .venv/.ready
	@SAISEI_CHAOS_SECONDS=$(or $(SECONDS),300) SAISEI_CHAOS_CASCADES=$(or $(CASCADES),1000) \
		SAISEI_CHAOS_JOBS=$(or $(JOBS),2000) $(BIN)/pytest -m "" $(or $(ARGS),tests/chaos)
	@$(if $(ARGS),,$(BIN)/python tests/chaos/bite.py)
	@$(if $(ARGS),,$(BIN)/pytest -m "" services/jobs/tests/test_job_stories_bite.py)

bite: .venv/.ready
	@$(BIN)/python tests/chaos/bite.py $(ARGS)
	@$(if $(ARGS),,$(BIN)/pytest -m "" services/jobs/tests/test_job_stories_bite.py)

fuzz: .venv/.ready
	@FUZZ_EXAMPLES=$(or $(EXAMPLES),200) $(BIN)/pytest tests/e2e/test_conformance.py services/jobs/tests/test_job_story_properties.py

check: .venv/.ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/python -m saisei_local.generate --check
	$(BIN)/python -m saisei_local.packages

gen: .venv/.ready
	@$(BIN)/python -m saisei_local.generate

.venv/.bench: $(SOURCES)
	@scripts/bootstrap bench

bench: .venv/.bench
	@$(BIN)/python -m bench $(ARGS)

clean:
	rm -rf .venv .tools out .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
