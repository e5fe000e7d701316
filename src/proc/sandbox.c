/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox.c - what a child can no longer do; the one file that knows the CPU.
 *
 * Runs in: worker, scheduler, admin.
 *
 * A list of what is refused, not of what is allowed: the libraries below us may
 * use another call after an update of the system, and a gateway that then fails
 * at night helps nobody.  Refused calls answer EPERM.
 */
#include "proc/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define ARCHITECTURE 0
#endif

#define X32_BIT 0x40000000

extern void __asan_init(void) __attribute__((weak));	/* defined by the sanitizers' runtime */

bool
sandbox_instrumented(void)
{
	return __asan_init != NULL;
}

/* ---------------------------------------------------------------- system calls */

static const int refused[] = {
	SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_mount, SYS_umount2,
	SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare, SYS_bpf, SYS_perf_event_open, SYS_kexec_load,
	SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_reboot,
	SYS_swapon, SYS_swapoff, SYS_acct, SYS_userfaultfd, SYS_io_uring_setup, SYS_open_by_handle_at,
	SYS_clock_settime, SYS_settimeofday, SYS_adjtimex, SYS_quotactl, SYS_syslog, SYS_sethostname,
	SYS_setdomainname, SYS_personality,
};

static const int families[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };	/* netlink: the resolver lists interfaces */

#define FILTER_MOST 128

struct filter {
	struct sock_filter code[FILTER_MOST];
	unsigned short	   n;
};

static void
emit(struct filter *f, unsigned short code, unsigned k, size_t yes, size_t no)
{
	f->code[f->n++] = (struct sock_filter)BPF_JUMP(code, k, (unsigned char)yes, (unsigned char)no);
}

static void
load(struct filter *f, size_t offset)
{
	emit(f, BPF_LD | BPF_W | BPF_ABS, (unsigned)offset, 0, 0);
}

static void
answer(struct filter *f, unsigned action)
{
	emit(f, BPF_RET | BPF_K, action, 0, 0);
}

static void
build(struct filter *f)
{
	load(f, offsetof(struct seccomp_data, arch));
	emit(f, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	answer(f, SECCOMP_RET_ERRNO | ENOSYS);
	load(f, offsetof(struct seccomp_data, nr));
	emit(f, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	answer(f, SECCOMP_RET_ERRNO | ENOSYS);
	for (size_t i = 0; i < LENGTH(refused); i++) {
		emit(f, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)refused[i], 0, 1);
		answer(f, SECCOMP_RET_ERRNO | EPERM);
	}
	emit(f, BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, LENGTH(families) + 2);
	load(f, offsetof(struct seccomp_data, args[0]));
	for (size_t i = 0; i < LENGTH(families); i++)
		emit(f, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)families[i], LENGTH(families) - i, 0);
	answer(f, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
	answer(f, SECCOMP_RET_ALLOW);
}

static void
refuse_calls(void)
{
	struct filter	  f = { .n = 0 };
	struct sock_fprog program = { .filter = f.code };

	if (ARCHITECTURE == 0)
		return;
	build(&f);
	program.len = f.n;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0)
		log_debug("no system call filter: %s", strerror(errno));
}

/* ---------------------------------------------------------------- files */

#define WRITES (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | \
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | \
    LANDLOCK_ACCESS_FS_MAKE_SYM)
#define OURS (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | \
    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR)

static void
allow_below(int rules, struct str directory, uint64_t access)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = access };
	struct arena			  a;

	if (directory.n == 0)
		return;
	arena_init(&a);
	rule.parent_fd = open(arena_cstr(&a, directory), O_PATH | O_CLOEXEC | O_DIRECTORY);
	if (rule.parent_fd >= 0) {
		syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
		close(rule.parent_fd);
	}
	arena_done(&a);
}

static struct str
directory_of(struct str file)
{
	size_t n = file.n;

	while (n > 0 && file.p[n - 1] != '/')
		n--;
	return str_upto(file, n);
}

static void
refuse_files(const struct conf *c)
{
	struct landlock_ruleset_attr attr = { .handled_access_fs = WRITES | LANDLOCK_ACCESS_FS_EXECUTE };
	int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

	if (rules < 0) {
		log_debug("no file sandbox: %s", strerror(errno));
		return;
	}
	allow_below(rules, c->data_dir, OURS);
	allow_below(rules, c->run_dir, OURS);
	allow_below(rules, c->access_dir, OURS);
	allow_below(rules, directory_of(c->log_file), OURS);
	allow_below(rules, STR("/dev"), LANDLOCK_ACCESS_FS_WRITE_FILE);
	if (syscall(SYS_landlock_restrict_self, rules, 0) < 0)
		log_debug("no file sandbox: %s", strerror(errno));
	close(rules);
}

void
sandbox_enter(const struct conf *c)
{
	if (sandbox_instrumented())
		return;
	refuse_files(c);
	refuse_calls();
}
