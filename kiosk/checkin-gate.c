/* SPDX-License-Identifier: GPL-3.0-or-later */
/* May anybody be measured now? The day, warm-up, the room, the manager's confirmation and the calibration come
 * together here, and go to the flow as one answer. */
#include <time.h>

#include "drivers/mlx90614.h"
#include "drivers/room-file.h"
#include "kiosk/checkin-flow-private.h"
#include "kiosk/checkin-private.h"
#include "kiosk/id-number.h"

/* After the close the page says that the day is over; later, that the next one has not begun. */
#define CLOSED_FOR_US (6 * 60 * 60 * (gint64)G_USEC_PER_SEC)
#define CLOSED_TICK_MS 1000
#define OPEN_TICK_MS 5000
/* What may change by itself while it is open: a calibration that runs out. */
#define ASK_AGAIN_US (60 * G_USEC_PER_SEC)
/* A room's sensor that is read every few seconds and has said nothing for this long. */
#define ROOM_STALE_US (30 * G_USEC_PER_SEC)
/* A room that was too cold or too warm must be this much better: the page does not come and go. */
#define ROOM_MARGIN_MC 200

static gboolean tick_cb (gpointer data);

static gint64
boot_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* What is not known yet stands in nobody's way until it comes to measuring. */
static gboolean
is_known (ThCheckin *self)
{
  return self->gate_asked
         && (self->flow.screening.room_source != TH_ROOM_FILE || self->room_us != 0);
}

static void
look_at_gate (ThCheckin *self)
{
  ThBar bar;

  self->gate.down[TH_BAR_WARM_UP] = !th_warm_up_is_warm (&self->warm_up, boot_us ());
  if (self->flow.screening.room_source == TH_ROOM_FILE && self->room_us != 0
      && g_get_monotonic_time () - self->room_us > ROOM_STALE_US)
    self->gate.down[TH_BAR_ROOM_UNKNOWN] = TRUE;

  bar = th_screening_gate_look (&self->gate);
  if (bar == TH_N_BARS && !is_known (self))
    return;
  if (bar == self->flow.gate && self->flow.health[TH_PART_SCREENING] != TH_HEALTH_STARTING)
    return;
  g_message ("screening: %s", th_bar_to_string (bar));
  th_checkin_add_job (self, (ThJob){ .kind = TH_JOB_DEVICE,
                                     .part = th_part_to_string (TH_PART_SCREENING),
                                     .state = th_bar_to_string (bar) });
  th_checkin_step (self, (ThEvent){ .type = TH_EVENT_GATE, .gate = bar });
}

static void
set_room (ThCheckin *self, int room_mc)
{
  gboolean was_down = self->gate.down[TH_BAR_ROOM];
  int margin_mc = was_down ? ROOM_MARGIN_MC : 0;

  self->gate.down[TH_BAR_ROOM]
      = room_mc < TH_ROOM_MIN_MC + margin_mc || room_mc > TH_ROOM_MAX_MC - margin_mc;
}

/* --- the room's own sensor ---------------------------------------------------------------------- */

static void
read_room_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  int room_mc;

  if (th_room_file_read (path, &room_mc, &error))
    g_task_return_int (task, room_mc);
  else
    g_task_return_error (task, error);
}

static void
read_room_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ThCheckin *self = user_data;
  g_autoptr (GError) error = NULL;
  int room_mc;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;
  self->room_reading = FALSE;
  room_mc = (int)g_task_propagate_int (G_TASK (result), &error);
  if (error == NULL)
    {
      self->room_us = g_get_monotonic_time ();
      self->flow.screening.room_mc = room_mc;
      self->gate.down[TH_BAR_ROOM_UNKNOWN] = FALSE;
      set_room (self, room_mc);
    }
  else
    {
      /* One bad answer of a sensor that answers otherwise is not the room's fault. */
      if (self->room_us == 0)
        self->gate.down[TH_BAR_ROOM_UNKNOWN] = TRUE;
      if (!self->room_complained)
        g_warning ("%s", error->message);
    }
  self->room_complained = error != NULL;
  look_at_gate (self);
}

static void
read_room (ThCheckin *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->flow.screening.room_source != TH_ROOM_FILE || self->room_reading)
    return;
  self->room_reading = TRUE;
  task = g_task_new (NULL, self->over, read_room_cb, self);
  g_task_set_task_data (task, g_strdup (self->config->room_path), g_free);
  g_task_set_check_cancellable (task, FALSE);
  th_worker_run (self->room_worker, task, read_room_thread);
}

/* --- what the records say ----------------------------------------------------------------------- */

static void
ask_records (ThCheckin *self)
{
  gint64 now_us = g_get_monotonic_time ();
  gboolean waiting
      = self->gate.down[TH_BAR_UNCONFIRMED] || self->gate.down[TH_BAR_CALIBRATION];

  if (self->gate_asking
      || (self->gate_asked && !waiting && now_us < self->gate_asked_us + ASK_AGAIN_US))
    return;
  self->gate_asking = TRUE;
  self->gate_asked_us = now_us;
  th_checkin_add_job (self, (ThJob){ .kind = TH_JOB_SCREENING });
}

void
th_checkin_gate_set (ThCheckin *self, ThBar bar, gboolean down)
{
  if (self->gate.down[bar] == down)
    return;
  self->gate.down[bar] = down;
  look_at_gate (self);
}

/* One of the day's bars, or none. */
static void
say_bar (ThCheckin *self, ThBar bar)
{
  static const ThBar of_the_day[] = { TH_BAR_NOT_OPEN, TH_BAR_CLOSED, TH_BAR_NO_TIME };
  gboolean changed = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (of_the_day); i++)
    {
      gboolean down = of_the_day[i] == bar;

      changed |= self->gate.down[of_the_day[i]] != down;
      self->gate.down[of_the_day[i]] = down;
    }
  if (changed)
    look_at_gate (self);
}

void
th_checkin_gate_day (ThCheckin *self, const ThDayStatus *day)
{
  ThBar bar = TH_N_BARS;
  ThDate today;

  if (day->state == TH_DAY_OPEN && th_date_from_string (day->day, &today))
    self->today = today;
  if (day->state == TH_DAY_UNCONFIRMED)
    bar = TH_BAR_NO_TIME;
  else if (day->state == TH_DAY_CLOSED)
    bar = day->closed_at_us != 0 && day->now_us < day->closed_at_us + CLOSED_FOR_US
              ? TH_BAR_CLOSED
              : TH_BAR_NOT_OPEN;
  /* A visit that is under way is finished: its number is of the day it began on. */
  if (bar != TH_N_BARS && !th_checkin_is_free (&self->flow))
    return;
  say_bar (self, bar);
}

ThDate
th_checkin_today (ThCheckin *self)
{
  return self->today.year != 0 ? self->today : th_date_today ();
}

void
th_checkin_gate_answered (ThCheckin *self, const ThJob *job, const GError *error)
{
  self->gate_asking = FALSE;
  if (error != NULL)
    return;
  if (job->day_read)
    th_checkin_gate_day (self, &job->day);
  self->gate_asked = TRUE;
  self->gate.down[TH_BAR_UNCONFIRMED] = !self->flow.screening.calibrated && !job->confirmed;
  self->gate.down[TH_BAR_CALIBRATION] = !job->thermometer.may_measure;
  th_checkin_use_calibration (self, &job->thermometer);
  look_at_gate (self);
}

/* --- the sensor --------------------------------------------------------------------------------- */

void
th_checkin_gate_sample (ThCheckin *self, const ThSample *sample)
{
  int die_mc;

  if (sample->ambient_raw == 0
      || !th_mlx90614_ambient_to_mc (sample->ambient_raw, &die_mc, NULL))
    return;
  th_warm_up_look (&self->warm_up, die_mc, boot_us ());
  if (self->flow.screening.room_source == TH_ROOM_DIE)
    set_room (self, th_screening_die_mc (&self->flow.screening, die_mc));
  look_at_gate (self);
}

void
th_checkin_gate_health (ThCheckin *self, ThHealth health)
{
  if (th_flow_works (health))
    th_warm_up_back (&self->warm_up, boot_us ());
  else
    th_warm_up_away (&self->warm_up, boot_us ());
}

guint
th_checkin_gate_minutes (ThCheckin *self)
{
  return th_warm_up_minutes_left (&self->warm_up, boot_us ());
}

/* --- by the clock ------------------------------------------------------------------------------- */

static void
schedule_tick (ThCheckin *self)
{
  gboolean open = self->flow.health[TH_PART_SCREENING] == TH_HEALTH_READY;

  self->gate_timer_id = g_timeout_add (open ? OPEN_TICK_MS : CLOSED_TICK_MS, tick_cb, self);
}

static gboolean
tick_cb (gpointer data)
{
  ThCheckin *self = data;

  self->gate_timer_id = 0;
  read_room (self);
  ask_records (self);
  look_at_gate (self);
  schedule_tick (self);
  return G_SOURCE_REMOVE;
}

void
th_checkin_gate_start (ThCheckin *self)
{
  th_warm_up_init (&self->warm_up, self->flow.screening.warm_up_min);
  self->room_worker = th_worker_new ("room");
  tick_cb (self);
}

void
th_checkin_gate_stop (ThCheckin *self)
{
  g_clear_handle_id (&self->gate_timer_id, g_source_remove);
  g_clear_pointer (&self->room_worker, th_worker_free);
}
