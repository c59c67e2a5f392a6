/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- what it may see ------------------------------------------------------------------------- */

#define READ_FILE LANDLOCK_ACCESS_FS_READ_FILE
#define READ_ALL                                                                                   \
  (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* Landlock's first version knows these; what later ones add is refused by the calls below. */
#define HANDLED (2 * LANDLOCK_ACCESS_FS_MAKE_SYM - 1)

static void
allow (int rules, const char *path, guint64 access)
{
  int fd = open (path, O_PATH | O_CLOEXEC);
  struct landlock_path_beneath_attr rule = { .allowed_access = access, .parent_fd = fd };

  if (fd < 0)
    return;
  syscall (SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  close (fd);
}

/* A program that stands in the root is seen alone: everything is below its folder. */
static void
allow_program (int rules, const char *program)
{
  g_autofree char *folder = g_path_get_dirname (program);

  if (strcmp (folder, "/") == 0)
    allow (rules, program, READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE);
  else
    allow (rules, folder, READ_ALL);
}

int
th_confine_prepare (const char *program)
{
  const struct landlock_ruleset_attr handled = { .handled_access_fs = HANDLED };
  int rules = (int) syscall (SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
  char *real = realpath (program, NULL);

  if (rules < 0)
    {
      free (real);
      return -1;
    }
  allow_program (rules, program);
  if (real != NULL)
    allow_program (rules, real);
  free (real);
  allow (rules, "/usr", READ_ALL);
  allow (rules, "/lib", READ_ALL);
  allow (rules, "/lib64", READ_ALL);
  allow (rules, "/bin", READ_ALL);
  allow (rules, "/etc/ld.so.cache", READ_FILE);
  allow (rules, "/etc/ld.so.preload", READ_FILE);
  allow (rules, "/dev/null", READ_FILE);
  allow (rules, "/dev/zero", READ_FILE);
  allow (rules, "/dev/urandom", READ_FILE);
  return rules;
}

/* --- what it may ask of the kernel ------------------------------------------------------------ */

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* Whatever asks for one of these gets to change a file. */
#define WRITES (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY))
#define NEW_THREAD 0x00010000 /* CLONE_THREAD */

#define NUMBER offsetof (struct seccomp_data, nr)
/* The lower half of an argument, little endian; of those that are looked at the kernel takes no more. */
#define ARGUMENT(n) (offsetof (struct seccomp_data, args) + 8 * (n))

#define LOAD(offset) BPF_STMT (BPF_LD | BPF_W | BPF_ABS, (offset))
#define ANSWER(action) BPF_STMT (BPF_RET | BPF_K, (action))
#define IF(test, value, then, otherwise)                                                           \
  BPF_JUMP (BPF_JMP | (test) | BPF_K, (value), (then), (otherwise))
#define REFUSE ANSWER (SECCOMP_RET_ERRNO | EPERM)
#define ALLOW(call) IF (BPF_JEQ, SYS_##call, 0, 1), ANSWER (SECCOMP_RET_ALLOW)
/* Only when argument @n has none of @bits, has one of them, is at most @value. */
#define ALLOW_WITHOUT(call, n, bits)                                                               \
  IF (BPF_JEQ, SYS_##call, 0, 4), LOAD (ARGUMENT (n)), IF (BPF_JSET, (bits), 0, 1), REFUSE,        \
      ANSWER (SECCOMP_RET_ALLOW)
#define ALLOW_WITH(call, n, bits)                                                                  \
  IF (BPF_JEQ, SYS_##call, 0, 4), LOAD (ARGUMENT (n)), IF (BPF_JSET, (bits), 1, 0), REFUSE,        \
      ANSWER (SECCOMP_RET_ALLOW)
#define ALLOW_UP_TO(call, n, value)                                                                \
  IF (BPF_JEQ, SYS_##call, 0, 4), LOAD (ARGUMENT (n)), IF (BPF_JGT, (value), 0, 1), REFUSE,        \
      ANSWER (SECCOMP_RET_ALLOW)

#ifdef ARCHITECTURE
/* Everything else does not exist to it (ENOSYS: the C library then tries an older way). */
static const struct sock_filter calls[] = {
  LOAD (offsetof (struct seccomp_data, arch)),
  IF (BPF_JEQ, ARCHITECTURE, 1, 0),
  ANSWER (SECCOMP_RET_KILL_PROCESS),
  LOAD (NUMBER),

  /* to start, to think and to end */
  ALLOW (execve), ALLOW (exit), ALLOW (exit_group), ALLOW (brk), ALLOW (mmap), ALLOW (mprotect),
  ALLOW (munmap), ALLOW (mremap), ALLOW (madvise), ALLOW (futex), ALLOW (set_tid_address),
  ALLOW (set_robust_list), ALLOW (rseq), ALLOW (getrandom), ALLOW (uname), ALLOW (sysinfo),
  ALLOW (getpid), ALLOW (getppid), ALLOW (gettid), ALLOW (getuid), ALLOW (geteuid), ALLOW (getgid),
  ALLOW (getegid), ALLOW (sched_yield), ALLOW (sched_getaffinity), ALLOW (membarrier),
  ALLOW (rt_sigaction), ALLOW (rt_sigprocmask), ALLOW (rt_sigreturn), ALLOW (sigaltstack),
  ALLOW (restart_syscall), ALLOW (clock_gettime), ALLOW (clock_getres), ALLOW (clock_nanosleep),
  ALLOW (nanosleep), ALLOW (gettimeofday), ALLOW (getrusage), ALLOW (times),
  ALLOW_WITH (clone, 0, NEW_THREAD),
  ALLOW_UP_TO (prlimit64, 0, 0), /* its own limits, nobody else's */

  /* to read files, and to write to what is open */
  ALLOW (read), ALLOW (readv), ALLOW (pread64), ALLOW (write), ALLOW (writev), ALLOW (lseek),
  ALLOW (close), ALLOW (dup), ALLOW (dup3), ALLOW (pipe2), ALLOW (ppoll), ALLOW (fstat),
  ALLOW (newfstatat), ALLOW (statx), ALLOW (faccessat), ALLOW (faccessat2), ALLOW (readlinkat),
  ALLOW (getdents64), ALLOW (getcwd),
  ALLOW_WITHOUT (openat, 2, WRITES),
  /* Not to have signals sent to others (F_SETOWN). */
  IF (BPF_JEQ, SYS_fcntl, 0, 5), LOAD (ARGUMENT (1)), IF (BPF_JEQ, F_DUPFD_CLOEXEC, 2, 0),
  IF (BPF_JGT, F_SETFL, 0, 1), REFUSE, ANSWER (SECCOMP_RET_ALLOW),

#ifdef __x86_64__
  /* the older spellings */
  ALLOW (arch_prctl), ALLOW (access), ALLOW (readlink), ALLOW (stat), ALLOW (lstat), ALLOW (poll),
  ALLOW (dup2), ALLOW (pipe), ALLOW (getrlimit), ALLOW (time),
  ALLOW_WITHOUT (open, 1, WRITES),
#endif

  ANSWER (SECCOMP_RET_ERRNO | ENOSYS),
};

static gboolean
enter (void)
{
  const struct sock_fprog program
      = { .len = G_N_ELEMENTS (calls), .filter = (struct sock_filter *) calls };

  return prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
#else
static gboolean
enter (void)
{
  return FALSE; /* the numbers of the calls were not looked up for this machine */
}
#endif

/* Never above what the kiosk itself may: only the superuser could raise that. */
static gboolean
limit (int what, rlim_t most)
{
  struct rlimit bound;

  if (getrlimit (what, &bound) != 0)
    return FALSE;
  bound.rlim_max = MIN (bound.rlim_max, most);
  bound.rlim_cur = bound.rlim_max;
  return setrlimit (what, &bound) == 0;
}

gboolean
th_confine (int rules)
{
  /* Core 1, not 0: a dump that goes to a program by a pipe heeds only that. */
  if (!limit (RLIMIT_CORE, 1) || !limit (RLIMIT_CPU, 2) || !limit (RLIMIT_FSIZE, 0)
      || !limit (RLIMIT_NOFILE, 32) || !limit (RLIMIT_AS, 512 * 1024 * 1024)
      || prctl (PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return FALSE;
  if (rules >= 0)
    syscall (SYS_landlock_restrict_self, rules, 0);
  return enter ();
}
