# `make` lists the targets.
include resources/make/tasks.mk
