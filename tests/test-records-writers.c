/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Eight programs write at once, and every 50 ms one of them is killed and started again: no number twice, none
 * missing, everybody has the number they were told.
 *
 *     test-records-writers [TICKETS [KILLS]]
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/records-zones.h"
#include "tests/records-fixture.h"

#define WRITERS 8
#define LANES 3
#define PEOPLE 100000
#define KILL_EVERY_NS 50000000
#define NOBODY (-1)

/* What outlives a writer: who stood in front of it, and what people were told. */
typedef struct
{
  gint enough;
  gint next;            /* the person who comes next */
  gint at[WRITERS];     /* whom the writer serves; NOBODY */
  gint told[PEOPLE];    /* the number, once it was durable; 0: none yet */
  gint lane[PEOPLE];
} Site;

static guint least_tickets = 1000, least_kills = 200;

static Site *
site_new (void)
{
  Site *site = mmap (NULL, sizeof *site, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  g_assert_true (site != MAP_FAILED);
  for (guint i = 0; i < WRITERS; i++)
    site->at[i] = NOBODY;
  return site;
}

/* Another program holds the file for long, or another desk was quicker. Anything else is a fault. */
static void
must_be_ordinary (GError **error)
{
  if (g_error_matches (*error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_BUSY)
      || (*error)->domain == TH_QUEUE_ERROR)
    {
      g_clear_error (error);
      return;
    }
  g_printerr ("# %s\n", (*error)->message);
  _exit (3);
}

static void
check_in (ThRecords *records, Site *site, guint writer, gint who)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *visit = th_visit_id_new ();
  char lane = (char) ('A' + (who + (gint) writer) % LANES);
  ThTicket ticket;
  char id[19];

  person ((guint) who, id);
  while (!th_records_issue_ticket (records, visit, id, lane,
                                   who % 5 == 0 ? TH_REASON_TEMPERATURE : 0, &ticket, &error))
    must_be_ordinary (&error);
  if (site->told[who] != 0
      && (site->told[who] != (gint) ticket.number || site->lane[who] != ticket.lane))
    _exit (4);
  site->lane[who] = ticket.lane;
  g_atomic_int_set (&site->told[who], (gint) ticket.number);
  if (!ticket.existed && !th_records_slip (records, ticket.visit, 0, TH_SLIP_STATE_SENDING, "", &error))
    must_be_ordinary (&error);
}

/* A desk calls who is next and does one thing or another with them. */
static void
work_at_desk (ThRecords *records, const ThStation *at, GRand *dice)
{
  static const ThQueueAction ends[]
      = { TH_QUEUE_PARK, TH_QUEUE_NO_SHOW, TH_QUEUE_PUT_BACK, TH_QUEUE_DONE };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) called = th_records_call_next (records, at, 0, &error);
  const ThQueueEntry *first;
  gboolean done;

  if (called == NULL)
    must_be_ordinary (&error);
  if (called == NULL || called->len == 0)
    return;
  first = called->pdata[0];
  if (g_rand_boolean (dice))
    done = th_records_step (records, first->visit, TH_QUEUE_SERVE, at, &error)
           && th_records_move (records, first->visit, "registration", at, &error);
  else
    done = th_records_step (records, first->visit,
                            ends[g_rand_int_range (dice, 0, G_N_ELEMENTS (ends))], at, &error);
  if (!done)
    must_be_ordinary (&error);
}

G_GNUC_NORETURN static void
write_on (const char *dir, Site *site, guint writer, guint seed)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (seed);
  g_autoptr (GError) error = NULL;
  g_autofree char *device = g_strdup_printf ("kiosk-%u", writer / 2 + 1);
  g_autofree char *desk = g_strdup_printf ("%u", writer + 1);
  ThStation at = { .zone = "inquiry", .desk = desk, .by = "LI MIN" };
  ThRecords *records;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  while ((records = th_records_open (dir, device, &error)) == NULL)
    must_be_ordinary (&error);
  while (!g_atomic_int_get (&site->enough))
    {
      gint who = g_atomic_int_get (&site->at[writer]);

      if (who == NOBODY && g_atomic_int_get (&site->next) < PEOPLE - WRITERS)
        {
          who = g_atomic_int_add (&site->next, 1);
          g_atomic_int_set (&site->at[writer], who);
        }
      if (who != NOBODY)
        {
          check_in (records, site, writer, who);
          g_atomic_int_set (&site->at[writer], NOBODY);
          /* They try once more elsewhere. */
          if (who % 7 == 0)
            check_in (records, site, writer + 1, who);
        }
      if (g_rand_int_range (dice, 0, 3) == 0)
        work_at_desk (records, &at, dice);
    }
  th_records_close (records);
  _exit (0);
}

static pid_t
start (const char *dir, Site *site, guint writer)
{
  guint seed = (guint) g_test_rand_int ();
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    write_on (dir, site, writer, seed);
  return pid;
}

static gint
count_tickets (const Site *site)
{
  gint n = 0;

  for (gint i = 0; i < PEOPLE; i++)
    n += site->told[i] != 0;
  return n;
}

/* Kills one every 50 ms and starts it again, until there were enough of both. */
static guint
kill_and_start_again (const char *dir, Site *site, pid_t pids[WRITERS])
{
  struct pollfd never = { .fd = -1 };
  struct timespec pause = { .tv_nsec = KILL_EVERY_NS };
  guint kills = 0;

  while (kills < least_kills || count_tickets (site) < (gint) least_tickets)
    {
      guint writer = (guint) g_test_rand_int_range (0, WRITERS);
      int status;

      ppoll (&never, 1, &pause, NULL);
      g_assert_cmpint (kill (pids[writer], SIGKILL), ==, 0);
      g_assert_cmpint (waitpid (pids[writer], &status, 0), ==, pids[writer]);
      if (!WIFSIGNALED (status))
        g_error ("a writer gave up: %d", WEXITSTATUS (status));
      pids[writer] = start (dir, site, writer);
      kills++;
    }
  g_atomic_int_set (&site->enough, 1);
  for (guint i = 0; i < WRITERS; i++)
    {
      int status;

      g_assert_cmpint (waitpid (pids[i], &status, 0), ==, pids[i]);
      g_assert_true (WIFEXITED (status));
      g_assert_cmpint (WEXITSTATUS (status), ==, 0);
    }
  return kills;
}

static void
assert_no_gap_and_none_twice (const Fixture *fixture)
{
  g_autofree char *lanes = rows (
      fixture, "SELECT sum (n = last AND n = d AND f = 1 AND l = last) = count(*), count(*) FROM"
               " (SELECT c.last, count(*) AS n, count(DISTINCT t.number) AS d, min(t.number) AS f,"
               "  max(t.number) AS l FROM counters c JOIN tickets t ON t.day = c.day"
               "  AND t.lane = c.lane GROUP BY c.day, c.lane)");
  g_autofree char *log
      = rows (fixture, "SELECT max(n) FROM (SELECT count(*) AS n FROM events"
                       " WHERE kind = 'ticket_issued' GROUP BY json_extract (body, '$.day'),"
                       " json_extract (body, '$.lane'), json_extract (body, '$.number'))");
  /* One number a person, one slip and all its steps a number. */
  g_autofree char *whole = rows (
      fixture, "SELECT (SELECT count(*) FROM tickets) = (SELECT count(*) FROM lookups"
               "  JOIN tickets USING (visit)),"
               " (SELECT count(*) FROM tickets) = (SELECT count(*) FROM slips WHERE copy = 0),"
               " (SELECT sum(moves) + count(*) FROM tickets) = (SELECT count(*) FROM moves)");

  g_assert_cmpstr (lanes, ==, "1|3\n");
  g_assert_cmpstr (log, ==, "1\n");
  g_assert_cmpstr (whole, ==, "1|1|1\n");
}

static void
assert_told_is_true (const Fixture *fixture, const Site *site)
{
  for (gint i = 0; i < PEOPLE; i++)
    {
      g_autoptr (GError) error = NULL;
      ThTicket ticket;
      char id[19];

      if (site->told[i] == 0)
        continue;
      person ((guint) i, id);
      g_assert_true (th_records_find_ticket (fixture->records, id, &ticket, &error));
      g_assert_cmpuint (ticket.number, ==, (guint) site->told[i]);
      g_assert_cmpint (ticket.lane, ==, site->lane[i]);
    }
}

static void
set_up_closed (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("th-records-XXXXXX", NULL);
  open_day_in (fixture->dir);
}

static void
test_eight_writers_that_are_killed_lose_and_double_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Site *site = site_new ();
  pid_t pids[WRITERS];
  guint64 events;
  guint kills;

  for (guint i = 0; i < WRITERS; i++)
    pids[i] = start (fixture->dir, site, i);
  kills = kill_and_start_again (fixture->dir, site, pids);

  fixture->records = th_records_open (fixture->dir, "kiosk-1", &error);
  g_assert_no_error (error);
  assert_no_gap_and_none_twice (fixture);
  assert_told_is_true (fixture, site);
  g_assert_true (th_records_verify (fixture->records, &events, &error));
  g_assert_no_error (error);
  g_test_message ("%d tickets, %" G_GUINT64_FORMAT " events, %u kills", count_tickets (site), events,
                  kills);
  assert_projections_are_the_logs (fixture);
  munmap (site, sizeof *site);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc > 1)
    least_tickets = (guint) CLAMP (atoi (argv[1]), 1, PEOPLE / 2);
  if (argc > 2)
    least_kills = (guint) MAX (atoi (argv[2]), 1);
  g_test_add ("/records-writers/eight_writers_that_are_killed_lose_and_double_nothing", Fixture, NULL,
              set_up_closed, test_eight_writers_that_are_killed_lose_and_double_nothing, tear_down);
  return g_test_run ();
}
