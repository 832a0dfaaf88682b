# The one front door, for people and for CI. `make` alone lists what there is.

CARGO ?= cargo
SEEDS ?= 20000
KIND ?= memory
FUZZ_SECONDS ?= 60
ARCHES ?=
# What needs a C++ compiler, OpenSSL's headers and, for its tests, a Kafka broker. `make quick` does without it, and so does
# `make check FEATURES=`. It is the same in all that CI runs, because other features compile half of the dependencies anew.
FEATURES ?= rapport/kafka
FUZZ_TARGETS ?= configuration events form head plan reply

# The oldest compiler that is promised.
OLDEST := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml).0

.PHONY: help oldest demo quick test check fmt lint simulate fuzz bench build web web-check sdk-setup kafka-setup console-test contract-test rules-test kafka-test test-cluster test-clients dist dist-test

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: web ## the two sample calls become an end user and a response in a local InMoment
	$(CARGO) run --locked --package rapport -- demo

test: sdk-setup kafka-setup web web-check ## every test, with the official SDKs and a real browser; installs what they need
	$(MAKE) rules-test
	$(CARGO) test --workspace --locked --features "$(FEATURES)"
	$(MAKE) contract-test
	$(MAKE) console-test

quick: web ## formatting, lints and the Rust tests, without the SDKs, the browser and Kafka
	$(MAKE) check FEATURES=
	$(CARGO) test --workspace --locked --lib --bins --test it --test behaviour --test policy

test-clients: web ## every real client against the real server, in Chromium and in Firefox, which it installs
	tests/sdk/setup.sh
	$(CARGO) test --workspace --locked --features "$(FEATURES)" --test sdk -- --include-ignored

console-test: web ## the console in a real Chromium; its pictures go to target/console-screens
	$(CARGO) build --locked --package rapport
	tests/console/setup.sh
	cd tests/console && npm test --silent

contract-test: web ## whether the server keeps to the description of its admin API
	$(CARGO) build --locked --package rapport
	tests/contract/run.sh

rules-test: ## Prometheus' alert rules, with promtool
	tests/prometheus/run.sh

kafka-test: kafka-setup ## the log in Kafka and the cluster, with real brokers
	$(CARGO) test --locked --package shard-log --features kafka
	$(CARGO) test --locked --package rapport --features kafka --test cluster

test-cluster: kafka-setup web ## three nodes under load, one of which is killed at random, 30 times; takes minutes
	$(CARGO) test --locked --package rapport --features kafka --test cluster kills -- --include-ignored --nocapture

web: ## the console's pages, which the program embeds: web/dist
	web/setup.sh build

web-check:
	web/setup.sh check

sdk-setup:
	tests/sdk/setup.sh usual

kafka-setup:
	tests/kafka/setup.sh

check: fmt lint ## formatting and lints, warnings are errors

fmt:
	$(CARGO) fmt --all --check

lint:
	$(CARGO) clippy --workspace --all-targets --locked --features "$(FEATURES)" -- -D warnings

oldest: ## whether the oldest compiler that is promised builds everything
	@if [ "$$(rustc --version | cut -d' ' -f2)" = "$(OLDEST)" ]; then echo "Rust $(OLDEST) is the compiler in use: every build shows it."; \
	else $(CARGO) +$(OLDEST) check --workspace --all-targets --locked --target-dir target/oldest; fi

simulate: ## random histories with crashes and faults: make simulate SEEDS=100000; with KIND=sqlite on a disk that fails
	$(CARGO) run --profile release-fast --locked --package simulation -- --kind $(KIND) --seeds $(SEEDS)

fuzz: web ## looks for inputs that break a promise, a minute for each target; needs a nightly compiler and cargo-fuzz
	for target in $(FUZZ_TARGETS); do cargo +nightly fuzz run -s none $$target -- -max_total_time=$(FUZZ_SECONDS) || exit 1; done

build: web ## the release binary: target/release/rapport
	$(CARGO) build --release --locked --package rapport

dist: web ## what is installed elsewhere, for x86-64, in target/dist; also make dist ARCHES=aarch64
	deploy/package/build.sh $(ARCHES)

dist-test: ## installs what `make dist` has built, and tries it; as root
	deploy/package/test.sh
	deploy/package/test-containers.sh

bench: web ## speed and memory as JSON
	$(CARGO) build --release --locked --package rapport
	$(CARGO) run --release --locked --package bench
