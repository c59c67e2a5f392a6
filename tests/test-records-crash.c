/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several programs at once, and programs that are killed: no number twice, none missing. */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/records-fixture.h"

#define PROCESSES 4
#define TICKETS 100
#define KILLS 20

/* Takes @n tickets, says each number on @fd once it is durable; never returns. */
G_GNUC_NORETURN static void
take_tickets (const char *dir, guint first_person, guint n, int fd)
{
  g_autoptr(GError) error = NULL;
  ThRecords *records = th_records_open (dir, "kiosk-1", &error);

  if (records == NULL)
    {
      g_printerr ("# %s\n", error->message);
      _exit (2);
    }
  open_day (records);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *visit = th_visit_id_new ();
      ThTicket ticket;
      char id[19];

      person (first_person + i, id);
      if (!th_records_issue_ticket (records, visit, id, 'A', i % 5 == 0 ? TH_REASON_TEMPERATURE : 0,
                                    &ticket, &error))
        {
          g_printerr ("# %s\n", error->message);
          _exit (3);
        }
      if (write (fd, &ticket.number, sizeof ticket.number) != sizeof ticket.number)
        _exit (4);
      if (!th_records_slip (records, ticket.visit, 0, TH_SLIP_STATE_SENDING, "", &error))
        _exit (5);
    }
  th_records_close (records);
  _exit (0);
}

static pid_t
start (const char *dir, guint first_person, guint n, int *ret_fd)
{
  int ends[2];
  pid_t pid;

  g_assert_cmpint (pipe (ends), ==, 0);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      close (ends[0]);
      take_tickets (dir, first_person, n, ends[1]);
    }
  close (ends[1]);
  *ret_fd = ends[0];
  return pid;
}

static void
assert_gap_free (Fixture *fixture, guint at_least)
{
  g_autofree char *counts =
      rows (fixture, "SELECT count(*) = max(number), count(DISTINCT number) = max(number),"
                     " max(number) = (SELECT last FROM counters), (SELECT count(*) FROM slips"
                     " WHERE copy = 0) = count(*) FROM tickets");
  g_autofree char *n = rows (fixture, "SELECT count(*) FROM tickets");
  guint64 events;
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint ((guint) g_ascii_strtoull (n, NULL, 10), >=, at_least);
  if (at_least > 0)
    g_assert_cmpstr (counts, ==, "1|1|1|1\n");
  g_assert_true (th_records_verify (fixture->records, &events, &error));
  g_assert_no_error (error);
  assert_projections_are_the_logs (fixture);
}

static void
set_up_closed (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("th-records-XXXXXX", NULL);
}

static void
test_programs_at_once_share_one_gap_free_series (Fixture *fixture, gconstpointer data)
{
  pid_t pids[PROCESSES];
  int fds[PROCESSES];
  g_autofree char *n = NULL;

  /* All of them find an empty folder: they also race to make the file, the tables and the keys. */
  for (guint i = 0; i < PROCESSES; i++)
    pids[i] = start (fixture->dir, i * TICKETS, TICKETS, &fds[i]);
  for (guint i = 0; i < PROCESSES; i++)
    {
      guint number, taken = 0;
      int status;

      while (read (fds[i], &number, sizeof number) == sizeof number)
        taken++;
      close (fds[i]);
      g_assert_cmpint (waitpid (pids[i], &status, 0), ==, pids[i]);
      g_assert_true (WIFEXITED (status));
      g_assert_cmpint (WEXITSTATUS (status), ==, 0);
      g_assert_cmpuint (taken, ==, TICKETS);
    }
  fixture->records = th_records_open (fixture->dir, "kiosk-1", NULL);
  assert_gap_free (fixture, PROCESSES * TICKETS);
  n = rows (fixture, "SELECT count(*) FROM tickets");
  g_assert_cmpstr (n, ==, "400\n");
}

static void
test_a_killed_program_leaves_no_gap_and_no_second_number (Fixture *fixture, gconstpointer data)
{
  guint last = 0;

  for (guint round = 0; round < KILLS; round++)
    {
      guint wanted = (guint) g_test_rand_int_range (0, 12);
      struct pollfd never = { .fd = -1 };
      struct timespec pause = { .tv_nsec = g_test_rand_int_range (0, 3000000) };
      guint number;
      int fd, status;
      pid_t pid = start (fixture->dir, round * 100000, 100000, &fd);

      /* So many tickets, then a random part of the next, or of opening. */
      while (wanted-- > 0 && read (fd, &number, sizeof number) == sizeof number)
        last = MAX (last, number);
      ppoll (&never, 1, &pause, NULL);
      g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
      g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
      g_assert_true (WIFSIGNALED (status));
      while (read (fd, &number, sizeof number) == sizeof number)
        last = MAX (last, number);
      close (fd);

      fixture->records = th_records_open (fixture->dir, "kiosk-1", NULL);
      g_assert_nonnull (fixture->records);
      assert_gap_free (fixture, last);
      g_clear_pointer (&fixture->records, th_records_close);
    }
  g_assert_cmpuint (last, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/records-crash/programs_at_once_share_one_gap_free_series", Fixture, NULL,
              set_up_closed, test_programs_at_once_share_one_gap_free_series, tear_down);
  g_test_add ("/records-crash/a_killed_program_leaves_no_gap_and_no_second_number", Fixture, NULL,
              set_up_closed, test_a_killed_program_leaves_no_gap_and_no_second_number, tear_down);
  return g_test_run ();
}
