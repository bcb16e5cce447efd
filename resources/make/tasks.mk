# The targets of the root and of every project. Thin: they see to it that cargo-make is there, and call it.
# A person may as well type `cargo make verify`.
#
# LANES="tests services" make verify      runs those lanes alone (root)
# LOG=/path/to/access.log make run        shows the log parser on that file
# DIR=/tmp/pairing make pairing           a folder to share with a candidate (root); EXERCISE=grpc-queue for that one
# BENCH=--quick make bench                shows that the benchmarks work, and measures nothing
# BENCH="--size 100" make bench           a smaller log (log parser)
# BENCH="say bulk" make bench             these parts alone (gRPC queue)

# The version that the dev container image installs as well.
CARGO_MAKE_VERSION := 0.37.24
# Cargo's own folder may not be on the PATH of a fresh shell.
export PATH := $(if $(CARGO_HOME),$(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)

.PHONY: pairing build init verify run bench doctor tools
.DEFAULT_GOAL := help
help:
	@echo "make run      what this folder is for, at work"
	@echo "make verify   every test"
	@echo "make init     build and fetch all that the other two need (make build: the programs alone)"
	@echo "make bench    speed, beside the peers on this machine"
	@echo "make doctor   what this machine has, and what will be skipped without the rest"

pairing build init verify run bench doctor: tools
	@cargo make --disable-check-for-updates $@

tools:
	@command -v cargo >/dev/null || { echo "make: no cargo: install Rust from https://rustup.rs, then run this again" >&2; exit 2; }
	@command -v cc >/dev/null || { echo "make: no C compiler: install gcc or clang (Debian: apt-get install build-essential), since some crates and the linker need it" >&2; exit 2; }
	@cargo make --version >/dev/null 2>&1 || { echo "make: installing cargo-make $(CARGO_MAKE_VERSION), which runs the tasks: once, about 90 seconds on two cores"; cargo install cargo-make --version $(CARGO_MAKE_VERSION) --locked --no-default-features; }
