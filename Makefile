# make demo    clean the example pages and show what was found
# make test    run all tests
# make check   what a change must pass: format, lint, types, tests
# make readme  write into README.md and docs/ what their commands print
# make picture take the picture of README.md anew, with chromium
# make bench-quick; make bench DATA=FOLDER
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
CORE := .venv/core.stamp
DEV := .venv/dev.stamp

.PHONY: demo test lint types check format readme picture bench-quick bench clean

demo: $(CORE)
	@mkdir -p demo
	$(BIN)/dehusk clean examples/pages -o demo/reports.jsonl --to jsonl
	$(BIN)/dehusk clean examples/pages -o demo/report.html --to html -q
	@$(BIN)/python scripts/demo.py demo/reports.jsonl
	@echo "Every span with its evidence, to open in a browser: demo/report.html"
	@echo "The same as JSON, a page a line:                    demo/reports.jsonl"

test: $(DEV)
	$(BIN)/python -m pytest -q

lint: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV)
	$(BIN)/mypy

check: lint types test

format: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

readme: $(DEV)
	$(BIN)/python scripts/readme.py --update README.md docs/*.md

picture: $(DEV)
	@mkdir -p demo
	$(BIN)/dehusk clean examples/pages/saltmere-gate.txt -o demo/picture.html --to html -q
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1280,1000 \
	    --screenshot=docs/images/report.png "file://$(CURDIR)/demo/picture.html"

bench-quick: $(DEV)
	$(BIN)/python -m bench quick

bench: $(DEV)
	@test -n "$(DATA)" || { echo "make bench DATA=FOLDER; docs/benchmark.md says what is in the folder"; exit 2; }
	$(BIN)/python -m bench full "$(DATA)"

clean:
	rm -rf .venv demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(CORE): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) --editable .
	@touch $@

$(DEV): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) --editable '.[dev]'
	@touch $(CORE) $@
