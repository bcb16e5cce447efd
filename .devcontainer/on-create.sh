#!/bin/sh
# Brings the dependencies that the image has built into the checkout, so that `make init` compiles our own crates only.
# Cargo knows a dependency by its version and features and not by where it lies, so a copy is as good as the original.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
built=/opt/workspace
# Once for each image, and over nothing: the checkout may have been built before. A machine without the image builds all
# of it itself.
if [ -d "$built/target" ] && ! cmp -s "$built/Cargo.lock" "$root/target/.from-image"; then
    mkdir -p "$root/target"
    cp -a -n "$built/target/." "$root/target/"
    cp "$built/Cargo.lock" "$root/target/.from-image"
fi
