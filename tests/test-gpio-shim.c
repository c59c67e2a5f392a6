/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The emulated chip refuses what the kernel's refuses: raw system calls, as libgpiod would never
 * make them. */
#include "tests/bench/gpio-state.h"

#include <glib.h>
#include <linux/gpio.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#define PRESENCE 25
#define LAMP 17
#define WAIT_MS 5000

static ThBenchGpio *bench;

static int
open_chip (void)
{
  int fd = open ("/dev/gpiochip0", O_RDWR | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

/* Returns: the lines' descriptor, or minus the errno value. */
static int
request_lines (const struct gpio_v2_line_request *request)
{
  struct gpio_v2_line_request copy = *request;
  int chip = open_chip ();
  int result = ioctl (chip, GPIO_V2_GET_LINE_IOCTL, &copy) == 0 ? copy.fd : -errno;

  close (chip);
  return result;
}

static int
request_one (guint line, guint64 flags)
{
  struct gpio_v2_line_request request = { .num_lines = 1, .config.flags = flags };

  request.offsets[0] = line;
  return request_lines (&request);
}

static void
test_flags_that_contradict_are_refused (void)
{
  static const guint64 refused[] = {
    GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_OUTPUT,
    GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_OPEN_DRAIN,
    GPIO_V2_LINE_FLAG_OUTPUT | GPIO_V2_LINE_FLAG_OPEN_DRAIN | GPIO_V2_LINE_FLAG_OPEN_SOURCE,
    GPIO_V2_LINE_FLAG_OUTPUT | GPIO_V2_LINE_FLAG_EDGE_RISING,
    GPIO_V2_LINE_FLAG_BIAS_PULL_UP,
    GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_BIAS_PULL_UP | GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN,
    GPIO_V2_LINE_FLAG_INPUT | G_GUINT64_CONSTANT (1) << 40,
    GPIO_V2_LINE_FLAG_USED,
  };
  guint64 violations = atomic_load (&bench->violations);

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_cmpint (request_one (LAMP, refused[i]), ==, -EINVAL);
  g_assert_cmpint (request_one (LAMP, GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING |
                                          GPIO_V2_LINE_FLAG_EVENT_CLOCK_HTE),
                   ==, -EOPNOTSUPP);
  g_assert_cmpuint (atomic_load (&bench->violations) - violations, ==,
                    G_N_ELEMENTS (refused) + 1);
  g_assert_false (th_bench_gpio_taken (bench, LAMP));
}

static void
test_malformed_requests_are_refused (void)
{
  struct gpio_v2_line_request request = { .num_lines = 0 };

  g_assert_cmpint (request_lines (&request), ==, -EINVAL);
  request.num_lines = 65;
  g_assert_cmpint (request_lines (&request), ==, -EINVAL);
  request.num_lines = 1;
  request.offsets[0] = 58;
  g_assert_cmpint (request_lines (&request), ==, -EINVAL);
  request.offsets[0] = LAMP;
  request.padding[2] = 1;
  g_assert_cmpint (request_lines (&request), ==, -EINVAL);
  request.padding[2] = 0;
  request.config.num_attrs = 11;
  g_assert_cmpint (request_lines (&request), ==, -EINVAL);
  request.config.num_attrs = 1;
  request.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_DEBOUNCE;
  request.config.attrs[0].mask = 1;
  request.config.flags = GPIO_V2_LINE_FLAG_OUTPUT;
  g_assert_cmpint (request_lines (&request), ==, -EINVAL);
}

static void
test_a_line_has_one_user (void)
{
  int fd = request_one (LAMP, GPIO_V2_LINE_FLAG_OUTPUT);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (request_one (LAMP, GPIO_V2_LINE_FLAG_OUTPUT), ==, -EBUSY);
  close (fd);
  fd = request_one (LAMP, GPIO_V2_LINE_FLAG_OUTPUT);
  g_assert_cmpint (fd, >=, 0);
  close (fd);
}

static void
test_inputs_cannot_be_set (void)
{
  struct gpio_v2_line_values values = { .bits = 1, .mask = 1 };
  int fd = request_one (PRESENCE, GPIO_V2_LINE_FLAG_INPUT);

  g_assert_cmpint (ioctl (fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values), ==, -1);
  g_assert_cmpint (errno, ==, EPERM);
  values.mask = 0;
  g_assert_cmpint (ioctl (fd, GPIO_V2_LINE_GET_VALUES_IOCTL, &values), ==, -1);
  g_assert_cmpint (errno, ==, EINVAL);
  close (fd);
}

static void
test_a_child_that_ends_leaves_its_parents_lines_alone (void)
{
  int fd = request_one (LAMP, GPIO_V2_LINE_FLAG_OUTPUT);
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      close (fd);
      exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (th_bench_gpio_taken (bench, LAMP));
  g_assert_cmpint (request_one (LAMP, GPIO_V2_LINE_FLAG_OUTPUT), ==, -EBUSY);
  close (fd);
}

/* A killed program's lines are free, before anybody has waited for it, and its lamps dark. */
static void
test_a_killed_program_holds_nothing (void)
{
  int ready[2];
  pid_t child;
  siginfo_t info;
  char byte;

  g_assert_cmpint (pipe (ready), ==, 0);
  child = fork ();
  if (child == 0)
    {
      struct gpio_v2_line_values values = { .bits = 1, .mask = 1 };
      int fd = request_one (LAMP, GPIO_V2_LINE_FLAG_OUTPUT);

      if (ioctl (fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) != 0 || write (ready[1], "", 1) != 1)
        abort ();
      pause ();
    }
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  g_assert_true (th_bench_gpio_lamp (bench, LAMP));
  kill (child, SIGKILL);
  g_assert_cmpint (waitid (P_PID, (id_t) child, &info, WEXITED | WNOWAIT), ==, 0);
  g_assert_false (th_bench_gpio_lamp (bench, LAMP));
  close (request_one (LAMP, GPIO_V2_LINE_FLAG_OUTPUT));
  waitpid (child, NULL, 0);
  close (ready[0]);
  close (ready[1]);
}

static void
assert_edge (int fd, guint id, guint seqno)
{
  struct gpio_v2_line_event event;
  struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

  g_assert_cmpint (poll (&poll_fd, 1, WAIT_MS), ==, 1);
  g_assert_cmpint (read (fd, &event, sizeof event), ==, sizeof event);
  g_assert_cmpuint (event.id, ==, id);
  g_assert_cmpuint (event.offset, ==, PRESENCE);
  g_assert_cmpuint (event.line_seqno, ==, seqno);
}

static void
test_presence_makes_edges_and_an_unplugged_chip_ends_them (void)
{
  struct pollfd poll_fd = { .events = POLLIN };
  int fd = request_one (PRESENCE, GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_ACTIVE_LOW |
                                      GPIO_V2_LINE_FLAG_EDGE_RISING |
                                      GPIO_V2_LINE_FLAG_EDGE_FALLING);

  g_assert_cmpint (fd, >=, 0);
  for (guint i = 0; i < 5; i++)
    {
      atomic_store (&bench->present, 1);
      th_bench_gpio_changed (bench);
      assert_edge (fd, GPIO_V2_LINE_EVENT_RISING_EDGE, 2 * i + 1);
      atomic_store (&bench->present, 0);
      th_bench_gpio_changed (bench);
      assert_edge (fd, GPIO_V2_LINE_EVENT_FALLING_EDGE, 2 * i + 2);
    }
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_UNPLUGGED);
  poll_fd.fd = fd;
  g_assert_cmpint (poll (&poll_fd, 1, WAIT_MS), ==, 1);
  g_assert_cmpint (poll_fd.revents & POLLHUP, !=, 0);
  g_assert_cmpint (open ("/dev/gpiochip0", O_RDWR), ==, -1);
  g_assert_cmpint (errno, ==, ENOENT);
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
  close (fd);
}

int
main (int argc, char **argv)
{
  const char *path = g_getenv (TH_BENCH_GPIO_ENV);
  int result;

  g_test_init (&argc, &argv, NULL);
  if (path == NULL)
    {
      g_printerr ("set %s and preload the shim, as tests/meson.build does\n", TH_BENCH_GPIO_ENV);
      return 1;
    }
  bench = th_bench_gpio_open (path, true);
  g_assert_nonnull (bench);
  atomic_store (&bench->presence_active_low, 1);

  g_test_add_func ("/gpio-shim/flags-that-contradict-are-refused",
                   test_flags_that_contradict_are_refused);
  g_test_add_func ("/gpio-shim/malformed-requests-are-refused",
                   test_malformed_requests_are_refused);
  g_test_add_func ("/gpio-shim/a-line-has-one-user", test_a_line_has_one_user);
  g_test_add_func ("/gpio-shim/inputs-cannot-be-set", test_inputs_cannot_be_set);
  g_test_add_func ("/gpio-shim/a-child-that-ends-leaves-its-parents-lines-alone",
                   test_a_child_that_ends_leaves_its_parents_lines_alone);
  g_test_add_func ("/gpio-shim/a-killed-program-holds-nothing",
                   test_a_killed_program_holds_nothing);
  g_test_add_func ("/gpio-shim/presence-makes-edges-and-an-unplugged-chip-ends-them",
                   test_presence_makes_edges_and_an_unplugged_chip_ends_them);
  result = g_test_run ();
  remove (path);
  return result;
}
