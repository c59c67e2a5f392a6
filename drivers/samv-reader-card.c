/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of one card on the plate: found, read or failed, lifted. */
#include "drivers/samv-reader-private.h"

#include <string.h>

#define MAX_ATTEMPTS 2 /* before a person is asked to lift the card */

/* --- what is told --- */

static void
tell_found (ThSamvReader *self)
{
  self->card = TH_SAMV_CARD_FOUND;
  self->attempts = 0;
  g_signal_emit_by_name (self, "card-found");
}

static void
tell_failed (ThSamvReader *self, ThDeviceRetry retry, const char *why)
{
  g_autoptr (GError) error = g_error_new_literal (TH_DEVICE_RETRY, retry, why);

  self->card = TH_SAMV_CARD_FAILED;
  self->tried_us = g_get_monotonic_time ();
  g_signal_emit_by_name (self, "card-failed", error);
}

static void
tell_lifted (ThSamvReader *self)
{
  self->card = TH_SAMV_CARD_NONE;
  explicit_bzero (self->digest, sizeof self->digest);
  g_signal_emit_by_name (self, "card-lifted");
}

/* The card that was read, with whatever address it has by now. */
static void
tell_read (ThSamvReader *self)
{
  g_autoptr (ThCard) card = g_steal_pointer (&self->unfinished);

  if (card == NULL)
    return;
  self->card = TH_SAMV_CARD_READ;
  g_signal_emit_by_name (self, "card-read", card);
}

/* --- what the reader said --- */

static gboolean
may_try_again (ThSamvReader *self)
{
  return g_get_monotonic_time () >= self->tried_us + (gint64)self->times.retry * 1000;
}

void
th_samv_card_found (ThSamvReader *self)
{
  self->after_reset = FALSE;
  if (self->card == TH_SAMV_CARD_FAILED && !may_try_again (self))
    {
      th_samv_reader_run_later (self, self->times.poll, TH_SAMV_STEP_FIND);
      return;
    }
  if (self->card == TH_SAMV_CARD_NONE)
    tell_found (self);
  th_samv_reader_run (self, TH_SAMV_STEP_SELECT);
}

void
th_samv_card_not_found (ThSamvReader *self)
{
  if (self->after_reset)
    {
      self->after_reset = FALSE;
      th_samv_reader_run_later (self, self->times.poll, TH_SAMV_STEP_FIND);
      return;
    }
  switch (self->card)
    {
    case TH_SAMV_CARD_FAILED: /* or the reader takes it for one that was read */
      th_samv_reader_run (self, TH_SAMV_STEP_LOOK);
      return;
    case TH_SAMV_CARD_FOUND:
      tell_failed (self, TH_DEVICE_RETRY_CARD_REMOVED, "the card was lifted before it was read");
      tell_lifted (self);
      break;
    case TH_SAMV_CARD_READ:
      tell_lifted (self);
      break;
    case TH_SAMV_CARD_NONE:
      break;
    }
  th_samv_reader_run_later (self, self->times.poll, TH_SAMV_STEP_FIND);
}

static void
digest_of (const ThSamvReply *reply, guint8 ret_digest[TH_SAMV_DIGEST_SIZE])
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = TH_SAMV_DIGEST_SIZE;

  g_checksum_update (sum, reply->data, reply->len);
  g_checksum_get_digest (sum, ret_digest, &size);
}

static void
card_came (ThSamvReader *self, const ThSamvReply *reply, ThCard *card)
{
  guint8 digest[TH_SAMV_DIGEST_SIZE];

  digest_of (reply, digest);
  if (self->card == TH_SAMV_CARD_READ && memcmp (digest, self->digest, sizeof digest) == 0)
    {
      th_samv_reader_run_later (self, self->times.poll, TH_SAMV_STEP_LOOK);
      return;
    }
  if (self->card != TH_SAMV_CARD_FOUND)
    {
      tell_lifted (self);
      tell_found (self);
    }
  memcpy (self->digest, digest, sizeof digest);
  self->unfinished = th_card_ref (card);
  th_samv_reader_run (self, TH_SAMV_STEP_ADDRESS);
}

void
th_samv_card_data (ThSamvReader *self, const ThSamvReply *reply)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThCard) card = NULL;

  if (reply->status != TH_SAMV_OK)
    {
      th_samv_card_trouble (self, reply->status);
      return;
    }
  card = th_samv_parse_card (reply, &error);
  if (card != NULL)
    card_came (self, reply, card);
  else if (error->domain == TH_DEVICE_RETRY)
    th_samv_card_trouble (self, TH_SAMV_WRONG_CARD);
  else
    th_samv_card_trouble (self, TH_SAMV_BAD_ITEM_LENGTH);
}

/* Read is read, whatever came instead of an address. */
void
th_samv_card_address (ThSamvReader *self, const ThSamvReply *reply)
{
  th_samv_card_take_address (self->unfinished, reply);
  tell_read (self);
  th_samv_reader_run_later (self, self->times.poll, TH_SAMV_STEP_LOOK);
}

void
th_samv_card_no_address (ThSamvReader *self)
{
  tell_read (self);
}

void
th_samv_card_trouble (ThSamvReader *self, guint8 status)
{
  ThDeviceRetry retry = TH_DEVICE_RETRY_CARD_UNREAD;

  self->tried_us = g_get_monotonic_time ();
  if (self->card == TH_SAMV_CARD_READ)
    {
      th_samv_reader_run_later (self, self->times.poll, TH_SAMV_STEP_LOOK);
      return;
    }
  if (self->card == TH_SAMV_CARD_FAILED)
    {
      th_samv_reader_run_later (self, self->times.poll, TH_SAMV_STEP_FIND);
      return;
    }

  self->attempts++;
  if (status == TH_SAMV_WRONG_CARD)
    retry = TH_DEVICE_RETRY_CARD_WRONG;
  else if (status == TH_SAMV_FORGED)
    retry = TH_DEVICE_RETRY_CARD_REFUSED;
  else if (self->attempts < MAX_ATTEMPTS)
    {
      th_samv_reader_run (self, TH_SAMV_STEP_RESET);
      return;
    }
  else if (status == TH_SAMV_CARD_REFUSED_READER || status == TH_SAMV_READER_REFUSED_CARD)
    retry = TH_DEVICE_RETRY_CARD_REFUSED;
  tell_failed (self, retry, th_samv_status_to_string (status));
  th_samv_reader_run_later (self, self->times.poll, TH_SAMV_STEP_FIND);
}

/* The card's fault as long as the reader answers otherwise. */
void
th_samv_card_lost (ThSamvReader *self)
{
  self->tried_us = g_get_monotonic_time ();
  self->attempts++;
  if (self->card == TH_SAMV_CARD_FOUND && self->attempts >= MAX_ATTEMPTS)
    tell_failed (self, TH_DEVICE_RETRY_CARD_UNREAD, "the card's data came broken");
  if (self->card == TH_SAMV_CARD_FOUND)
    th_samv_reader_run (self, TH_SAMV_STEP_DRAIN);
  else
    th_samv_reader_run_later (self, self->times.poll, TH_SAMV_STEP_DRAIN);
}

void
th_samv_card_looked (ThSamvReader *self, gboolean there)
{
  if (self->card == TH_SAMV_CARD_READ && there)
    th_samv_reader_run_later (self, self->times.poll, TH_SAMV_STEP_LOOK);
  else if (self->card == TH_SAMV_CARD_READ)
    /* A glitch of the field? Who answers is read and compared. */
    th_samv_reader_run (self, TH_SAMV_STEP_FIND);
  else if (there && may_try_again (self))
    th_samv_reader_run (self, TH_SAMV_STEP_RESET);
  else
    {
      if (!there && self->card == TH_SAMV_CARD_FAILED)
        tell_lifted (self);
      th_samv_reader_run_later (self, self->times.poll, TH_SAMV_STEP_FIND);
    }
}

/* --- when the machine fails --- */

/* A card that was read is remembered: it may still lie there afterwards. Any other is a new card
 * when the reader is back. */
void
th_samv_card_outage (ThSamvReader *self)
{
  tell_read (self);
  if (self->card == TH_SAMV_CARD_FOUND)
    tell_failed (self, TH_DEVICE_RETRY_CARD_UNREAD, "the reader failed while it read the card");
  if (self->card == TH_SAMV_CARD_FAILED)
    tell_lifted (self);
}

ThSamvStep
th_samv_card_resume (ThSamvReader *self)
{
  switch (self->card)
    {
    case TH_SAMV_CARD_FOUND:
      return TH_SAMV_STEP_RESET; /* its read was lost: only to the reader is it read already */
    case TH_SAMV_CARD_READ:
      return TH_SAMV_STEP_LOOK;
    case TH_SAMV_CARD_NONE:
    case TH_SAMV_CARD_FAILED:
      break;
    }
  return TH_SAMV_STEP_FIND;
}

void
th_samv_card_forget (ThSamvReader *self)
{
  g_clear_pointer (&self->unfinished, th_card_unref);
  explicit_bzero (self->digest, sizeof self->digest);
}
