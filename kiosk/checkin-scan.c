/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is held up to the scanner: an appointment, a slip, or something else. */
#include <string.h>

#include "kiosk/checkin-private.h"
#include "kiosk/id-number.h"

#define SLIP_DIGITS 32

static void
name (const ThAppointment *appointment, const char *id_number, char ret_person[TH_PERSON_BYTES])
{
  if (appointment->person[0] != '\0')
    g_snprintf (ret_person, TH_PERSON_BYTES, "same:%s", appointment->person);
  else if (appointment->id[0] != '\0')
    g_snprintf (ret_person, TH_PERSON_BYTES, "appointment:%s:%s", appointment->site,
                appointment->id);
  else
    g_strlcpy (ret_person, id_number, TH_PERSON_BYTES);
}

void
th_checkin_person (ThCheckin *self, char ret_person[TH_PERSON_BYTES])
{
  name (&self->appointment, self->id_number, ret_person);
}

/* --- one's own card beside one's own appointment ----------------------------------------------- */

static void
take_next (ThCheckin *self, gboolean same)
{
  th_checkin_step (self, (ThEvent){ .type = self->next_card != NULL ? TH_EVENT_CARD_READ
                                                                    : TH_EVENT_APPOINTMENT,
                                    .known = TRUE,
                                    .same = same });
}

void
th_checkin_next_arrived (ThCheckin *self)
{
  ThJob job = { .kind = TH_JOB_SAME };

  name (&self->next_appointment, self->next_number, job.other);
  th_checkin_person (self, job.person);
  if (!self->flow.person || strcmp (job.person, job.other) == 0)
    take_next (self, self->flow.person);
  else if (self->appointment.person[0] != '\0' || self->next_appointment.person[0] != '\0')
    /* Only the records have the key that tells. */
    th_checkin_add_job (self, job);
  else
    take_next (self, FALSE);
  explicit_bzero (&job, sizeof job);
}

void
th_checkin_same_answered (ThCheckin *self, const ThJob *job, const GError *error)
{
  char next[TH_PERSON_BYTES];

  name (&self->next_appointment, self->next_number, next);
  /* Else it was taken away meanwhile, or another one has come. */
  if (next[0] != '\0' && strcmp (next, job->other) == 0)
    take_next (self, error == NULL && job->found && job->serial == self->serial);
  explicit_bzero (next, sizeof next);
}

void
th_checkin_comer (ThCheckin *self, ThComer *ret_comer)
{
  const ThAppointment *appointment = &self->appointment;

  *ret_comer = (ThComer){ .code_day = appointment->date,
                          .start_min = appointment->from_min,
                          .end_min = appointment->to_min,
                          .dose = appointment->dose,
                          .lane = appointment->lane };
  if (self->id_number[0] != '\0')
    ret_comer->birth = th_id_number_birth (self->id_number);
}

/* A slip's QR is 128 bits as hex; a scanner may be set up to send capitals. */
static gboolean
take_slip_token (const char *text, char ret_token[SLIP_DIGITS + 1])
{
  if (strlen (text) != SLIP_DIGITS)
    return FALSE;
  for (guint i = 0; i < SLIP_DIGITS; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return FALSE;
      ret_token[i] = g_ascii_tolower (text[i]);
    }
  ret_token[SLIP_DIGITS] = '\0';
  return TRUE;
}

static void
refuse (ThCheckin *self, const char *why, const ThAppointment *appointment)
{
  th_checkin_step (self, (ThEvent){ .type = TH_EVENT_CODE_REFUSED, .why = why });
  if (appointment == NULL || self->flow.state != TH_STATE_NOT_TODAY || self->flow.end_why != why)
    return;
  /* The page says when it would be good. */
  self->appointment = *appointment;
  th_checkin_update (self);
}

static void
scanned_cb (ThScanner *scanner, const char *text, ThCheckin *self)
{
  g_autoptr (GError) error = NULL;
  ThAppointment appointment;

  if (take_slip_token (text, self->slip_token))
    {
      th_checkin_step (self, (ThEvent){ .type = TH_EVENT_SLIP });
      /* Not asked for now: not kept for later. */
      explicit_bzero (self->slip_token, sizeof self->slip_token);
      return;
    }
  if (!th_token_verify (text, self->config->appointment_keys, self->config->n_appointment_keys,
                        &appointment, &error))
    {
      g_message ("scanner: %s", error->message);
      refuse (self,
              g_error_matches (error, TH_TOKEN_ERROR, TH_TOKEN_ERROR_FOREIGN) ? "code-foreign"
                                                                              : "code-forged",
              NULL);
      return;
    }
  /* Which day it is, and whether it is time, the records know. */
  if (strcmp (appointment.site, self->config->appointment_site) != 0)
    {
      refuse (self, "code-other-site", &appointment);
      return;
    }
  th_checkin_drop_next (self);
  self->next_appointment = appointment;
  th_checkin_next_arrived (self);
}

/* Of the best of them: one way in is enough. */
static ThHealth
scanners_health (ThCheckin *self)
{
  ThHealth best = TH_HEALTH_ABSENT;

  for (guint i = 0; i < self->scanners->len; i++)
    {
      ThHealth health = th_scanner_get_health (self->scanners->pdata[i]);

      if (health == TH_HEALTH_READY)
        return health;
      best = health;
    }
  return best;
}

gboolean
th_checkin_takes_codes (ThCheckin *self)
{
  return scanners_health (self) == TH_HEALTH_READY;
}

static void
health_cb (ThScanner *scanner, GParamSpec *pspec, ThCheckin *self)
{
  const char *health = th_health_to_string (th_scanner_get_health (scanner));

  g_message ("scanner: %s", health);
  th_checkin_add_job (self, (ThJob){ .kind = TH_JOB_DEVICE,
                                     .part = "scanner",
                                     .state = th_health_to_string (scanners_health (self)) });
  th_checkin_update (self);
}

void
th_checkin_add_scanner (ThCheckin *self, ThScanner *scanner)
{
  g_return_if_fail (TH_IS_CHECKIN (self));
  g_return_if_fail (TH_IS_SCANNER (scanner));

  g_ptr_array_add (self->scanners, g_object_ref (scanner));
  g_signal_connect (scanner, "notify::health", G_CALLBACK (health_cb), self);
  g_signal_connect (scanner, "scanned", G_CALLBACK (scanned_cb), self);
}
