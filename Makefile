# `make` alone lists the commands. Everything local is written under MILLRACE_HOME (default var/).
PYTHON ?= python3.11
HERE = .venv/bin/python -m ops.environment
RUN = $(HERE) .venv/bin/python -m
DATE ?= $(error Say which date: make $@ DATE=2026-03-02)
LOANS ?= 100000
REPAYMENTS ?= 20000
SHARDS ?= 2
.DEFAULT_GOAL := help
.PHONY: help setup demo down resume start status day sample book model explain rollback quarantine statement headline loan bench docs lint format test

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##/\1 /p' Makefile | awk '{ name = $$1; $$1 = ""; printf "make %-11s%s\n", name, $$0 }'

setup:  ## virtual environment, locked packages, a database server; safe to repeat
	@$(PYTHON) ops/bootstrap.py

demo: setup  ## seven business dates on this machine, by Airflow's scheduler; make demo DAYS=9 closes two more
	@.venv/bin/python -m ops.demo $(if $(DAYS),--days $(DAYS))

down:  ## stop everything that `make demo` started
	@.venv/bin/python -m ops.services stop

start:  ## database and MLflow alone, for work without Airflow
	@.venv/bin/python -m ops.services start

status:  ## what runs
	@.venv/bin/python -m ops.services status

resume:  ## after a failure: clear the failed tasks and go on
	@.venv/bin/python -m ops.resume

day: start  ## run one date without Airflow: make day DATE=2026-03-02
	@$(RUN) include.day $(DATE)

sample:  ## write the sample lender's files
	@$(RUN) include.data.sample

book: start  ## load the opening book
	@$(RUN) include.steps.book $(ARGS)

model: start  ## train and judge a model without Airflow
	@$(RUN) models.train

explain: start  ## why an application got its score: make explain APPLICATION=A20260302-0001
	@$(RUN) models.explain_score $(or $(APPLICATION),$(error Say which application: make explain APPLICATION=...)) $(ARGS)

rollback: start  ## the champion before this one scores again: make rollback BY=ann REASON="refuses too many"
	@$(RUN) models.promote --version $(or $(VERSION),previous) --by "$(or $(BY),$(error Say who: make rollback BY=... REASON=...))" \
		--reason "$(or $(REASON),$(error Say why: make rollback BY=... REASON=...))"

quarantine: start  ## refused rows: make quarantine ARGS="list"
	@$(RUN) include.steps.intake.quarantine $(ARGS)

statement: start  ## bank and books: make statement ARGS="list"
	@$(RUN) include.steps.bank_statement $(ARGS)

headline: start  ## the headline of a closed date: make headline DATE=2026-03-08
	@$(RUN) include.steps.headline $(DATE)

loan: start  ## a loan as of a past date: make loan NO=LB000123 DATE=2026-03-04, as known then; BY=value: by value date
	@$(RUN) include.steps.as_of $(or $(NO),$(error Say which loan: make loan NO=LB000123 DATE=2026-03-04)) $(DATE) --by $(or $(BY),known)

bench:  ## the benchmark: make bench LOANS=100000 REPAYMENTS=20000 SHARDS=2
	@.venv/bin/python -m bench --loans $(LOANS) --repayments $(REPAYMENTS) --shards $(SHARDS)

docs:  ## write the generated pages of docs/ again
	@.venv/bin/python -m ops.docs

lint:  ## ruff, mypy, sqlfluff, import-linter
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/sqlfluff lint --processes 2 include/sql
	@.venv/bin/lint-imports

format:  ## write Python and SQL files as lint wants them
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

test:  ## all tests, on a real database server
	@$(PYTHON) ops/bootstrap.py --test-servers
	@.venv/bin/python -m ops.run_tests $(ARGS)
