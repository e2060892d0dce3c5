# SPDX-License-Identifier: GPL-2.0-only
# For the Kbuild files below: which of two ways these kernel's headers have, for compat.h.
# The headers are asked, not the version: stable kernels take over new names.

# $(call compat-has,NAME,HEADER)
compat-has = $(if $(shell grep -sw $(1) $(srctree)/include/linux/$(2)),-DHAS_$(1))

ccflags-y += $(call compat-has,stop_core_cpuslocked,stop_machine.h)
ccflags-y += $(call compat-has,timer_delete_sync,timer.h)
ccflags-y += $(call compat-has,hrtimer_setup,hrtimer.h)
ccflags-y += $(call compat-has,kthread_run_worker_on_cpu,kthread.h)
