/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The photo on a card, from the site's own decoder to the page that asks "is this you?". */
#include <string.h>

#include "kiosk/checkin-private.h"
#include "kiosk/photo-decoder.h"

/* The page does not wait for it: until it is there, and when it does not come, a drawing stands there. */
#define DECODE_MS 1000

typedef struct
{
  char *program;
  guint8 code[TH_CARD_PHOTO_BYTES];
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

  g_free (order->program);
  explicit_bzero (order, sizeof *order);
  g_free (order);
}

static void
decode_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Order *order = task_data;
  GError *error = NULL;
  ThPhoto *photo = th_photo_decode (order->program, order->code, DECODE_MS, cancellable, &error);

  if (photo == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, photo, (GDestroyNotify) th_photo_unref);
}

static void
decode_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ThCheckin *self = TH_CHECKIN (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThPhoto) photo = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the person has gone on, or away */
  g_clear_object (&self->photo_over);
  if (error != NULL)
    {
      g_message ("photo: the decoder: %s", error->message);
      return;
    }
  self->photo = g_steal_pointer (&photo);
  th_checkin_update (self);
}

void
th_checkin_decode_photo (ThCheckin *self)
{
  g_autoptr (GTask) task = NULL;
  Order *order;

  if (self->card == NULL || !self->card->has_photo || self->photos == NULL)
    return;
  order = g_new0 (Order, 1);
  order->program = g_strdup (self->config->photo_decoder);
  memcpy (order->code, self->card->photo, sizeof order->code);
  if (!self->config->photo_sealed)
    th_card_drop_photo (self->card);
  self->photo_over = g_cancellable_new ();
  task = g_task_new (self, self->photo_over, decode_cb, NULL);
  g_task_set_task_data (task, order, order_free);
  th_worker_run (self->photos, task, decode_thread);
}

void
th_checkin_drop_photo (ThCheckin *self)
{
  if (self->photo_over != NULL)
    g_cancellable_cancel (self->photo_over);
  g_clear_object (&self->photo_over);
  g_clear_pointer (&self->photo, th_photo_unref);
}
