/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting time from what the log knows: who was called when, what they were told, and what came true. */
#include "kiosk/records-private.h"

#include <string.h>

/* The newest calls of @zone and @lane by @state, the newest first: who was put back, moved or set aside in between is no
 * measure of how long one waits. */
static gboolean
read_waits (ThRecords *records, const char *zone, const char *lane, const char *state,
            GArray *waits, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (
      records->db,
      "SELECT a.at_us, b.at_us FROM moves b"
      " JOIN moves a ON a.visit = b.visit AND a.number = b.number - 1"
      " WHERE b.zone = $1 AND b.lane = $2 AND b.state = $3 AND a.state = 'waiting'"
      " AND a.from_zone <> a.zone ORDER BY b.at_us DESC LIMIT $4",
      "sssi", zone, lane, state, TH_WAITING_SAMPLES);
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      ThWait wait = { .entered_us = th_statement_int (row, 0),
                      .called_us = th_statement_int (row, 1) };

      g_array_append_val (waits, wait);
    }
  return step == TH_STEP_DONE;
}

static int
compare_waits (gconstpointer a, gconstpointer b)
{
  const ThWait *one = a, *two = b;

  return one->called_us < two->called_us ? -1 : one->called_us > two->called_us;
}

static gboolean
count_ahead (ThRecords *records, const char *zone, const char *lane, const char *day,
             guint *ret_ahead, GError **error)
{
  /* CROSS JOIN, here and wherever the queue of a day is read: from its tickets to their moves. The other way round SQLite
   * would go through everybody who ever waited. */
  g_autoptr (ThStatement) row = th_db_query (
      records->db,
      "SELECT count(*) FROM tickets t CROSS JOIN moves m"
      " WHERE m.visit = t.visit AND m.number = t.moves"
      " AND t.day = $1 AND t.lane = $2 AND m.zone = $3 AND m.state = 'waiting'",
      "sss", day, lane, zone);

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  *ret_ahead = (guint) th_statement_int (row, 0);
  return TRUE;
}

gboolean
th_records_forecast_on (ThRecords *records, const char *zone, char lane, const char *day,
                        gint64 now_us, guint *ret_ahead, ThWaitRange *ret_range, GError **error)
{
  g_autoptr (GArray) waits = g_array_new (FALSE, FALSE, sizeof (ThWait));
  const char name[2] = { lane, '\0' };
  guint ahead = 0;

  if (!read_waits (records, zone, name, "called", waits, error)
      || !read_waits (records, zone, name, "serving", waits, error))
    return FALSE;
  if (ret_ahead == NULL && waits->len == 0)
    return FALSE; /* as on the first day: nothing more needs to be asked */
  if (!count_ahead (records, zone, name, day, &ahead, error))
    return FALSE;
  if (ret_ahead != NULL)
    *ret_ahead = ahead;
  g_array_sort (waits, compare_waits);
  return th_waiting_forecast ((const ThWait *) waits->data, waits->len, now_us, ahead, ret_range);
}

gboolean
th_records_forecast (ThRecords *records, const char *zone, char lane, guint *ret_ahead,
                     ThWaitRange *ret_range, GError **error)
{
  gint64 now_us = th_records_now_us (records, error);
  char day[TH_DAY_BYTES];

  if (now_us == 0 || !th_records_shown_day (records, day, error))
    return FALSE;
  return th_records_forecast_on (records, zone, lane, day, now_us, ret_ahead, ret_range, error);
}

/* --- what came true --------------------------------------------------------------------------- */

GArray *
th_records_score_waits (ThRecords *records, const char *day, GError **error)
{
  g_autoptr (GArray) scores = g_array_new (FALSE, TRUE, sizeof (ThLaneScore));
  g_autoptr (ThStatement) row = th_db_query (
      records->db,
      "SELECT t.lane, a.zone, t.wait_low_s, t.wait_high_s, b.at_us - a.at_us FROM tickets t"
      " JOIN moves a ON a.visit = t.visit AND a.number = 0"
      " JOIN moves b ON b.visit = t.visit AND b.number = 1"
      " WHERE t.day = $1 AND b.zone = a.zone AND b.state IN ('called', 'serving')"
      " ORDER BY a.zone, t.lane",
      "s", day);
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      const char lane = th_statement_text (row, 0)[0];
      const ThWaitRange range = { .low_s = (int) th_statement_int (row, 2),
                                  .high_s = (int) th_statement_int (row, 3) };
      ThLaneScore *score = scores->len > 0
                               ? &g_array_index (scores, ThLaneScore, scores->len - 1)
                               : NULL;

      if (score == NULL || score->lane != lane
          || strcmp (score->zone, th_statement_text (row, 1)) != 0)
        {
          ThLaneScore new_score = { .lane = lane };

          g_strlcpy (new_score.zone, th_statement_text (row, 1), sizeof new_score.zone);
          g_strlcpy (new_score.day, day, sizeof new_score.day);
          g_array_append_val (scores, new_score);
          score = &g_array_index (scores, ThLaneScore, scores->len - 1);
        }
      th_wait_score_add (&score->score, range.high_s > 0 ? &range : NULL, th_statement_int (row, 4));
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&scores) : NULL;
}

GArray *
th_records_list_wait_scores (ThRecords *records, guint days, GError **error)
{
  g_autoptr (GArray) scores = g_array_new (FALSE, TRUE, sizeof (ThLaneScore));
  g_autoptr (ThStatement) row
      = th_db_query (records->db,
                     "SELECT day, zone, lane, told, hits, untold, width_s FROM waiting_scores"
                     " WHERE day IN (SELECT DISTINCT day FROM waiting_scores ORDER BY day DESC"
                     " LIMIT $1) ORDER BY day DESC, zone, lane",
                     "i", (int) days);
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      ThLaneScore score = { .lane = th_statement_text (row, 2)[0],
                            .score = { .told = (guint) th_statement_int (row, 3),
                                       .hits = (guint) th_statement_int (row, 4),
                                       .untold = (guint) th_statement_int (row, 5),
                                       .width_s = th_statement_int (row, 6) } };

      g_strlcpy (score.day, th_statement_text (row, 0), sizeof score.day);
      g_strlcpy (score.zone, th_statement_text (row, 1), sizeof score.zone);
      g_array_append_val (scores, score);
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&scores) : NULL;
}

gboolean
th_records_append_wait_scores (ThRecords *records, const char *day, GError **error)
{
  g_autoptr (GArray) scores = th_records_score_waits (records, day, error);

  if (scores == NULL)
    return FALSE;
  for (guint i = 0; i < scores->len; i++)
    {
      const ThLaneScore *score = &g_array_index (scores, ThLaneScore, i);
      const char lane[2] = { score->lane, '\0' };
      g_autoptr (ThLogBody) body = th_log_body_new ();

      th_log_body_set_text (body, "day", day);
      th_log_body_set_text (body, "zone", score->zone);
      th_log_body_set_text (body, "lane", lane);
      th_log_body_set_int (body, "told", score->score.told);
      th_log_body_set_int (body, "hits", score->score.hits);
      th_log_body_set_int (body, "untold", score->score.untold);
      th_log_body_set_int (body, "width_s", score->score.width_s);
      if (!th_records_append (records, TH_LOG_WAITING_SCORED, "", body, error))
        return FALSE;
    }
  return TRUE;
}
