// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "kstoptest: " fmt

#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "crew.h"
#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "loops.h"
#include "scratch.h"

#define MAX_COMMAND	255
#define QUIET		(30 * HZ)

static const struct testcase *const tables[] = {
	api_one_cases, api_several_cases, api_machine_cases, errors_cases,
	nowait_cases, flush_cases, nested_cases, leak_cases, exclusion_cases,
	gang_cases, message_cases, try_busy_cases, order_cases, late_cases,
	all_stopped_cases, inactive_cases, stress_cases, opts_cases,
	limits_cases, phases_cases, pause_cases, culprits_cases, races_cases,
	limits_storm_cases, hostages_cases, early_cases,
	share_cases, share_limit_cases, irq_cases, align_cases,
};

static DEFINE_MUTEX(run_lock);		/* one case at a time */
static struct dentry *dir;

const struct testcase *testcase_find(const char *name)
{
	const struct testcase *testcase;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		for (testcase = tables[i]; testcase->name; testcase++)
			if (!strcmp(testcase->name, name))
				return testcase;
	return NULL;
}

bool parse_number(const char *word, const char *key, unsigned int *value)
{
	size_t length = strlen(key);

	return !strncmp(word, key, length) && word[length] == '=' &&
	       !kstrtouint(word + length + 1, 10, value);
}

/* A case that hangs cannot say so itself. */
static void look_after(struct work_struct *work)
{
	unsigned long when;
	const char *file;
	int line;

	expect_where(&file, &line, &when);
	if (time_after(jiffies, when + QUIET))
		pr_warn("no progress for %u s, last check passed: %s:%d\n",
			jiffies_to_msecs(jiffies - when) / 1000, file, line);
	schedule_delayed_work(to_delayed_work(work), QUIET);
}

static DECLARE_DELAYED_WORK(look_after_work, look_after);

static int judge(int ret, unsigned int checks)
{
	if (ret == -EOPNOTSUPP && !expect_failures())
		return ret;
	expect(!ret, "the case gave up: %d", ret);
	expect(checks, "the case checked nothing");
	return expect_failures() ? -EPROTO : 0;
}

static int run_case(const struct testcase *testcase,
		    const struct params *params)
{
	cpumask_var_t home;
	unsigned int checks;
	int ret;

	if (scratch_lost()) {
		pr_err("%s: not run, an earlier case lost something\n",
		       testcase->name);
		return -EPROTO;
	}
	if (!alloc_cpumask_var(&home, GFP_KERNEL))
		return -ENOMEM;
	cpumask_copy(home, current->cpus_ptr);
	expect_begin(testcase->name);
	schedule_delayed_work(&look_after_work, QUIET);

	ret = testcase->run(params);
	checks = expect_checks();
	crew_dismiss();
	if (!scratch_lost())
		kstop_flush();
	ret = judge(ret, checks);

	cancel_delayed_work_sync(&look_after_work);
	scratch_free();
	set_cpus_allowed_ptr(current, home);
	free_cpumask_var(home);
	expect_end(!ret ? "pass" : ret == -EOPNOTSUPP ? "skip" : "fail");
	pr_info("%s: %s\n", testcase->name,
		!ret ? "pass" : ret == -EOPNOTSUPP ? "skip" : "FAIL");
	return ret;
}

static int run_command(char *command)
{
	const struct testcase *testcase;
	struct params params = { };
	char *word = strsep(&command, " ");
	int ret;

	testcase = testcase_find(word);
	if (!testcase) {
		pr_err("run: no case \"%s\"\n", word);
		return -EINVAL;
	}
	while ((word = strsep(&command, " "))) {
		if (*word && !parse_number(word, "seconds", &params.seconds) &&
		    !parse_number(word, "cycles", &params.cycles)) {
			pr_err("run: bad word \"%s\"\n", word);
			return -EINVAL;
		}
	}
	if (mutex_lock_interruptible(&run_lock))
		return -EINTR;
	ret = run_case(testcase, &params);
	mutex_unlock(&run_lock);
	return ret;
}

static ssize_t write_command(const char __user *user, size_t length,
			     int (*command_fn)(char *command))
{
	char *command;
	int ret;

	if (length > MAX_COMMAND)
		return -EINVAL;
	command = memdup_user_nul(user, length);
	if (IS_ERR(command))
		return PTR_ERR(command);
	ret = command_fn(strim(command));
	kfree(command);
	return ret ? ret : length;
}

static ssize_t run_write(struct file *file, const char __user *user,
			 size_t length, loff_t *pos)
{
	return write_command(user, length, run_command);
}

static const struct file_operations run_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= run_write,
};

static int cases_show(struct seq_file *m, void *unused)
{
	const struct testcase *testcase;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		for (testcase = tables[i]; testcase->name; testcase++)
			seq_printf(m, "%s\n", testcase->name);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(cases);

static int result_show(struct seq_file *m, void *unused)
{
	expect_show(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(result);

static int loops_open(struct inode *inode, struct file *file)
{
	return single_open(file, loops_show, NULL);
}

static ssize_t loops_write(struct file *file, const char __user *user,
			   size_t length, loff_t *pos)
{
	return write_command(user, length, loops_command);
}

static const struct file_operations loops_fops = {
	.owner		= THIS_MODULE,
	.open		= loops_open,
	.read		= seq_read,
	.write		= loops_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static int __init kstoptest_init(void)
{
	all_stopped_at_load();
	dir = debugfs_create_dir("kstoptest", NULL);
	debugfs_create_file("cases", 0600, dir, NULL, &cases_fops);
	debugfs_create_file("run", 0600, dir, NULL, &run_fops);
	debugfs_create_file("result", 0600, dir, NULL, &result_fops);
	debugfs_create_file("loops", 0600, dir, NULL, &loops_fops);
	return 0;
}

static void __exit kstoptest_exit(void)
{
	debugfs_remove_recursive(dir);
	loops_stop_all();
	kstop_flush();
}

module_init(kstoptest_init);
module_exit(kstoptest_exit);

MODULE_DESCRIPTION("Test cases and background load for kstop");
MODULE_AUTHOR("the kstop authors");
MODULE_LICENSE("GPL");
