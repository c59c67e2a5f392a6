/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/visit-log.h"

#include <string.h>

#include "tests/scratch.h"

typedef struct
{
  char *folder;
  char *obstacle; /* a file where the state folder should be */
  ThConfig *config;
  ThVisitLog *log;
  gboolean add_when_back;
  gboolean hold_back;
  gboolean held;
  guint n_failed, n_back;
  GString *done; /* a letter for each job that was done */
} Desk;

static void
job_done (const ThJob *job, const GError *error, gpointer user_data)
{
  Desk *desk = user_data;

  g_assert_no_error (error);
  g_string_append_c (desk->done, job->kind == TH_JOB_LEFT     ? 'l'
                                 : job->kind == TH_JOB_ISSUE  ? 'i'
                                 : job->kind == TH_JOB_DEVICE ? 'd'
                                                              : '?');
}

static void
log_state (const GError *error, gpointer user_data)
{
  Desk *desk = user_data;

  if (error != NULL)
    {
      desk->n_failed++;
      if (desk->hold_back)
        desk->held |= th_visit_log_hold_back (desk->log, 7);
      return;
    }
  desk->n_back++;
  if (desk->add_when_back)
    th_visit_log_add (desk->log,
                      &(ThJob){ .kind = TH_JOB_DEVICE, .part = "printer", .state = "ready" });
}

static void
set_up (Desk *desk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  desk->folder = g_dir_make_tmp ("threshold-XXXXXX", &error);
  g_assert_no_error (error);
  desk->obstacle = g_build_filename (desk->folder, "state", NULL);
  text = g_strdup_printf ("[threshold]\nstate-dir=%s\n", desk->obstacle);
  desk->config = th_config_load_data (text, strlen (text), NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (desk->obstacle, "", 0, &error));
  desk->done = g_string_new (NULL);
  desk->log = th_visit_log_new (desk->config, job_done, log_state, desk);
}

static void
tear_down (Desk *desk, gconstpointer data)
{
  g_clear_pointer (&desk->log, th_visit_log_free);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  th_config_free (desk->config);
  remove_tree (desk->folder);
  g_free (desk->folder);
  g_free (desk->obstacle);
  g_string_free (desk->done, TRUE);
}

static gboolean
late_cb (gpointer data)
{
  g_error ("nothing happens");
  return G_SOURCE_REMOVE;
}

#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint limit = g_timeout_add_seconds (20, late_cb, NULL);                                       \
                                                                                                   \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (limit);                                                                       \
  }                                                                                                \
  G_STMT_END

/* All that was written; @device: (nullable): among it the state of a device. */
static guint64
count_events (Desk *desk, const char *device)
{
  g_autofree char *states = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ThRecords) records = NULL;
  guint64 n = 0;

  g_clear_pointer (&desk->log, th_visit_log_free);
  records = th_records_open (desk->config->state_dir, "test", &error);
  g_assert_no_error (error);
  g_assert_true (th_records_verify (records, &n, &error));
  states = th_records_last_device_states (records, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (device == NULL || strstr (states, device) != NULL);
  return n;
}

static void
test_what_is_given_when_writing_works_again_is_written_once (Desk *desk, gconstpointer data)
{
  desk->add_when_back = TRUE;
  th_visit_log_add (desk->log, &(ThJob){ .kind = TH_JOB_LEFT, .state = "reading", .why = "time" });
  wait_until (desk->n_failed > 0);
  g_assert_cmpstr (desk->done->str, ==, "");
  g_remove (desk->obstacle);
  wait_until (desk->done->len >= 2);
  g_assert_cmpstr (desk->done->str, ==, "ld");
  g_assert_cmpuint (desk->n_back, ==, 1);
  g_assert_cmpuint (count_events (desk, "printer=ready"), ==, 2);
}

static void
test_a_number_that_is_held_back_is_not_taken_later (Desk *desk, gconstpointer data)
{
  ThJob job = { .kind = TH_JOB_ISSUE, .serial = 7, .lane = 'A', .person = "110101199001019917" };
  g_autofree char *visit = th_visit_id_new ();

  g_strlcpy (job.visit, visit, sizeof job.visit);
  desk->hold_back = TRUE;
  th_visit_log_add (desk->log, &(ThJob){ .kind = TH_JOB_LEFT, .state = "reading", .why = "time" });
  th_visit_log_add (desk->log, &job);
  wait_until (desk->n_failed > 0);
  g_assert_true (desk->held);
  g_remove (desk->obstacle);
  wait_until (desk->n_back > 0 && desk->done->len > 0);
  g_assert_cmpuint (count_events (desk, NULL), ==, 1);
  g_assert_cmpstr (desk->done->str, ==, "l");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define TEST(name) g_test_add ("/visit-log/" #name, Desk, NULL, set_up, test_##name, tear_down)
  TEST (what_is_given_when_writing_works_again_is_written_once);
  TEST (a_number_that_is_held_back_is_not_taken_later);
  return g_test_run ();
}
