# nnlab. `make run` opens the first lesson, `make test` runs every test, `make help` lists the rest.
#
# `make run` and `make test` first install what is missing (.ci/deps) and then build in a make of their own. Libraries
# are looked up when something is compiled, not when this file is read, so it can be read on a bare machine.
# Everything made lies in build/$(MODE)/, laid out like the sources.

VERSION := 0.1.0
MODE ?= release
PREFIX ?= /usr/local
BUILD := build/$(MODE)
SHELL := /bin/bash
JOBS = $(eval JOBS := $(shell nproc 2>/dev/null || echo 2))$(JOBS)
FUZZ_SECONDS ?= 60

# --- Flags. CPPFLAGS, CFLAGS and LDFLAGS are the user's and come last, but for what one file needs (ARCH). ---

MODES := release debug asan tsan cov fuzz
ifeq ($(filter $(MODE),$(MODES)),)
$(error MODE=$(MODE) is none of: $(MODES))
endif

SANITIZE := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all
MODE_release := -O3 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
MODE_debug := -Og -g3
MODE_asan := $(SANITIZE) -fsanitize=address,undefined,float-cast-overflow
MODE_tsan := $(SANITIZE) -fsanitize=thread
MODE_cov := -O0 -g --coverage
MODE_fuzz := $(SANITIZE) -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow
ifeq ($(MODE),fuzz)
CC := clang
endif

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
ifeq ($(WERROR),1)
WARNINGS += -Werror
endif

# No -ffast-math: it folds isnan() and divergence would go unseen. No contraction either: a fused multiply-add would
# make the bits depend on which version of a kernel the CPU gets (src/base/simd.h). The kernels of the products fuse
# all their multiply-adds, in any mode, because they ask for it (src/math/kernel_template.h). Nobody reads the flags
# that say which operation was inexact or not valid: without them gcc may compute both sides of a choice, which is how
# a loop over relu or a dropout mask becomes one of vectors. No value depends on that.
LANGUAGE := -std=c17 -D_GNU_SOURCE -Isrc
COMPILE = $(CC) $(LANGUAGE) $(WARNINGS) -fno-math-errno -fno-trapping-math -ffp-contract=off \
  -fstack-protector-strong -fPIE -pthread $(MODE_$(MODE)) $(CPPFLAGS) $(CFLAGS) $(ARCH)
ifeq ($(shell uname -s),Linux)
HARDEN := -pie -Wl,-z,relro,-z,now -Wl,--as-needed
endif
LINK = $(CC) $(MODE_$(MODE)) $(CFLAGS) -pthread $(HARDEN) $(LDFLAGS)

# --- Libraries: asked for once, when first needed. libcsv has no pkg-config file. ---

PACKAGES := ncursesw yaml-0.1 zlib sqlite3 cairo
ask = $(shell pkg-config $(1))$(if $(filter 0,$(.SHELLSTATUS)),,$(error libraries are missing: see "make deps"))
LIB_CFLAGS = $(eval LIB_CFLAGS := $(patsubst -I%,-isystem %,$(call ask,--cflags $(PACKAGES))))$(LIB_CFLAGS)
LIBS = $(eval LIBS := $(call ask,--libs $(PACKAGES)) -lcsv -lm)$(LIBS)
CMOCKA_CFLAGS = $(eval CMOCKA_CFLAGS := $(patsubst -I%,-isystem %,$(call ask,--cflags cmocka)))$(CMOCKA_CFLAGS)
CMOCKA_LIBS = $(eval CMOCKA_LIBS := $(call ask,--libs cmocka))$(CMOCKA_LIBS)
BLAS_CFLAGS = $(eval BLAS_CFLAGS := $(patsubst -I%,-isystem %,$(call ask,--cflags openblas)))$(BLAS_CFLAGS)
BLAS_LIBS = $(eval BLAS_LIBS := $(call ask,--libs openblas))$(BLAS_LIBS)

# --- What is made of what. ---

SOURCES := $(sort $(wildcard src/*/*.c))
LIB_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out src/app/main.c,$(SOURCES)))
programs = $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard $(1))))
UNIT := $(call programs,tests/unit/test_*.c)
HELPERS := $(addsuffix .o,$(filter-out $(UNIT),$(call programs,tests/unit/*.c)))
PROBES := $(call programs,tests/terminal/*.c)
BENCHES := $(call programs,tests/bench/*.c)
LESSONS := $(call programs,tests/lessons/*.c)
FUZZ := $(call programs,tests/fuzz/fuzz_*.c)
CHECKED := $(sort $(wildcard src/*/*.c tests/*/*.c))
FORMATTED := $(sort $(CHECKED) $(wildcard src/*/*.h tests/*/*.h))

ifeq ($(V),1)
say =
else
say = @echo '  $(1) $(2)';
endif

.PHONY: all programs run test check check-layers lint lint-format lint-tidy lint-cppcheck format bench fuzz run-fuzz \
  lessons coverage reference install uninstall deps clean help FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BUILD)/nnlab ## build the program: build/release/nnlab (MODE=release, debug, asan, tsan, cov)

programs: all $(UNIT) $(PROBES) $(BENCHES) $(LESSONS)

$(BUILD)/nnlab: $(BUILD)/src/app/main.o $(BUILD)/libnnlab.a
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LIBS)

$(BUILD)/libnnlab.a: $(LIB_OBJECTS) $(BUILD)/objects.stamp
	$(call say,AR  ,$@)rm -f $@ && $(AR) rcs $@ $(LIB_OBJECTS)

$(BUILD)/src/%.o: src/%.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	$(call say,CC  ,$<)$(COMPILE) $(PLACES) $(LIB_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%.o: tests/%.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	$(call say,CC  ,$<)$(COMPILE) $(LIB_CFLAGS) $(CMOCKA_CFLAGS) $(BLAS_CFLAGS) -MMD -MP -c -o $@ $<

$(UNIT): $(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(HELPERS) $(BUILD)/libnnlab.a
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(CMOCKA_LIBS) $(LIBS)

$(LESSONS): %: %.o $(BUILD)/libnnlab.a
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(CMOCKA_LIBS) $(LIBS)

$(PROBES): %: %.o $(BUILD)/libnnlab.a
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LIBS)

$(BENCHES): %: %.o $(BUILD)/libnnlab.a
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LIBS) $(BLAS_LIBS)

$(FUZZ): %: %.o $(BUILD)/libnnlab.a
	$(call say,LINK,$@)$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# A stamp is written only when its text changes: then what depends on it is made again.
stamp = @mkdir -p $(@D); echo '$(1)' | cmp -s - $@ || echo '$(1)' >$@
$(BUILD)/flags.stamp: FORCE
	$(call stamp,$(COMPILE) $(LINK))
$(BUILD)/objects.stamp: FORCE
	$(call stamp,$(LIB_OBJECTS))
$(BUILD)/version.stamp: FORCE
	$(call stamp,$(VERSION))
$(BUILD)/prefix.stamp: FORCE
	$(call stamp,$(PREFIX))

$(BUILD)/src/app/version.o: $(BUILD)/version.stamp
$(BUILD)/src/app/version.o: PLACES = -DNNLAB_VERSION='"$(VERSION)"'
$(BUILD)/src/app/paths.o: $(BUILD)/prefix.stamp
$(BUILD)/src/app/paths.o: PLACES = -DNNLAB_SHARE_DIR='"$(PREFIX)/share/nnlab"'

# A set of kernels has an instruction set of its own, whatever -march the others are built for.
KERNELS := $(BUILD)/src/math/kernels_
$(KERNELS)portable.o: private ARCH = $(STACK_OF_LINES)
ifneq ($(filter x86_64-% amd64-%,$(shell $(CC) -dumpmachine 2>/dev/null)),)
$(KERNELS)avx512.o: private ARCH = -mavx512f -mfma $(STACK_OF_LINES)
$(KERNELS)avx2.o: private ARCH = -mavx2 -mfma -mno-avx512f $(STACK_OF_LINES)
endif
# gcc 12 aligns what it watches for use after return to 32 bytes, a cache line on the stack too.
$(BUILD)/src/math/mat.o: private ARCH = $(STACK_OF_LINES)
ifeq ($(MODE),asan)
STACK_OF_LINES = --param asan-use-after-return=0
endif

-include $(wildcard $(BUILD)/*/*/*.d)

# --- Run and test. ---

# A make of its own on every core, unless a -j was given.
SUBMAKE = $(MAKE) --no-print-directory $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(JOBS))

run: ## install what is missing, build, and open the first lesson (ARGS="..." for the program)
	@.ci/deps run
	@$(SUBMAKE) all
	@$(BUILD)/nnlab $(ARGS)

test: ## install what is missing, build, and run every test (ONLY="str rng" for some)
	@.ci/deps test
	@$(SUBMAKE) check-layers programs
	@$(MAKE) --no-print-directory check

# Terminal tests watch the program from outside: thread checking belongs to the unit tests. They take longest and begin.
TESTS = $(if $(filter tsan,$(MODE)),,$(sort $(wildcard tests/terminal/test_*.sh))) tests/tools/test_*.sh $(UNIT)
check:
	@MODE=$(MODE) BUILD=$(BUILD) NNLAB=$(abspath $(BUILD)/nnlab) ONLY='$(ONLY)' tests/tools/run-tests $(TESTS)

check-layers: ## prove that no folder of src/ includes what is above or beside it
	@tests/tools/check-layers

lessons: ## train every preset over 5 seeds and check what its text says (NNLAB_LESSON_SEEDS=5)
	@.ci/deps test
	@$(SUBMAKE) $(LESSONS)
	@$(LESSONS)

coverage: ## run the unit tests and print the lines that they reach, file by file
	@$(MAKE) --no-print-directory MODE=cov test
	@find build/cov/src -name '*.gcda' -exec gcov -n {} + 2>/dev/null | awk -F"[:' ]+" \
	  '/^File/ { file = $$2 } /^Lines/ && file ~ /^src\/.*\.c$$/ { print $$3 " of " $$5 "\t" file; file = "" }' | sort -n

# Keras comes from PyPI, once. It is no part of the tests: they read what it has written into tests/reference/cases.
reference: ## let Keras make the reference numbers again, and say how many differ from those kept
	@[ -x build/reference/bin/python ] || python3 -m venv build/reference
	@build/reference/bin/pip install --quiet --disable-pip-version-check -r tests/reference/requirements.txt
	@build/reference/bin/python -B tests/reference/make.py build/reference/cases --check

bench: ## measure nnlab beside its peers: BENCH="steps screen" WORKS="S T32" ROUNDS=7 PYTHON=... (tests/bench/README.md)
	@.ci/deps bench
	@$(SUBMAKE) all $(BENCHES) >&2
	@BUILD=$(BUILD) NNLAB=$(BUILD)/nnlab tests/bench/bench.py

fuzz: ## run each fuzzer for FUZZ_SECONDS=60
	@.ci/deps fuzz
	@$(SUBMAKE) MODE=fuzz run-fuzz

run-fuzz: $(FUZZ)
	$(if $(FUZZ),,$(error there are no fuzzers: tests/fuzz/fuzz_*.c))
	@BUILD=$(BUILD) FUZZ_SECONDS=$(FUZZ_SECONDS) tests/tools/run-fuzzers $(FUZZ)

# --- Lint. ---

lint: lint-format lint-tidy lint-cppcheck ## clang-format, clang-tidy and cppcheck, every finding an error

lint-format:
	@clang-format --dry-run -Werror $(FORMATTED)

# One file at a time: clang-tidy 14 finds va_lists that are not there when it reads several.
lint-tidy:
	@printf '%s\n' $(CHECKED) | xargs -P $(JOBS) -n 1 /bin/bash -o pipefail -c 'clang-tidy --quiet "$$@" -- $(LANGUAGE) \
	  $(LIB_CFLAGS) -DNNLAB_VERSION=\"\" -DNNLAB_SHARE_DIR=\"\" 2>&1 | { grep -v "warnings* generated" || true; }' tidy

lint-cppcheck:
	@cppcheck --quiet -j $(JOBS) --error-exitcode=1 --inline-suppr --std=c11 --enable=warning,performance,portability \
	  --library=tests/tools/cppcheck.cfg --suppressions-list=tests/tools/cppcheck.txt -D_GNU_SOURCE -D__linux__ \
	  -Isrc src tests

format: ## lay out every source file as .clang-format says
	@clang-format -i $(FORMATTED)

# --- Install. ---

BIN = $(DESTDIR)$(PREFIX)/bin
SHARE = $(DESTDIR)$(PREFIX)/share
absolute = $(if $(filter /%,$(PREFIX)),,$(error PREFIX=$(PREFIX) must begin with /))
# $(call put,FILES,FOLDER)
put = $(if $(wildcard $(1)),install -d "$(2)" && install -m 644 $(wildcard $(1)) "$(2)")

install: all ## PREFIX=/usr/local DESTDIR=
	$(absolute)
	install -d "$(BIN)" && install -m 755 $(BUILD)/nnlab "$(BIN)/nnlab"
	$(call put,presets/*.yaml,$(SHARE)/nnlab/presets)
	$(call put,datasets/*.*,$(SHARE)/nnlab/datasets)
	$(call put,datasets/licences/*,$(SHARE)/nnlab/datasets/licences)
	$(call put,src/app/nnlab.1,$(SHARE)/man/man1)
	$(call put,README.md LICENSE,$(SHARE)/doc/nnlab)

uninstall: ## remove what install put there
	$(absolute)
	rm -f "$(BIN)/nnlab" "$(SHARE)/man/man1/nnlab.1"
	rm -rf "$(SHARE)/nnlab" "$(SHARE)/doc/nnlab"

deps: ## install what building, running and testing need, if anything is missing
	@.ci/deps test

clean: ## remove everything that was made
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile
