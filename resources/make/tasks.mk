# The targets of the root and of every project. Thin: all of them are words of the program xtask, which `cargo make` calls
# in the same way.

ROOT := $(patsubst %/resources/make/tasks.mk,%,$(abspath $(lastword $(MAKEFILE_LIST))))
# One target folder for all, wherever a target is made: proctor.toml names programs in it.
export CARGO_TARGET_DIR := $(ROOT)/target
# Cargo's own folder may not be on the PATH of a fresh shell.
export PATH := $(if $(CARGO_HOME),$(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)

WORDS := init run verify bench doctor pairing
.PHONY: help $(WORDS)
.DEFAULT_GOAL := help
help:
	@echo "make run       what this folder is for, at work (LOG=FILE: the log parser on that file)"
	@echo "make verify    every test (LANES=\"tests services\": those alone; VERBOSE=1: all output)"
	@echo "make init      download every crate and build the programs"
	@echo "make bench     speed, beside the peers on this machine (BENCH=--quick: a trial)"
	@echo "make doctor    what this machine has, and what will be skipped without the rest"
	@echo "make pairing   a folder to share with a candidate: DIR=/tmp/pairing, for"
	@echo "               EXERCISE=log-parser (FORCE=1: over a candidate's work)"

$(WORDS):
	@command -v cargo >/dev/null || { echo "make: no cargo: install Rust from https://rustup.rs, then run this again" >&2; exit 2; }
	@command -v cc >/dev/null || { echo "make: no C compiler: install gcc or clang (Debian: apt-get install build-essential), since some crates and the linker need it" >&2; exit 2; }
	@[ -x "$(CARGO_TARGET_DIR)/debug/xtask" ] || echo "make: building xtask, which does the rest: once, half a minute on two cores" >&2
	@cargo run --quiet --locked --manifest-path "$(ROOT)/Cargo.toml" --bin xtask -- $@ --project "$(CURDIR)"
