# SPDX-License-Identifier: GPL-2.0-only
#
# For people. The kernel's build reads Kbuild.

VERSION	:= $(shell sed -n 's/^PACKAGE_VERSION="\{0,1\}\([^"]*\)"\{0,1\}$$/\1/p' dkms.conf)

KVER	?= $(shell uname -r)
KDIR	?= $(firstword $(patsubst %/Makefile,%,$(wildcard \
	   /lib/modules/$(KVER)/build/Makefile /usr/src/linux-headers-$(KVER)/Makefile)))
PREFIX	?= /usr
TESTS	?= test/t

sources	:= $(DESTDIR)$(PREFIX)/src/kstop-$(VERSION)
man9	:= $(DESTDIR)$(PREFIX)/share/man/man9
extra	:= $(DESTDIR)/lib/modules/$(KVER)/extra/kstop
# A distribution's headers come without the key, and to try says so three times.
unsigned := $(if $(wildcard $(KDIR)/certs/signing_key.pem),,CONFIG_MODULE_SIG_ALL=)

.PHONY: help setup modules tools demo check check-full check-packages kernels torture bench profile model litmus lint \
	deb docs install install-docs uninstall dkms-install dkms-remove clean not-dkms need-kdir

help: ## this text
	@echo 'kstop $(VERSION): make TARGET'
	@echo
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' Makefile | expand -t 4,20
	@echo
	@echo 'Variables:'
	@sed -n 's/^#: //p' Makefile | expand -t 4,20

#:   KSTOP_CPUS	virtual CPUs of a guest for which nothing else says it (2; torture 4)
#:   KSTOP_KERNEL	kernel of the guests: a release that apt knows, or a directory
#:   		(what linux-image-amd64 depends on)
#:   KSTOP_ACCEL	kvm, tcg or auto: KVM where /dev/kvm and the CPU have it (auto)
#:   KSTOP_CACHE	kernels and builds are kept there (~/.cache/kstop)
#:   KSTOP_RESULTS	where each guest leaves a directory (results)
#:   TESTS	which of the scripts check runs (test/t)
#:   PROVE_FLAGS	more options for prove, such as -v (nothing)
#:   DURATION	how long torture takes: seconds, or 10m, 1h (60)
#:   TYPE	its torture_type (mixed)
#:   KERNEL	its kernel: lockdep, kcsan, rt, or as KSTOP_KERNEL (KSTOP_KERNEL)
#:   		for kernels: rows of test/kernels-matrix, as in "5.10 6.12-rt" (all)
#:   KERNELS	options of scripts/kernels, such as "--list" (nothing)
#:   CPUS	its virtual CPUs (4)
#:   TORTURE	more parameters, such as "native=4 hogs=fifo" (all disturbers)
#:   QUICK	1: bench takes few samples (all)
#:   BENCH	more options for it, such as "--only insn-8" (nothing)
#:   PROFILE	options for profile, such as "--measure rate --load cfs" (nothing)
#:   FULL	for check-full, such as "--room 4 torture" or "--list" (all steps)
#:   COMPANIONS	no: dkms-install leaves out kstoptorture and kstopscale (yes)
#:   LINT	for lint, such as --quick or "sparse clang" (all checks)
#:   KVER, KDIR	kernel release or headers for modules and install (the running one)
#:   DESTDIR, PREFIX	for install (nothing, /usr)

setup: ## install the packages that demo and check need
	@scripts/setup build guest

modules: need-kdir ## build the modules here, for KVER
	@$(MAKE) -C $(KDIR) M=$(CURDIR) modules

demo: ## boot a guest, show every operation under load, pictures, end with a verdict
	@scripts/setup build guest tool
	@scripts/run-guest --name demo --mode demo --want histogram.svg,timeline.svg \
		--time-limit 300 --stream

check: ## build without a warning, run all tests in guests
	@scripts/setup build guest check
	@modules=$$(scripts/build-all) && \
		KSTOP_MODULES="$$modules" prove --timer $(PROVE_FLAGS) $(TESTS)

check-full: ## check, debug kernels, faults, broken twins, model, litmus, torture, others' load, DKMS: an hour
	@scripts/check-full $(FULL)

check-packages: ## DKMS and the Debian packages in roots of two releases; kernels that refuse kstop
	@scripts/setup build guest check deb root
	@prove --timer $(PROVE_FLAGS) test/t-packages

kernels: ## DKMS, boot and test on each supported kernel, KERNEL= for some rows
	@scripts/setup build guest check kernels
	@scripts/kernels $(KERNELS) $(KERNEL)

torture: ## torture kstop in a guest, show how it goes, end with a verdict
	@scripts/torture $(if $(DURATION),--duration '$(DURATION)') $(if $(TYPE),--type '$(TYPE)') \
		$(if $(KERNEL),--kernel '$(KERNEL)') $(if $(CPUS),--cpus '$(CPUS)') $(TORTURE)

bench: ## measure, beside the kernel's own: tables, JSON, plots; 8 minutes, QUICK=1: 2
	@scripts/bench $(if $(filter-out 0,$(QUICK)),--quick) $(BENCH)

profile: ## where a call's instructions go, function by function, beside native
	@scripts/profile $(PROFILE)

model: ## check the model of the protocol with SPIN, and refute its twins
	@scripts/setup model
	@test/model/run

litmus: ## check what the protocol asks of memory order by the kernel's own model
	@scripts/setup litmus
	@test/litmus/run

lint: ## shellcheck, checkpatch, coccicheck, sparse, clang, gcc of four releases and the like
	@scripts/setup build lint
	@scripts/lint $(LINT)

tools: ## build kstopctl, in tools/kstopctl
	@scripts/setup tool
	@$(MAKE) --no-print-directory -C tools/kstopctl

deb: ## build the Debian packages, in the cache
	@scripts/setup deb
	@scripts/build-deb

docs: ## manual pages and HTML of include/kstop.h, in docs/build
	@scripts/setup build docs
	@scripts/build-docs

install-docs: ## install those manual pages, kstop_machine(9) and so on
	@scripts/build-docs --man
	install -d $(man9)
	install -m 644 docs/build/man/*.9 $(man9)/

install: not-dkms modules ## install the modules for KVER, and what clients need
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) \
		INSTALL_MOD_DIR=extra/kstop $(unsigned) modules_install
	rm -rf $(extra)/test/cases	# these belong in a guest
	install -d $(sources)
	cp -R include $(sources)/
	install -D -m 644 Module.symvers $(sources)/symvers/$(KVER)/Module.symvers
	install -D -m 755 scripts/kstop-config $(DESTDIR)$(PREFIX)/bin/kstop-config
	@test ! -x tools/kstopctl/kstopctl || $(MAKE) --no-print-directory -C tools/kstopctl install
	$(if $(DESTDIR),,depmod $(KVER))

uninstall: not-dkms ## undo install; what no other kernel uses goes, too
	rm -rf $(extra) $(sources)/symvers/$(KVER)
	@rmdir --ignore-fail-on-non-empty $(dir $(extra)) $(sources)/symvers 2>/dev/null || true
	test -d $(sources)/symvers || rm -rf $(sources) $(DESTDIR)$(PREFIX)/bin/kstop-config \
		$(man9)/kstop.9 $(man9)/kstop_*.9 $(man9)/try_kstop_cpus.9
	@test -d $(sources) || $(MAKE) --no-print-directory -C tools/kstopctl uninstall
	$(if $(DESTDIR),,depmod $(KVER))

dkms-install: ## let DKMS build and install for KVER, and for kernels to come
	scripts/dkms-install $(if $(filter no,$(COMPANIONS)),--no-companions) $(KVER)

dkms-remove: ## undo dkms-install, for all kernels
	scripts/dkms-install --remove

clean: ## remove what a build left here; results and the cache stay
	@find Kbuild src test examples \( -name '*.ko' -o -name '*.o' -o -name '*.mod' \
		-o -name '*.mod.c' -o -name '.*.cmd' -o -name '.*.o.d' -o -name '*.symvers' \
		-o -name 'modules.order' -o -name '*.a' -o -path '*/compat/*.inc' \) -type f -delete
	@rm -f Module.symvers modules.order .*.cmd
	@rm -rf .tmp_versions docs/build
	@$(MAKE) --no-print-directory -C tools/kstopctl clean

not-dkms:
	@test ! -e $(sources)/dkms.conf || \
		{ echo 'DKMS has $(sources): make dkms-remove first' >&2; exit 1; }

need-kdir:
	@test -n '$(KDIR)' || { echo 'No headers for kernel $(KVER). Install' \
		'linux-headers-$(KVER), or name another: make KVER=... or KDIR=...' >&2; exit 1; }
