# demo: install, load demo data, print the ratio per division, serve · test: install everything, check and run all tests
PYTHON ?= python3
demo: ; @sh requirements/install.sh base $(PYTHON) && .venv/bin/lucai demo
test: ; @sh requirements/install.sh test $(PYTHON) && $(MAKE) --no-print-directory check
check: ; .venv/bin/ruff format --check && .venv/bin/ruff check && .venv/bin/mypy && .venv/bin/lint-imports && .venv/bin/python -m pytest -n 2 --dist loadfile
serve: ; @sh requirements/install.sh base $(PYTHON) && .venv/bin/lucai serve
bench: ; @sh requirements/install.sh bench $(PYTHON) && .venv/bin/python -m benchmarks
.PHONY: demo test check serve bench
