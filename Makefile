# Builds everything into $(BUILD). The two commands a newcomer needs are `make run` and `make test`.
#
# Every layer of the tree becomes a static library; LINKS_x below says, from the top down, what a layer may
# call. tests/layers reads the same tables to check who includes whom.

BUILD ?= build
SANITIZE ?=
DEMO_SECONDS ?=
SECONDS ?= 60
PREFIX ?= /usr
DESTDIR ?=
CC ?= cc
JOBS ?= $(shell nproc)

PACKAGES = glib-2.0 gio-2.0 gio-unix-2.0 sqlite3 xlsxwriter libserialport libsoup-3.0 json-glib-1.0
WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wformat=2 \
           -Wundef -Wwrite-strings -Wvla -Wno-unused-parameter -Wno-missing-field-initializers
OPTIMIZE = $(if $(SANITIZE),-O1 -fsanitize=address$(comma)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer,-O2)
comma := ,
CPPFLAGS += -I. -D_GNU_SOURCE -DG_LOG_DOMAIN='"lims"' -DLIMS_DATADIR='"$(PREFIX)/share/lims"'
CFLAGS += -std=gnu11 -g $(OPTIMIZE) $(WARNINGS) $(WERROR) -MMD -MP
PKG_CFLAGS = $(shell pkg-config --cflags $(PACKAGES) | sed 's/-I/-isystem /g')
PKG_LIBS = $(shell pkg-config --libs $(PACKAGES))

# A sanitizer build lives beside the ordinary one.
OUT := $(BUILD)$(if $(SANITIZE),-sanitize)

LAYERS = core instruments judge store model ingest reports web
DIRS_core = lims/core
DIRS_instruments = instruments instruments/port instruments/protocol
DIRS_judge = lims/judge
DIRS_store = lims/store
DIRS_model = lims/model
DIRS_ingest = lims/ingest
DIRS_reports = reports
DIRS_web = lims/web

# What each layer links against (and may include), nearest first.
LINKS_core =
LINKS_instruments = core
LINKS_judge = core
LINKS_store = core
LINKS_model = store judge core
LINKS_ingest = model store judge instruments core
LINKS_reports = model store judge core
LINKS_web = reports model store judge core

sources = $(foreach d,$(DIRS_$(1)),$(sort $(wildcard $(d)/*.c)))
objects = $(patsubst %.c,$(OUT)/%.o,$(call sources,$(1)))
library = $(OUT)/lib$(1).a
libraries = $(call library,$(1)) $(foreach l,$(LINKS_$(1)),$(call library,$(l)))

SCHEMA := $(sort $(wildcard lims/store/schema/*/*.sql))
CATALOGUES := $(sort $(wildcard config/po/*.po))

PROGRAMS = $(OUT)/limsd $(OUT)/limsctl $(OUT)/limssim
ALL_LIBRARIES = $(foreach l,web reports ingest model store judge instruments core,$(call library,$(l)))

.PHONY: all everything deps deps-test run test check test-uart test-faults lint bench fuzz install clean pot format
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAMS) $(CATALOGUES:config/po/%.po=$(OUT)/locale/lims/LC_MESSAGES/lims-%.mo)

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC  $<"
	@$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -c -o $@ $<

define layer_rule
$(call library,$(1)): $(call objects,$(1)) $(if $(filter store,$(1)),$(OUT)/lims/store/schema-resource.o)
	@rm -f $$@
	@ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rule,$(l))))

# The schema's SQL files, carried inside the program: /lims/schema/ENGINE/NNN-name.sql.
$(OUT)/lims/store/schema-resource.xml: $(SCHEMA) Makefile
	@mkdir -p $(@D)
	@{ echo '<gresources><gresource prefix="/lims/schema">'; \
	   for f in $(SCHEMA:lims/store/schema/%=%); do echo "<file>$$f</file>"; done; \
	   echo '</gresource></gresources>'; } > $@
$(OUT)/lims/store/schema-resource.c: $(OUT)/lims/store/schema-resource.xml $(SCHEMA)
	@glib-compile-resources --sourcedir=lims/store/schema --generate-source --c-name lims_schema --target=$@ $<
$(OUT)/lims/store/schema-resource.o: $(OUT)/lims/store/schema-resource.c
	@$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -Wno-missing-prototypes -c -o $@ $<

# One message domain a language (lims-zh_CN, lims-en): see lims/core/i18n.h for why.
$(OUT)/locale/lims/LC_MESSAGES/lims-%.mo: config/po/%.po
	@mkdir -p $(@D)
	@msgfmt --check -o $@ $<

$(OUT)/limsd: $(patsubst %.c,$(OUT)/%.o,$(sort $(wildcard lims/limsd*.c))) $(OUT)/lims/parts.o $(ALL_LIBRARIES)
	@echo "  LD  $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm
$(OUT)/limsctl: $(OUT)/lims/limsctl.o $(OUT)/lims/parts.o $(patsubst %.c,$(OUT)/%.o,$(sort $(wildcard lims/ctl/*.c))) $(ALL_LIBRARIES)
	@echo "  LD  $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm
$(OUT)/limssim: $(patsubst %.c,$(OUT)/%.o,$(sort $(wildcard instruments/simulator/*.c))) $(call libraries,instruments)
	@echo "  LD  $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

# ---- tests: tests/LAYER/test-NAME.c links its layer and what lies below; tests/LAYER/test_NAME.py runs as it is.
C_TESTS := $(foreach l,$(LAYERS),$(sort $(wildcard tests/$(l)/test-*.c)))
SCRIPT_TESTS := $(sort $(wildcard tests/*/test_*.py tests/*/test_*.sh))
TEST_PROGRAMS := $(patsubst %.c,$(OUT)/%,$(C_TESTS))
TEST_HELPERS := $(sort $(wildcard tests/*/helper-*.c))

define test_rule
$(OUT)/tests/$(1)/test-%: $(OUT)/tests/$(1)/test-%.o $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/$(1)/helper-*.c)) $(call libraries,$(1))
	@echo "  LD  $$@"; $$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(PKG_LIBS) -lm
endef
$(foreach l,$(LAYERS),$(eval $(call test_rule,$(l))))

# Runs inside the virtual machine of tests/uart/test_uart.py.
UART_PROBE := $(OUT)/tests/uart/uart-probe
$(UART_PROBE): $(OUT)/tests/uart/uart-probe.o $(call libraries,instruments)
	@echo "  LD  $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

BENCH_PROGRAMS := $(patsubst %.c,$(OUT)/%,$(sort $(wildcard tests/bench/bench-*.c)))
$(OUT)/tests/bench/bench-%: $(OUT)/tests/bench/bench-%.o $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/bench/helper-*.c)) $(ALL_LIBRARIES)
	@echo "  LD  $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

# Without clang the fuzz targets replay their corpus: part of the tests.
FUZZERS := $(patsubst %.c,$(OUT)/%,$(sort $(wildcard tests/fuzz/fuzz-*.c)))
$(OUT)/tests/fuzz/fuzz-%: $(OUT)/tests/fuzz/fuzz-%.o $(OUT)/tests/fuzz/replay.o $(ALL_LIBRARIES)
	@echo "  LD  $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

deps:
	@config/packages/install run
deps-test:
	@config/packages/install run test

run: deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@BUILD=$(OUT) DEMO_SECONDS=$(DEMO_SECONDS) exec config/demo/run

test: deps-test
	@$(MAKE) --no-print-directory -j$(JOBS) check

everything: all $(TEST_PROGRAMS) $(UART_PROBE) $(BENCH_PROGRAMS) $(FUZZERS)

# --directives: a test that is skipped says so and why, also where everything passes.
check: everything
	@LIMS_BUILD=$(abspath $(OUT)) LIMS_DATA=$(abspath config) SANITIZE=$(SANITIZE) \
	  prove -j$(JOBS) --merge --timer --directives --exec tests/run $(TEST_PROGRAMS) $(SCRIPT_TESTS)

test-uart: deps-test
	@$(MAKE) --no-print-directory -j$(JOBS) $(UART_PROBE)
	@LIMS_BUILD=$(abspath $(OUT)) LIMS_DATA=$(abspath config) prove -v --exec tests/run tests/uart/test_uart.py

test-faults: deps-test
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@LIMS_BUILD=$(abspath $(OUT)) LIMS_FAULT_ROUNDS=$(or $(ROUNDS),50) prove -v --exec tests/run tests/faults/test_kill.py

lint: deps-test
	@tests/lint $(OUT)

bench: deps-test
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BENCH_PROGRAMS)
	@LIMS_BUILD=$(abspath $(OUT)) tests/bench/run

FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz-%.c,%,$(sort $(wildcard tests/fuzz/fuzz-*.c)))
fuzz: deps-test
	@LIMS_BUILD=$(abspath $(OUT)) tests/fuzz/run $(SECONDS) $(FUZZ_TARGETS)

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/lims $(DESTDIR)/etc/lims $(DESTDIR)$(PREFIX)/lib/systemd/system
	install -m 755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin/
	cp -r config/drivers config/catalogue $(DESTDIR)$(PREFIX)/share/lims/
	cp -r $(OUT)/locale $(DESTDIR)$(PREFIX)/share/lims/
	test -e $(DESTDIR)/etc/lims/limsd.conf || install -m 644 config/limsd.conf $(DESTDIR)/etc/lims/limsd.conf
	install -m 644 config/limsd.service $(DESTDIR)$(PREFIX)/lib/systemd/system/

# Collects the workbook's and page's words for the translators.
pot:
	@xgettext -k_ -kN_ -kP_:1c,2 --from-code=UTF-8 --no-location -o config/po/lims.pot reports/*.c lims/web/*.c

format:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

clean:
	rm -rf $(BUILD) $(BUILD)-sanitize

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
