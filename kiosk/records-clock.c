/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What time it is to the log: see kiosk/records-day.h. */
#include "kiosk/records-private.h"

#include <string.h>
#include <sys/timex.h>
#include <time.h>

/* So far may a steered clock be from what a person confirmed. */
#define JUMP_US (10 * 60 * (gint64)G_USEC_PER_SEC)
/* Nothing says how long the log was asleep; who waits for a locked PIN still gets their time. */
#define MOST_ALONE_US (60 * 60 * (gint64)G_USEC_PER_SEC)

/* --- the machine's clocks ---------------------------------------------------------------------- */

/* Set by whoever steers the clock: the kernel's own word, or (where a sandbox forbids asking)
 * timesyncd's. */
static gboolean
is_steered (void)
{
  struct timex state = { .modes = 0 };
  int answer = adjtimex (&state);

  if (answer >= 0)
    return (state.status & STA_UNSYNC) == 0;
  return g_file_test ("/run/systemd/timesync/synchronized", G_FILE_TEST_EXISTS);
}

/* One for each time the machine is switched on. */
static void
read_boot (char ret_boot[37])
{
  g_autofree char *text = NULL;

  ret_boot[0] = '\0';
  if (g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
    g_strlcpy (ret_boot, g_strstrip (text), 37);
}

static void
read_machine (ThClockReading *ret_reading, gpointer data)
{
  struct timespec boot;

  clock_gettime (CLOCK_BOOTTIME, &boot);
  ret_reading->boot_us = boot.tv_sec * G_USEC_PER_SEC + boot.tv_nsec / 1000;
  ret_reading->wall_us = g_get_real_time ();
  ret_reading->steered = is_steered ();
  /* The same for as long as a process lives. */
  if (ret_reading->boot[0] == '\0')
    read_boot (ret_reading->boot);
}

const ThClock th_clock_machine = { .read = read_machine };

/* --- the time of the log ----------------------------------------------------------------------- */

/* What a person confirmed last. */
typedef struct
{
  char boot[37]; /* "": nobody did yet */
  gint64 boot_us;
  gint64 at_us;
  gint64 jump_us; /* as it was written last */
} Confirmed;

static gboolean
read_confirmed (ThRecords *records, Confirmed *ret_confirmed, GError **error)
{
  g_autoptr (ThStatement) row
      = th_db_query (records->db, "SELECT boot, boot_us, at_us, jump_us FROM clock", "");
  ThStep step = th_statement_step (row, error);
  Confirmed confirmed = { .boot = "" };

  if (step == TH_STEP_ROW)
    {
      g_strlcpy (confirmed.boot, th_statement_text (row, 0), sizeof confirmed.boot);
      confirmed.boot_us = th_statement_int (row, 1);
      confirmed.at_us = th_statement_int (row, 2);
      confirmed.jump_us = th_statement_int (row, 3);
    }
  *ret_confirmed = confirmed;
  return step != TH_STEP_FAILED;
}

/* How late it is by the clocks alone. FALSE: nobody knows. */
static gboolean
ask_clocks (const ThClockReading *reading, const Confirmed *confirmed, ThLogClock *clock,
            gint64 *ret_us)
{
  gboolean of_this_boot = reading->boot[0] != '\0' && strcmp (reading->boot, confirmed->boot) == 0;
  gint64 counted_us = confirmed->at_us + reading->boot_us - confirmed->boot_us;

  clock->written_jump_us = confirmed->jump_us;
  clock->trusted = reading->steered;
  if (of_this_boot && reading->steered && ABS (reading->wall_us - counted_us) > JUMP_US)
    {
      clock->trusted = FALSE;
      clock->jump_us = reading->wall_us - counted_us;
    }
  clock->known = clock->trusted || of_this_boot;
  *ret_us = clock->trusted ? reading->wall_us : counted_us;
  return clock->known;
}

/* The log is ahead of the clocks: it goes on, a tenth slower, until they have come up with it. Standing still, it
 * would hold up every case. */
static gint64
go_on (gint64 last_us, gint64 elapsed_us, gint64 right_us)
{
  gint64 ahead_us = last_us + elapsed_us - right_us;

  return ahead_us <= 0 ? right_us : last_us + elapsed_us - MIN (ahead_us, elapsed_us / 10);
}

gboolean
th_records_read_clock (ThRecords *records, gboolean empty, gint64 last_us, gint64 last_boot_us,
                       ThLogClock *ret_clock, GError **error)
{
  ThLogClock clock = { .known = FALSE };
  Confirmed confirmed;
  gint64 elapsed_us, right_us;

  records->clock->read (&records->reading, records->clock_data);
  if (!read_confirmed (records, &confirmed, error))
    return FALSE;
  /* Of the boot before it would be a larger number, mostly; where it is not, less time has gone by than in truth. */
  elapsed_us = CLAMP (records->reading.boot_us - last_boot_us, 0, MOST_ALONE_US);
  if (ask_clocks (&records->reading, &confirmed, &clock, &right_us))
    clock.now_us = empty ? right_us : go_on (last_us, elapsed_us, right_us);
  else
    clock.now_us = empty ? records->reading.wall_us : last_us + elapsed_us;
  *ret_clock = clock;
  return TRUE;
}

gboolean
th_records_look_at_clock (ThRecords *records, ThLogClock *ret_clock, GError **error)
{
  g_autoptr (ThStatement) last = th_db_query (
      records->db, "SELECT at_us, mono_us FROM events ORDER BY seq DESC LIMIT 1", "");
  ThStep step = th_statement_step (last, error);

  if (step == TH_STEP_FAILED)
    return FALSE;
  return th_records_read_clock (records, step == TH_STEP_DONE,
                                step == TH_STEP_ROW ? th_statement_int (last, 0) : 0,
                                step == TH_STEP_ROW ? th_statement_int (last, 1) : 0, ret_clock,
                                error);
}

gint64
th_records_now_us (ThRecords *records, GError **error)
{
  ThLogClock clock;

  return th_records_look_at_clock (records, &clock, error) ? clock.now_us : 0;
}

gboolean
th_records_write_jump (ThRecords *records, const ThLogClock *clock, GError **error)
{
  g_autoptr (ThLogBody) body = NULL;

  if (ABS (clock->jump_us - clock->written_jump_us) <= JUMP_US)
    return TRUE;
  body = th_log_body_new ();
  th_log_body_set_int (body, "jump_us", clock->jump_us);
  return th_records_append (records, TH_LOG_CLOCK_JUMPED, "", body, error);
}

void
th_records_day (gint64 at_us, char ret_day[TH_DAY_BYTES])
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);
  g_autofree char *day = at != NULL ? g_date_time_format (at, "%Y-%m-%d") : NULL;

  g_strlcpy (ret_day, day != NULL ? day : "", TH_DAY_BYTES);
}
