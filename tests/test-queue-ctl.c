/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thresholdctl queue …: a day's queue run from a shell. The program is named in TH_CTL. */
#include <gio/gio.h>

#include "kiosk/records-zones.h"
#include "tests/records-fixture.h"

static char *conf;
static char *out, *err;

/* A command as somebody would type it; TRUE: it exited with @status. */
static gboolean
run (int status, const char *line)
{
  g_autofree char *whole = g_strdup_printf ("%s --config %s queue %s", g_getenv ("TH_CTL"), conf, line);
  g_autoptr (GError) error = NULL;
  int wait_status;

  g_clear_pointer (&out, g_free);
  g_clear_pointer (&err, g_free);
  g_spawn_command_line_sync (whole, &out, &err, &wait_status, &error);
  g_assert_no_error (error);
  if (g_spawn_check_wait_status (wait_status, &error))
    return status == 0 && *err == '\0';
  return g_error_matches (error, G_SPAWN_EXIT_ERROR, status) && (*err != '\0' || *out != '\0');
}

#define RUN(status, line)                                                                          \
  do                                                                                               \
    if (!run (status, line))                                                                       \
      g_error ("not %d: %s\n%s%s", status, line, out, err);                                        \
  while (0)

#define SAYS(text)                                                                                 \
  if (strstr (out, text) == NULL)                                                                  \
    g_error ("no '%s' in: %s", text, out)

#define WHY(text)                                                                                  \
  if (strstr (err, text) == NULL)                                                                  \
    g_error ("no '%s' in: %s", text, err)

static ThTicket
issue (Fixture *fixture, guint n, char lane)
{
  g_autofree char *visit = th_visit_id_new ();
  ThTicket ticket;
  char id[19];

  person (n, id);
  g_assert_true (th_records_issue_ticket (fixture->records, visit, id, lane, 0, &ticket, NULL));
  g_assert_true (
      th_records_answered (fixture->records, visit, TH_QUESTION_CONSENT, "consent-1", TRUE, NULL));
  return ticket;
}

static void
set_up_config (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  set_up (fixture, data);
  text = g_strdup_printf ("[threshold]\nstate-dir=%s\n[lanes]\nlanes=A;P\n[lane P]\nname=Old\npriority=true\n"
                          "[zones]\nobservation-minutes=30\n",
                          fixture->dir);
  conf = g_build_filename (fixture->dir, "threshold.conf", NULL);
  g_assert_true (g_file_set_contents (conf, text, -1, NULL));
}

static void
tear_down_config (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&conf, g_free);
  g_clear_pointer (&out, g_free);
  g_clear_pointer (&err, g_free);
  tear_down (fixture, data);
}

static void
test_wrong_commands_say_why (Fixture *fixture, gconstpointer data)
{
  issue (fixture, 1, 'A');
  RUN (2, "call");
  RUN (2, "serve --by LI");
  RUN (2, "serve A-001");
  RUN (2, "serve A-001 A-002 --by LI");
  RUN (2, "move A-001 --by LI");
  RUN (2, "checks A-001 --by LI --checks everything");
  RUN (3, "serve A-009 --by LI");
  RUN (3, "arrive rubbish --by LI");
  RUN (1, "call --zone kitchen --by LI");
  WHY ("no zone 'kitchen'");
  RUN (1, "done A-001 --by LI");
  WHY ("A-001: it waits");
  RUN (1, "no-show A-001 --by LI");
  RUN (1, "undo A-001 --by LI");
  WHY ("nothing was done");
  RUN (1, "arrive A-001 --zone vaccination --by LI");
  WHY ("registration comes before vaccination");
  RUN (3, "call --zone registration --by LI");
  WHY ("nobody waits in registration");
}

static void
test_a_ticket_goes_through_all_zones (Fixture *fixture, gconstpointer data)
{
  g_autofree char *scan = NULL;
  ThTicket ticket = issue (fixture, 1, 'A');

  issue (fixture, 2, 'A');
  issue (fixture, 3, 'P');
  RUN (0, "list --zone inquiry");
  g_assert_true (g_str_has_prefix (out, "P-001"));
  RUN (0, "explain A-002");
  SAYS ("number 3 of 3");
  SAYS ("at most one call in 3 goes to lane P");
  RUN (0, "forecast");
  SAYS ("inquiry\tA\t2 waiting\tnot known yet");
  RUN (0, "call --zone inquiry --desk 1 --by LI");
  SAYS ("P-001\tinquiry\tcalled\t1");
  RUN (0, "call --desk=2 --by LI");
  SAYS ("A-001\tinquiry\tcalled\t2");
  RUN (0, "call A-001 --desk 2 --by LI");
  RUN (1, "call A-001 --desk 1 --by LI");
  WHY ("it is at desk '2'");
  RUN (0, "serve A-001 --desk 2 --by LI");
  SAYS ("serving");
  RUN (0, "undo A-001 --desk 2 --by LI");
  SAYS ("called");
  RUN (0, "no-show A-001 --desk 2 --by LI");
  SAYS ("waiting");
  RUN (0, "park A-001 --desk 2 --by LI");
  SAYS ("parked");
  RUN (0, "put-back A-001 --by LI");
  scan = g_strdup_printf ("arrive %s --desk 1 --by LI", ticket.token);
  RUN (0, scan);
  RUN (0, "done A-001 --desk 1 --by LI");
  SAYS ("A-001\tregistration\twaiting");
  RUN (0, "arrive A-001 --zone registration --by LI");
  RUN (0, "consent A-001 --refused --zone registration --by LI");
  RUN (1, "done A-001 --zone registration --by LI");
  WHY ("consent was not given");
  RUN (0, "consent A-001 --zone registration --by LI");
  RUN (0, "move A-001 --to vaccination --zone registration --by LI");
  RUN (0, "arrive A-001 --zone vaccination --desk 3 --by CHEN");
  RUN (1, "done A-001 --zone vaccination --desk 3 --by CHEN");
  RUN (1, "checks A-001 --zone vaccination --desk 3 --by CHEN --checks health,record,look,name,age");
  WHY ("not checked: vaccine, specification, dose, site, route, verified");
  RUN (0, "checks A-001 --zone vaccination --desk 3 --by CHEN --checks all");
  RUN (0, "done A-001 --zone vaccination --desk 3 --by CHEN");
  SAYS ("A-001\tobservation\tserving");
  SAYS ("until");
  RUN (1, "done A-001 --zone observation --by ZHAO");
  WHY ("30 more minutes");
  RUN (0, "extend A-001 --minutes 5 --zone observation --by ZHAO");
  RUN (0, "leave A-001 --zone observation --by ZHAO");
  SAYS ("early");
  RUN (0, "list");
  g_assert_null (strstr (out, "A-001"));
  RUN (0, "list --all");
  SAYS ("A-001\tobservation\tleft");
  assert_projections_are_the_logs (fixture);
}

#define ADD(name)                                                                                  \
  g_test_add ("/queue-ctl/" #name, Fixture, NULL, set_up_config, test_##name, tear_down_config)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (wrong_commands_say_why);
  ADD (a_ticket_goes_through_all_zones);
  return g_test_run ();
}
