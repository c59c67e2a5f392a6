/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thresholdctl dose … and lot trace: from a lot to who had of it, and back, from a shell. The program is named in TH_CTL. */
#include <gio/gio.h>
#include <sys/wait.h>

#include "kiosk/records-lots.h"
#include "tests/records-fixture.h"

#define PIN "482915"

static char *conf;
static char *out;

/* A command as somebody would type it, with the nurse's PIN on its standard input; TRUE: it exited with @status. */
static gboolean
run (int status, const char *line)
{
  g_autofree char *command
      = g_strdup_printf ("echo " PIN " | %s --config %s %s 2>&1", g_getenv ("TH_CTL"), conf, line);
  const char *argv[] = { "/bin/sh", "-c", command, NULL };
  g_autoptr (GError) error = NULL;
  int wait_status;

  g_clear_pointer (&out, g_free);
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, &wait_status, &error);
  g_assert_no_error (error);
  return WIFEXITED (wait_status) && WEXITSTATUS (wait_status) == status;
}

#define RUN(status, line)                                                                          \
  do                                                                                               \
    if (!run (status, line))                                                                       \
      g_error ("not %d: %s\n%s", status, line, out);                                               \
  while (0)

#define SAYS(text)                                                                                 \
  if (strstr (out, text) == NULL)                                                                  \
    g_error ("no '%s' in: %s", text, out)

#define AS " --by NURSE --pin-stdin"

static void
set_up_config (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  set_up (fixture, data);
  g_assert_true (th_records_add_staff (fixture->records, "NURSE", TH_ROLE_MANAGER, PIN, &error));
  g_assert_no_error (error);
  text = g_strdup_printf ("[threshold]\nstate-dir=%s\n[lane A]\nvaccine=V\n[zones]\nzones=registration\n"
                          "[doses]\nwatch=true\n",
                          fixture->dir);
  conf = g_build_filename (fixture->dir, "threshold.conf", NULL);
  g_assert_true (g_file_set_contents (conf, text, -1, NULL));
  config = th_config_load_data (text, strlen (text), NULL, &error);
  g_assert_no_error (error);
  th_records_watch_doses (fixture->records, config);
}

static void
tear_down_config (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&conf, g_free);
  g_clear_pointer (&out, g_free);
  tear_down (fixture, data);
}

static gboolean
issue (Fixture *fixture, guint n)
{
  g_autofree char *visit = th_visit_id_new ();
  ThTicket ticket;
  char id[19];

  person (n, id);
  return th_records_issue_ticket (fixture->records, visit, id, 'A', 0, &ticket, NULL);
}

static void
test_whoever_is_not_on_the_staff_changes_nothing (Fixture *fixture, gconstpointer data)
{
  RUN (2, "lot receive --lot AB --expiry 2199-01-31 --vaccine V --doses 2 --by NURSE");
  RUN (3, "lot receive --lot AB --expiry 2199-01-31 --vaccine V --doses 2 --by NOBODY --pin-stdin");
  RUN (0, "lot list --json");
  SAYS ("\"lots\" : []");
}

static void
test_a_dose_is_traced_both_ways (Fixture *fixture, gconstpointer data)
{
  RUN (0, "lot receive --lot AB --expiry 2199-01-31 --vaccine V --doses 2" AS);
  g_assert_true (issue (fixture, 1));
  g_assert_true (issue (fixture, 2));
  g_assert_false (issue (fixture, 3));

  RUN (1, "dose inject A-001 --lot AB --dose 2 --site left-arm --route intramuscular --checked" AS);
  SAYS ("registration has not recorded");
  RUN (0, "dose bind A-001 --lot AB" AS);
  RUN (1, "dose inject A-001 --lot AB --dose 2 --site left-arm --route intramuscular" AS);
  SAYS ("are not done");
  RUN (1, "dose inject A-001 --lot AB --dose 2 --site head --route intramuscular --checked" AS);
  RUN (0, "dose inject A-001 --lot AB --dose 2 --site left-arm --route intramuscular --checked" AS);

  RUN (0, "lot trace AB");
  SAYS ("A-001");
  SAYS ("#2  NURSE");
  RUN (0, "lot trace --visit A-001 --json");
  SAYS ("\"lot\" : \"AB\"");
  SAYS ("\"dose\" : 2");
  SAYS ("\"by\" : \"NURSE\"");
  RUN (3, "lot trace --visit A-001 --day 2020-01-01");
  RUN (0, "dose list");
  SAYS ("A-002     reserved");

  RUN (0, "dose undo A-001 --why slip" AS);
  RUN (0, "lot trace AB --json");
  SAYS ("[]");
  RUN (0, "dose release A-002 --why 'went home'" AS);
  RUN (1, "dose release A-002 --why 'went home'" AS);
  g_assert_true (issue (fixture, 3));

  /* The last in order is told. */
  RUN (0, "lot waste AB --doses 1 --why broken" AS);
  SAYS ("1 number has no dose any more");
  RUN (0, "dose list");
  SAYS ("A-003     unserved");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define TEST(name)                                                                                 \
  g_test_add ("/dose-ctl/" #name, Fixture, NULL, set_up_config, test_##name, tear_down_config)
  TEST (whoever_is_not_on_the_staff_changes_nothing);
  TEST (a_dose_is_traced_both_ways);
  return g_test_run ();
}
