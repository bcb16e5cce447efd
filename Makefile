# init | verify | run | bench | doctor: what they do stands in Makefile.toml.
include resources/make/tasks.mk
