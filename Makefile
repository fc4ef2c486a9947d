# `make run` to look at Vestibule, `make test` before a change is done. Both set up what they need.

.DEFAULT_GOAL := help
.PHONY: help run test audit bench fuzz mutants schemathesis fmt setup

help: ## What there is to do
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

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

fuzz: ## Made-up input for each fuzz target, FUZZ_SECONDS long
	@scripts/setup fuzz
	@scripts/fuzz

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
