# `make run` to look at Vestibule, `make test` before a change is done. Both set up what they need.

.DEFAULT_GOAL := help
.PHONY: help run test audit bench bench-import fuzz mutants pictures schemathesis fmt setup

help: ## What there is to do
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: ## Start the service with a demo organization and a demo identity provider (ports: VESTIBULE_PORT, DEMO_IDP_PORT)
	@scripts/demo --check
	@scripts/setup run
	cargo build --locked -p vestibule-http-app -p vestibule-demo-idp
	@scripts/demo

test: ## Format, lints, documentation and all tests
	@scripts/setup test
	@scripts/test

audit: ## Licences, sources and use of the dependencies
	@scripts/setup run
	@scripts/audit

bench: ## Benchmarks
	@scripts/setup run
	cargo bench --locked --workspace

bench-import: ## How fast tables are imported, and in what memory: IMPORT_ROWS rows on each database
	@scripts/setup test
	cargo build --locked --release -p vestibule-http-app -p vestibule-tests --example import --bin vestibule
	VESTIBULE_BIN=target/release/vestibule scripts/with-test-services sh -ec \
		'for database in sqlite postgres; do target/release/examples/import "$${IMPORT_ROWS:-1000000}" "$$database"; done'

fuzz: ## Made-up input for each fuzz target, FUZZ_SECONDS long
	@scripts/setup fuzz
	@scripts/fuzz

pictures: ## The pictures in docs/images, as the pages are now
	@scripts/setup test
	cargo build --locked -p vestibule-http-app -p vestibule-demo-idp
	@scripts/pictures

mutants: ## Whether the tests notice each small change of the code that decides whom to believe (an hour and more)
	@scripts/setup run
	@scripts/mutants

schemathesis: ## Call the service by its OpenAPI document with requests that nobody thought of, SCHEMATHESIS_SECONDS (600) long
	@scripts/setup test
	cargo build --locked -p vestibule-http-app
	@SCHEMATHESIS_SECONDS=$${SCHEMATHESIS_SECONDS:-600} scripts/schemathesis

fmt: ## Format the sources
	cargo fmt --all

setup: ## Install what building and testing need
	@scripts/setup test
