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
#include "drivers/card-reader-usb.h"

#include "drivers/samv-usb.h"

#include <string.h>

#define MAX_ATTEMPTS 2 /* before a person is asked to lift the card */
#define MAX_ERRORS 2   /* bad replies in a row before the reader is said to be at fault */
#define DIGEST_SIZE 32

/* A new model is a row. */
static const ThUsbMatch READERS[] = {
  { .vendor_id = 0x0400, .product_id = 0xc35a }, /* the ministry's standard device, many makes */
  { 0 },
};

typedef enum
{
  STEP_OPEN,
  STEP_DRAIN,
  STEP_STATUS,
  STEP_ID,
  STEP_FIND,
  STEP_SELECT,
  STEP_READ,
  STEP_RESET,
  STEP_LOOK, /* does the card still lie there? */
} Step;

typedef enum
{
  CARD_NONE,
  CARD_FOUND,  /* told; not yet read */
  CARD_READ,   /* told; lies there */
  CARD_FAILED, /* told; lies there, and is tried again quietly */
} CardState;

struct _ThCardReaderUsb
{
  GObject parent_instance;
  ThUsbContext *context; /* NULL once disposed */
  gulong changed_id;
  ThCardReaderTimes times;
  ThHealth health;

  ThUsbDevice *device;
  ThSamvUsb *link;
  gulong gone_id;
  char *module;

  Step step;
  gboolean started;
  gboolean busy;       /* a call to the transport is under way */
  gboolean look_again; /* something was plugged in while we were opening */
  guint timer_id;
  guint errors;

  CardState card;
  guint attempts;
  gboolean after_reset; /* the field comes back slowly: one "not found" means nothing */
  gint64 tried_us;
  guint8 digest[DIGEST_SIZE]; /* of the card that lies there, so that an unplugged cable is no new
                                 card */
};

static void card_reader_iface_init (ThCardReaderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ThCardReaderUsb, th_card_reader_usb, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_CARD_READER, card_reader_iface_init))

enum
{
  PROP_0,
  PROP_HEALTH,
};

static void run_step (ThCardReaderUsb *self, Step step);

/* --- what is told --- */

static void
set_health (ThCardReaderUsb *self, ThHealth health)
{
  if (self->health == health)
    return;
  self->health = health;
  g_object_notify (G_OBJECT (self), "health");
}

static void
tell_found (ThCardReaderUsb *self)
{
  self->card = CARD_FOUND;
  self->attempts = 0;
  g_signal_emit_by_name (self, "card-found");
}

static void
tell_failed (ThCardReaderUsb *self, ThDeviceRetry retry, const char *why)
{
  g_autoptr (GError) error = g_error_new_literal (TH_DEVICE_RETRY, retry, why);

  self->card = CARD_FAILED;
  self->tried_us = g_get_monotonic_time ();
  g_signal_emit_by_name (self, "card-failed", error);
}

static void
tell_lifted (ThCardReaderUsb *self)
{
  self->card = CARD_NONE;
  explicit_bzero (self->digest, sizeof self->digest);
  g_signal_emit_by_name (self, "card-lifted");
}

/* --- when things go wrong --- */

/* The machine cannot go on. A card that was read is remembered: it may still lie there afterwards.
 * Any other is a new card when the reader is back. */
static void
outage (ThCardReaderUsb *self, ThHealth health)
{
  if (self->card == CARD_FOUND)
    tell_failed (self, TH_DEVICE_RETRY_CARD_UNREAD, "the reader failed while it read the card");
  if (self->card == CARD_FAILED)
    tell_lifted (self);
  set_health (self, health);
}

static void
drop_device (ThCardReaderUsb *self)
{
  if (self->device == NULL)
    return;
  g_clear_signal_handler (&self->gone_id, self->device);
  th_usb_device_close (self->device);
  g_clear_object (&self->link);
  g_clear_object (&self->device);
  g_clear_pointer (&self->module, g_free);
}

static gboolean
timer_cb (gpointer data)
{
  ThCardReaderUsb *self = data;

  self->timer_id = 0;
  run_step (self, self->step);
  return G_SOURCE_REMOVE;
}

static void
run_later (ThCardReaderUsb *self, guint ms, Step step)
{
  if (self->context == NULL)
    return;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  self->step = step;
  self->timer_id = g_timeout_add (ms, timer_cb, self);
}

static void
reopen_later (ThCardReaderUsb *self, ThHealth health)
{
  drop_device (self);
  outage (self, health);
  run_later (self, health == TH_HEALTH_ABSENT ? self->times.retry : self->times.poll, STEP_OPEN);
}

/* The reply to a select or a read came broken or not at all: the card's fault as long as the reader
 * answers otherwise. */
static void
read_lost (ThCardReaderUsb *self)
{
  self->tried_us = g_get_monotonic_time ();
  self->attempts++;
  if (self->card == CARD_FOUND && self->attempts >= MAX_ATTEMPTS)
    tell_failed (self, TH_DEVICE_RETRY_CARD_UNREAD, "the card's data came broken");
  if (self->card == CARD_FOUND)
    run_step (self, STEP_DRAIN);
  else
    run_later (self, self->times.poll, STEP_DRAIN);
}

static void
bad_reply (ThCardReaderUsb *self)
{
  if (self->step == STEP_SELECT || self->step == STEP_READ)
    {
      read_lost (self);
      return;
    }
  self->errors++;
  if (self->errors < MAX_ERRORS)
    {
      run_step (self, STEP_DRAIN);
      return;
    }
  outage (self, TH_HEALTH_FAULT);
  run_later (self, self->times.poll, STEP_DRAIN);
}

static void
call_failed (ThCardReaderUsb *self, const GError *error)
{
  gboolean silent = g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT);

  if (g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE))
    reopen_later (self, TH_HEALTH_ABSENT);
  else if (th_usb_device_is_gone (self->device))
    reopen_later (self, silent ? TH_HEALTH_SILENT : TH_HEALTH_FAULT);
  else if (!silent || self->step == STEP_READ)
    bad_reply (self);
  else
    {
      outage (self, TH_HEALTH_SILENT);
      run_later (self, self->times.poll, STEP_DRAIN);
    }
}

/* --- a card --- */

static void
digest_of (const ThSamvReply *reply, guint8 ret_digest[DIGEST_SIZE])
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = DIGEST_SIZE;

  g_checksum_update (sum, reply->data, reply->len);
  g_checksum_get_digest (sum, ret_digest, &size);
}

static void
card_came (ThCardReaderUsb *self, const ThSamvReply *reply, ThCard *card)
{
  guint8 digest[DIGEST_SIZE];

  digest_of (reply, digest);
  if (self->card == CARD_READ && memcmp (digest, self->digest, DIGEST_SIZE) == 0)
    return;
  if (self->card != CARD_FOUND)
    {
      tell_lifted (self);
      tell_found (self);
    }
  self->card = CARD_READ;
  memcpy (self->digest, digest, DIGEST_SIZE);
  g_signal_emit_by_name (self, "card-read", card);
}

static void
card_trouble (ThCardReaderUsb *self, guint8 status)
{
  ThDeviceRetry retry = TH_DEVICE_RETRY_CARD_UNREAD;

  self->tried_us = g_get_monotonic_time ();
  if (self->card == CARD_READ)
    {
      run_later (self, self->times.poll, STEP_LOOK);
      return;
    }
  if (self->card == CARD_FAILED)
    {
      run_later (self, self->times.poll, STEP_FIND);
      return;
    }

  self->attempts++;
  if (status == TH_SAMV_WRONG_CARD)
    retry = TH_DEVICE_RETRY_CARD_WRONG;
  else if (status == TH_SAMV_FORGED)
    retry = TH_DEVICE_RETRY_CARD_REFUSED;
  else if (self->attempts < MAX_ATTEMPTS)
    {
      run_step (self, STEP_RESET);
      return;
    }
  else if (status == TH_SAMV_CARD_REFUSED_READER || status == TH_SAMV_READER_REFUSED_CARD)
    retry = TH_DEVICE_RETRY_CARD_REFUSED;
  tell_failed (self, retry, th_samv_status_to_string (status));
  run_later (self, self->times.poll, STEP_FIND);
}

static void
card_data (ThCardReaderUsb *self, const ThSamvReply *reply)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThCard) card = NULL;

  if (reply->status != TH_SAMV_OK)
    {
      card_trouble (self, reply->status);
      return;
    }
  card = th_samv_parse_card (reply, &error);
  if (card == NULL)
    {
      card_trouble (self, error->domain == TH_DEVICE_RETRY ? TH_SAMV_WRONG_CARD
                                                           : TH_SAMV_BAD_ITEM_LENGTH);
      return;
    }
  card_came (self, reply, card);
  run_later (self, self->times.poll, STEP_LOOK);
}

static gboolean
may_try_again (ThCardReaderUsb *self)
{
  return g_get_monotonic_time () >= self->tried_us + (gint64)self->times.retry * 1000;
}

static void
card_found (ThCardReaderUsb *self)
{
  self->after_reset = FALSE;
  if (self->card == CARD_FAILED && !may_try_again (self))
    {
      run_later (self, self->times.poll, STEP_FIND);
      return;
    }
  if (self->card == CARD_NONE)
    tell_found (self);
  run_step (self, STEP_SELECT);
}

static void
card_not_found (ThCardReaderUsb *self)
{
  if (self->after_reset)
    {
      self->after_reset = FALSE;
      run_later (self, self->times.poll, STEP_FIND);
      return;
    }
  switch (self->card)
    {
    case CARD_FAILED: /* or the reader takes it for one that was read */
      run_step (self, STEP_LOOK);
      return;
    case CARD_FOUND:
      tell_failed (self, TH_DEVICE_RETRY_CARD_REMOVED, "the card was lifted before it was read");
      tell_lifted (self);
      break;
    case CARD_READ:
      tell_lifted (self);
      break;
    case CARD_NONE:
      break;
    }
  run_later (self, self->times.poll, STEP_FIND);
}

static void
card_looked (ThCardReaderUsb *self, gboolean there)
{
  if (self->card == CARD_READ && there)
    run_later (self, self->times.poll, STEP_LOOK);
  else if (self->card == CARD_READ)
    run_step (self, STEP_FIND); /* a glitch of the field? who answers is read and compared */
  else if (there && may_try_again (self))
    run_step (self, STEP_RESET);
  else
    {
      if (!there && self->card == CARD_FAILED)
        tell_lifted (self);
      run_later (self, self->times.poll, STEP_FIND);
    }
}

/* --- the steps --- */

static Step
resume (ThCardReaderUsb *self)
{
  switch (self->card)
    {
    case CARD_FOUND:
      return STEP_RESET; /* its read was lost: only to the reader is it read already */
    case CARD_READ:
      return STEP_LOOK;
    case CARD_NONE:
    case CARD_FAILED:
      break;
    }
  return STEP_FIND;
}

static void
handle_reply (ThCardReaderUsb *self, const ThSamvReply *reply)
{
  if (reply->status == TH_SAMV_SELF_TEST_FAILED || reply->status == TH_SAMV_NOT_AUTHORISED)
    {
      outage (self, TH_HEALTH_FAULT);
      run_later (self, self->times.retry, STEP_STATUS);
      return;
    }
  if (self->step == STEP_FIND || self->step == STEP_LOOK)
    {
      gboolean sense = reply->status >= TH_SAMV_CARD_REFUSED_READER;

      if (!sense) /* it says that the command came in broken, or was none */
        {
          bad_reply (self);
          return;
        }
      self->errors = 0;
      set_health (self, TH_HEALTH_READY);
      if (self->context == NULL)
        return;
    }

  switch (self->step)
    {
    case STEP_STATUS:
      if (reply->status != TH_SAMV_OK)
        bad_reply (self);
      else
        run_step (self, self->module == NULL ? STEP_ID : resume (self));
      break;
    case STEP_ID:
      self->module = th_samv_module_to_string (reply);
      run_step (self, resume (self));
      break;
    case STEP_FIND:
      if (reply->status == TH_SAMV_FOUND || reply->status == TH_SAMV_OK)
        card_found (self);
      else
        card_not_found (self);
      break;
    case STEP_SELECT:
      if (reply->status == TH_SAMV_OK)
        run_step (self, STEP_READ);
      else
        card_trouble (self, reply->status);
      break;
    case STEP_READ:
      card_data (self, reply);
      break;
    case STEP_RESET:
      self->after_reset = TRUE;
      run_step (self, STEP_FIND);
      break;
    case STEP_LOOK:
      card_looked (self, reply->status == TH_SAMV_OK || reply->status == TH_SAMV_NOT_ON_CARD);
      break;
    case STEP_OPEN:
    case STEP_DRAIN:
      break;
    }
}

/* Callbacks hold no reference, so that letting go of the reader ends its work. */
static gpointer
weak_new (ThCardReaderUsb *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  self->busy = TRUE;
  return weak;
}

/* (transfer full) (nullable) */
static ThCardReaderUsb *
weak_take (gpointer data)
{
  ThCardReaderUsb *self = g_weak_ref_get (data);

  g_weak_ref_clear (data);
  g_free (data);
  if (self != NULL)
    self->busy = FALSE;
  if (self != NULL && self->context == NULL)
    g_clear_object (&self);
  return self;
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ThCardReaderUsb) self = weak_take (data);
  g_autoptr (GError) error = NULL;
  ThSamvReply reply;

  if (self == NULL)
    return;
  if (th_samv_usb_call_finish (TH_SAMV_USB (source), result, &reply, &error))
    handle_reply (self, &reply);
  else
    call_failed (self, error);
}

static ThSamvCommand
command_of (Step step)
{
  switch (step)
    {
    case STEP_ID:
      return TH_SAMV_ID;
    case STEP_FIND:
      return TH_SAMV_FIND;
    case STEP_SELECT:
      return TH_SAMV_SELECT;
    case STEP_READ:
      return TH_SAMV_READ;
    case STEP_RESET:
      return TH_SAMV_RESET;
    case STEP_LOOK:
      return TH_SAMV_ADDRESS;
    case STEP_OPEN:
    case STEP_DRAIN:
    case STEP_STATUS:
      break;
    }
  return TH_SAMV_STATUS;
}

static void
drained_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ThCardReaderUsb) self = weak_take (data);
  g_autoptr (GError) error = NULL;

  if (self == NULL)
    return;
  if (th_samv_usb_drain_finish (TH_SAMV_USB (source), result, &error))
    run_step (self, STEP_STATUS);
  else
    call_failed (self, error);
}

static void
gone_cb (ThCardReaderUsb *self)
{
  /* A call under way ends with the same news. */
  if (!self->busy)
    reopen_later (self, TH_HEALTH_ABSENT);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ThCardReaderUsb) self = weak_take (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThUsbDevice) device
      = th_usb_context_open_finish (TH_USB_CONTEXT (source), result, &error);

  if (self == NULL)
    return;
  if (device == NULL)
    {
      outage (self, TH_HEALTH_ABSENT);
      run_later (self, self->look_again ? 1 : self->times.retry, STEP_OPEN);
      return;
    }
  self->device = g_steal_pointer (&device);
  self->link = th_samv_usb_new (self->device);
  self->gone_id = g_signal_connect_object (self->device, "gone", G_CALLBACK (gone_cb), self,
                                           G_CONNECT_SWAPPED);
  run_step (self, STEP_DRAIN);
}

static void
run_step (ThCardReaderUsb *self, Step step)
{
  if (self->context == NULL)
    return;
  self->step = step;
  switch (step)
    {
    case STEP_OPEN:
      self->look_again = FALSE;
      th_usb_context_open_async (self->context, READERS, NULL, opened_cb, weak_new (self));
      break;
    case STEP_DRAIN:
      th_samv_usb_drain_async (self->link, drained_cb, weak_new (self));
      break;
    case STEP_STATUS:
    case STEP_ID:
    case STEP_FIND:
    case STEP_SELECT:
    case STEP_READ:
    case STEP_RESET:
    case STEP_LOOK:
      th_samv_usb_call_async (self->link, command_of (step),
                              step == STEP_READ ? self->times.read : self->times.answer, called_cb,
                              weak_new (self));
      break;
    }
}

static void
changed_cb (ThCardReaderUsb *self)
{
  if (!self->started || self->step != STEP_OPEN)
    return;
  self->look_again = self->busy;
  if (!self->busy)
    run_later (self, 1, STEP_OPEN);
}

/* --- the interface --- */

static void
th_card_reader_usb_start (ThCardReader *reader)
{
  ThCardReaderUsb *self = TH_CARD_READER_USB (reader);

  if (self->started)
    return;
  self->started = TRUE;
  run_step (self, STEP_OPEN);
}

static ThHealth
th_card_reader_usb_get_health (ThCardReader *reader)
{
  return TH_CARD_READER_USB (reader)->health;
}

static void
card_reader_iface_init (ThCardReaderInterface *iface)
{
  iface->start = th_card_reader_usb_start;
  iface->get_health = th_card_reader_usb_get_health;
}

char *
th_card_reader_usb_describe (ThCardReaderUsb *self)
{
  g_return_val_if_fail (TH_IS_CARD_READER_USB (self), NULL);

  if (self->device == NULL)
    return g_strdup ("");
  return g_strdup_printf ("%04x:%04x%s%s", th_usb_device_get_vendor_id (self->device),
                          th_usb_device_get_product_id (self->device),
                          self->module != NULL ? ", module " : "",
                          self->module != NULL ? self->module : "");
}

static void
th_card_reader_usb_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ThCardReaderUsb *self = TH_CARD_READER_USB (object);

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
th_card_reader_usb_dispose (GObject *object)
{
  ThCardReaderUsb *self = TH_CARD_READER_USB (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  drop_device (self);
  if (self->context != NULL)
    g_clear_signal_handler (&self->changed_id, self->context);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (th_card_reader_usb_parent_class)->dispose (object);
}

static void
th_card_reader_usb_finalize (GObject *object)
{
  ThCardReaderUsb *self = TH_CARD_READER_USB (object);

  g_free (self->module);
  explicit_bzero (self->digest, sizeof self->digest);
  G_OBJECT_CLASS (th_card_reader_usb_parent_class)->finalize (object);
}

static void
th_card_reader_usb_class_init (ThCardReaderUsbClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = th_card_reader_usb_get_property;
  object_class->dispose = th_card_reader_usb_dispose;
  object_class->finalize = th_card_reader_usb_finalize;
  g_object_class_override_property (object_class, PROP_HEALTH, "health");
}

static void
th_card_reader_usb_init (ThCardReaderUsb *self)
{
  self->health = TH_HEALTH_STARTING;
}

ThCardReaderUsb *
th_card_reader_usb_new (ThUsbContext *context, const ThCardReaderTimes *times)
{
  static const ThCardReaderTimes usual
      = { .poll = 300, .answer = 400, .read = 1500, .retry = 1000 };
  ThCardReaderUsb *self = g_object_new (TH_TYPE_CARD_READER_USB, NULL);

  self->context = g_object_ref (context);
  self->times = times != NULL ? *times : usual;
  self->changed_id = g_signal_connect_object (context, "changed", G_CALLBACK (changed_cb), self,
                                              G_CONNECT_SWAPPED);
  return self;
}
