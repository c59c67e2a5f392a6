/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Readers with the ministry's SAM-V module. What is odd about it:
 *
 * - A card that was read does not answer "find" until it left the field, so "not found" does not
 * mean that the plate is empty. "Newest address" tells: it succeeds, or says that the card has
 * none, as long as the card lies there.
 * - A card whose read failed is often cured by switching the field off and on ("reset"), and
 *   otherwise by lifting it.
 * - After a command that was not answered, old bytes may still come: they are drained.
 *
 * Sources: SAM-V module data sheet; public drivers for 0400:C35A.
 */
#include "drivers/samv-reader-private.h"

#include <string.h>

#define MAX_ERRORS 2 /* bad replies in a row before the reader is said to be at fault */

const ThCardReaderTimes th_card_reader_usual_times
    = { .poll = 300, .answer = 400, .read = 1500, .address = 1000, .retry = 1000 };

static void card_reader_iface_init (ThCardReaderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ThSamvReader, th_samv_reader, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_CARD_READER, card_reader_iface_init))

enum
{
  PROP_0,
  PROP_HEALTH,
};

/* --- when things go wrong --- */

static void
set_health (ThSamvReader *self, ThHealth health)
{
  if (self->health == health)
    return;
  self->health = health;
  g_object_notify (G_OBJECT (self), "health");
}

static void
outage (ThSamvReader *self, ThHealth health, const GError *why)
{
  g_clear_error (&self->trouble);
  self->trouble = g_error_copy (why);
  th_samv_card_outage (self);
  set_health (self, health);
}

static gboolean
timer_cb (gpointer data)
{
  ThSamvReader *self = data;

  self->timer_id = 0;
  th_samv_reader_run (self, self->step);
  return G_SOURCE_REMOVE;
}

void
th_samv_reader_run_later (ThSamvReader *self, guint ms, ThSamvStep step)
{
  if (self->port == NULL)
    return;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  self->step = step;
  self->timer_id = g_timeout_add (ms, timer_cb, self);
}

/* One that was just lost may be back before we heard that it went: it is tried once more soon. */
static void
reopen_later (ThSamvReader *self, ThHealth health, const GError *why)
{
  gboolean wait = health == TH_HEALTH_ABSENT && self->step == TH_SAMV_STEP_OPEN
                  && th_samv_port_tells_arrivals (self->port);

  th_samv_port_close (self->port);
  g_clear_pointer (&self->module, g_free);
  outage (self, health, why);
  th_samv_reader_run_later (self, wait ? self->times.retry : self->times.poll, TH_SAMV_STEP_OPEN);
}

static void
bad_reply (ThSamvReader *self, const GError *why)
{
  if (self->step == TH_SAMV_STEP_SELECT || self->step == TH_SAMV_STEP_READ)
    {
      th_samv_card_lost (self);
      return;
    }
  if (self->step == TH_SAMV_STEP_ADDRESS)
    th_samv_card_no_address (self);
  self->errors++;
  if (self->errors < MAX_ERRORS)
    {
      th_samv_reader_run (self, TH_SAMV_STEP_DRAIN);
      return;
    }
  outage (self, TH_HEALTH_FAULT, why);
  th_samv_reader_run_later (self, self->times.poll, TH_SAMV_STEP_DRAIN);
}

static void
call_failed (ThSamvReader *self, const GError *error)
{
  gboolean silent = g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT);

  if (g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE))
    reopen_later (self, TH_HEALTH_ABSENT, error);
  else if (!th_samv_port_is_open (self->port))
    reopen_later (self, silent ? TH_HEALTH_SILENT : TH_HEALTH_FAULT, error);
  else if (!silent || self->step == TH_SAMV_STEP_READ)
    bad_reply (self, error);
  else
    {
      outage (self, TH_HEALTH_SILENT, error);
      th_samv_reader_run_later (self, self->times.poll, TH_SAMV_STEP_DRAIN);
    }
}

/* --- the steps --- */

static GError *
error_of_status (guint8 status, ThDeviceError code)
{
  return g_error_new (TH_DEVICE_ERROR, code, "%s (status %02X)", th_samv_status_to_string (status),
                      status);
}

/* FALSE: it is dealt with. */
static gboolean
reader_works (ThSamvReader *self, const ThSamvReply *reply)
{
  gboolean find = self->step == TH_SAMV_STEP_FIND || self->step == TH_SAMV_STEP_LOOK;
  g_autoptr (GError) error = NULL;

  if (reply->status == TH_SAMV_SELF_TEST_FAILED || reply->status == TH_SAMV_NOT_AUTHORISED)
    {
      error = error_of_status (reply->status, TH_DEVICE_ERROR_OUT_OF_SERVICE);
      outage (self, TH_HEALTH_FAULT, error);
      th_samv_reader_run_later (self, self->times.retry, TH_SAMV_STEP_STATUS);
      return FALSE;
    }
  /* It says that the command came in broken, or was none. */
  if ((find && reply->status < TH_SAMV_CARD_REFUSED_READER)
      || (self->step == TH_SAMV_STEP_STATUS && reply->status != TH_SAMV_OK))
    {
      error = error_of_status (reply->status, TH_DEVICE_ERROR_PROTOCOL);
      bad_reply (self, error);
      return FALSE;
    }
  if (find)
    {
      self->errors = 0;
      g_clear_error (&self->trouble);
      set_health (self, TH_HEALTH_READY);
    }
  return self->port != NULL;
}

static void
handle_reply (ThSamvReader *self, const ThSamvReply *reply)
{
  if (!reader_works (self, reply))
    return;

  switch (self->step)
    {
    case TH_SAMV_STEP_STATUS:
      th_samv_reader_run (self,
                          self->module == NULL ? TH_SAMV_STEP_ID : th_samv_card_resume (self));
      break;
    case TH_SAMV_STEP_ID:
      self->module = th_samv_module_to_string (reply);
      th_samv_reader_run (self, th_samv_card_resume (self));
      break;
    case TH_SAMV_STEP_FIND:
      if (reply->status == TH_SAMV_FOUND || reply->status == TH_SAMV_OK)
        th_samv_card_found (self);
      else
        th_samv_card_not_found (self);
      break;
    case TH_SAMV_STEP_SELECT:
      if (reply->status == TH_SAMV_OK)
        th_samv_reader_run (self, TH_SAMV_STEP_READ);
      else
        th_samv_card_trouble (self, reply->status);
      break;
    case TH_SAMV_STEP_READ:
      th_samv_card_data (self, reply);
      break;
    case TH_SAMV_STEP_ADDRESS:
      th_samv_card_address (self, reply);
      break;
    case TH_SAMV_STEP_RESET:
      self->after_reset = TRUE;
      th_samv_reader_run (self, TH_SAMV_STEP_FIND);
      break;
    case TH_SAMV_STEP_LOOK:
      th_samv_card_looked (self,
                           reply->status == TH_SAMV_OK || reply->status == TH_SAMV_NOT_ON_CARD);
      break;
    case TH_SAMV_STEP_OPEN:
    case TH_SAMV_STEP_DRAIN:
      break;
    }
}

/* Callbacks hold no reference, so that letting go of the reader ends its work. */
static gpointer
weak_new (ThSamvReader *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  self->busy = TRUE;
  return weak;
}

/* (transfer full) (nullable) */
static ThSamvReader *
weak_take (gpointer data)
{
  ThSamvReader *self = g_weak_ref_get (data);

  g_weak_ref_clear (data);
  g_free (data);
  if (self != NULL)
    self->busy = FALSE;
  if (self != NULL && self->port == NULL)
    g_clear_object (&self);
  return self;
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ThSamvReader) self = weak_take (data);
  g_autoptr (GError) error = NULL;
  ThSamvReply reply;

  if (self == NULL)
    return;
  if (th_samv_link_call_finish (TH_SAMV_LINK (source), result, &reply, &error))
    handle_reply (self, &reply);
  else
    call_failed (self, error);
}

static void
drained_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ThSamvReader) self = weak_take (data);
  g_autoptr (GError) error = NULL;

  if (self == NULL)
    return;
  if (th_samv_port_finish (TH_SAMV_PORT (source), result, &error))
    {
      th_samv_reader_run (self, TH_SAMV_STEP_STATUS);
      return;
    }
  if (!g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE))
    th_samv_port_close (self->port);
  call_failed (self, error);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ThSamvReader) self = weak_take (data);
  g_autoptr (GError) error = NULL;

  if (self == NULL)
    return;
  if (th_samv_port_finish (TH_SAMV_PORT (source), result, &error))
    {
      th_samv_reader_run (self, TH_SAMV_STEP_DRAIN);
      return;
    }
  reopen_later (self, TH_HEALTH_ABSENT, error);
  if (self->look_again)
    th_samv_reader_run_later (self, 1, TH_SAMV_STEP_OPEN);
}

static void
call (ThSamvReader *self, ThSamvCommand command, guint limit_ms)
{
  th_samv_link_call_async (self->link, command, limit_ms, called_cb, weak_new (self));
}

void
th_samv_reader_run (ThSamvReader *self, ThSamvStep step)
{
  const ThCardReaderTimes *times = &self->times;

  if (self->port == NULL)
    return;
  self->step = step;
  switch (step)
    {
    case TH_SAMV_STEP_OPEN:
      self->look_again = FALSE;
      th_samv_port_open_async (self->port, opened_cb, weak_new (self));
      break;
    case TH_SAMV_STEP_DRAIN:
      th_samv_port_drain_async (self->port, drained_cb, weak_new (self));
      break;
    case TH_SAMV_STEP_STATUS:
      call (self, TH_SAMV_STATUS, times->answer);
      break;
    case TH_SAMV_STEP_ID:
      call (self, TH_SAMV_ID, times->answer);
      break;
    case TH_SAMV_STEP_FIND:
      call (self, TH_SAMV_FIND, times->answer);
      break;
    case TH_SAMV_STEP_SELECT:
      call (self, TH_SAMV_SELECT, times->answer);
      break;
    case TH_SAMV_STEP_READ:
      call (self, TH_SAMV_READ, times->read);
      break;
    case TH_SAMV_STEP_ADDRESS:
    case TH_SAMV_STEP_LOOK:
      call (self, TH_SAMV_ADDRESS, times->address);
      break;
    case TH_SAMV_STEP_RESET:
      call (self, TH_SAMV_RESET, times->answer);
      break;
    }
}

static void
gone_cb (ThSamvReader *self)
{
  g_autoptr (GError) error
      = g_error_new_literal (TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE, "the reader was unplugged");

  /* A call under way ends with the same news. */
  if (!self->busy)
    reopen_later (self, TH_HEALTH_ABSENT, error);
}

static void
changed_cb (ThSamvReader *self)
{
  if (!self->started || self->step != TH_SAMV_STEP_OPEN)
    return;
  self->look_again = self->busy;
  if (!self->busy)
    th_samv_reader_run_later (self, 1, TH_SAMV_STEP_OPEN);
}

/* --- the interface --- */

static void
th_samv_reader_start (ThCardReader *reader)
{
  ThSamvReader *self = TH_SAMV_READER (reader);

  if (self->started)
    return;
  self->started = TRUE;
  th_samv_reader_run (self, TH_SAMV_STEP_OPEN);
}

static ThHealth
th_samv_reader_get_health (ThCardReader *reader)
{
  return TH_SAMV_READER (reader)->health;
}

static void
card_reader_iface_init (ThCardReaderInterface *iface)
{
  iface->start = th_samv_reader_start;
  iface->get_health = th_samv_reader_get_health;
}

char *
th_samv_reader_describe (ThSamvReader *self)
{
  g_autofree char *port = NULL;

  g_return_val_if_fail (TH_IS_SAMV_READER (self), NULL);

  if (self->port == NULL || !th_samv_port_is_open (self->port))
    return g_strdup ("");
  port = th_samv_port_describe (self->port);
  if (self->module == NULL || self->module[0] == '\0')
    return g_steal_pointer (&port);
  return g_strdup_printf ("%s, SAM %s", port, self->module);
}

const GError *
th_samv_reader_get_trouble (ThSamvReader *self)
{
  g_return_val_if_fail (TH_IS_SAMV_READER (self), NULL);
  return self->trouble;
}

static void
th_samv_reader_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ThSamvReader *self = TH_SAMV_READER (object);

  switch (id)
    {
    case PROP_HEALTH:
      g_value_set_uint (value, self->health);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
th_samv_reader_dispose (GObject *object)
{
  ThSamvReader *self = TH_SAMV_READER (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->port != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->port, self);
      th_samv_port_close (self->port);
    }
  g_clear_object (&self->link);
  g_clear_object (&self->port);
  G_OBJECT_CLASS (th_samv_reader_parent_class)->dispose (object);
}

static void
th_samv_reader_finalize (GObject *object)
{
  ThSamvReader *self = TH_SAMV_READER (object);

  g_free (self->module);
  g_clear_error (&self->trouble);
  th_samv_card_forget (self);
  G_OBJECT_CLASS (th_samv_reader_parent_class)->finalize (object);
}

static void
th_samv_reader_class_init (ThSamvReaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = th_samv_reader_get_property;
  object_class->dispose = th_samv_reader_dispose;
  object_class->finalize = th_samv_reader_finalize;
  g_object_class_override_property (object_class, PROP_HEALTH, "health");
}

static void
th_samv_reader_init (ThSamvReader *self)
{
  self->health = TH_HEALTH_STARTING;
}

ThSamvReader *
th_samv_reader_new (ThSamvPort *port, const ThCardReaderTimes *times)
{
  ThSamvReader *self = g_object_new (TH_TYPE_SAMV_READER, NULL);

  self->port = g_object_ref (port);
  self->link = th_samv_link_new (port);
  self->times = times != NULL ? *times : th_card_reader_usual_times;
  g_signal_connect_swapped (port, "gone", G_CALLBACK (gone_cb), self);
  g_signal_connect_swapped (port, "changed", G_CALLBACK (changed_cb), self);
  return self;
}
