/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/checkin-private.h"

#include <string.h>

#include "kiosk/id-number.h"
#include "kiosk/printer-setup.h"
#include "kiosk/slip.h"

/* After a restart with an unfinished slip, welcome says for this long what to do without one. */
#define NO_SLIP_NOTICE_US (60 * G_USEC_PER_SEC)
/* Staff see within a second that what they asked for is begun. */
#define WISHES_MS 500
/* A sample older than this says nothing about who stands in front now. */
#define PRESENCE_US (G_USEC_PER_SEC / 2)

G_DEFINE_FINAL_TYPE (ThCheckin, th_checkin, G_TYPE_OBJECT)

/* --- time
 * ---------------------------------------------------------------------------------------------- */

static gboolean
timer_cb (gpointer data)
{
  ThCheckin *self = data;
  gint64 now_us = g_get_monotonic_time ();

  self->timer_id = 0;
  if (self->flow.state == TH_STATE_WELCOME
      && self->language != (ThLanguage)self->config->default_language
      && now_us >= self->language_us + self->flow.idle_us)
    self->language = self->config->default_language;
  /* Trouble that no change of the printer's state will end, since it went unnoticed: look again. */
  if (self->flow.state == TH_STATE_TROUBLE && self->flow.trouble_part == TH_PART_PRINTER
      && self->flow.resume != TH_STATE_WELCOME)
    {
      ThPaper paper = th_printer_get_paper (self->printer);

      if (paper == TH_PAPER_READY || paper == TH_PAPER_LOW)
        th_checkin_step (self, (ThEvent){ .type = TH_EVENT_HEALTH,
                                          .device = TH_PART_PRINTER,
                                          .health = TH_HEALTH_READY,
                                          .paper = paper });
    }
  th_checkin_step (self, (ThEvent){ .type = TH_EVENT_TIME });
  return G_SOURCE_REMOVE;
}

static gboolean
counts_seconds (ThCheckin *self, gint64 now_us)
{
  return self->flow.warned_us != 0 || self->flow.state == TH_STATE_REST
         || self->flow.state == TH_STATE_TROUBLE || now_us < self->no_slip_until_us;
}

static void
schedule (ThCheckin *self)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 next_us = th_flow_next_deadline_us (&self->flow);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->flow.state == TH_STATE_WELCOME
      && self->language != (ThLanguage)self->config->default_language)
    next_us = self->language_us + self->flow.idle_us;
  if (counts_seconds (self, now_us) && (next_us == 0 || next_us > now_us + G_USEC_PER_SEC))
    next_us = now_us + G_USEC_PER_SEC;
  if (next_us != 0)
    self->timer_id
        = g_timeout_add (CLAMP ((next_us - now_us) / 1000 + 1, 1, 3600 * 1000), timer_cb, self);
}

/* --- the person
 * ------------------------------------------------------------------------------------------ */

void
th_checkin_drop_next (ThCheckin *self)
{
  g_clear_pointer (&self->next_card, th_card_unref);
  explicit_bzero (self->next_number, sizeof self->next_number);
  explicit_bzero (&self->next_appointment, sizeof self->next_appointment);
}

/* Also what is still being asked about it. */
static void
forget_number (ThCheckin *self)
{
  th_visit_log_forget (self->log, self->serial);
  self->serial++;
  explicit_bzero (self->id_number, sizeof self->id_number);
}

static void
forget (ThCheckin *self)
{
  forget_number (self);
  g_clear_pointer (&self->card, th_card_unref);
  th_checkin_drop_photo (self);
  self->notes = 0;
  explicit_bzero (&self->appointment, sizeof self->appointment);
  explicit_bzero (&self->booking, sizeof self->booking);
  self->expected = FALSE;
  explicit_bzero (self->visit, sizeof self->visit);
  explicit_bzero (self->typed, sizeof self->typed);
  self->refusal = (ThAdmission){ .coming = TH_COMING_YES };
  explicit_bzero (&self->ticket, sizeof self->ticket);
  explicit_bzero (&self->reading, sizeof self->reading);
  self->has_ticket = FALSE;
  self->copy = 0;
  th_window_reset (&self->window);
}

static void
new_visit (ThCheckin *self)
{
  g_autofree char *visit = th_visit_id_new ();

  g_strlcpy (self->visit, visit, sizeof self->visit);
}

static void
next_person (ThCheckin *self)
{
  forget (self);
  self->card = g_steal_pointer (&self->next_card);
  memcpy (self->id_number, self->next_number, sizeof self->id_number);
  self->appointment = self->next_appointment;
  if (self->card != NULL)
    self->notes = th_card_check (self->card, self->id_number, th_checkin_today (self));
  if (self->config->expired_card == TH_EXPIRED_ACCEPT)
    self->notes &= ~TH_CARD_NOTE_EXPIRED;
  th_checkin_drop_next (self);
  new_visit (self);
  th_checkin_decode_photo (self);
}

/* --- records
 * ---------------------------------------------------------------------------------------------- */

void
th_checkin_add_job (ThCheckin *self, ThJob job)
{
  job.serial = self->serial;
  memcpy (job.visit, self->visit, sizeof job.visit);
  th_visit_log_add (self->log, &job);
  explicit_bzero (&job, sizeof job);
}

/* Written after its visit was over: the number stays given, and has no paper. */
static void
orphan_ticket (ThCheckin *self, const ThTicket *ticket)
{
  ThJob job = { .kind = TH_JOB_SLIP, .slip = TH_SLIP_STATE_FAILED, .why = "visit ended" };

  memcpy (job.visit, ticket->visit, sizeof job.visit);
  th_visit_log_add (self->log, &job);
}

/* Nobody has the number yet: this person begins, or is told why not now. */
static void
no_place (ThCheckin *self, const ThAdmission *admission, gboolean doses_gone)
{
  ThAppointment appointment = self->appointment;

  if (admission->coming == TH_COMING_YES)
    {
      th_checkin_step (self, (ThEvent){ .type = TH_EVENT_PLACE_NONE, .why = doses_gone ? "doses-gone" : NULL });
      return;
    }
  self->refusal = *admission; /* also for the paper that they take home */
  th_checkin_step (self, (ThEvent){ .type = TH_EVENT_PLACE_NONE,
                                    .why = th_coming_to_string (admission->coming) });
  if (self->flow.state != TH_STATE_NOT_TODAY)
    return;
  /* The page says when they may. */
  self->refusal = *admission;
  if (admission->coming == TH_COMING_CODE_PAST || admission->coming == TH_COMING_CODE_LATER)
    self->appointment = appointment;
  th_checkin_update (self);
}

static void wishes_cb (const ThWishes *wishes, gpointer user_data);

static void
job_done (const ThJob *job, const GError *error, gpointer user_data)
{
  ThCheckin *self = user_data;
  gboolean present = job->serial == self->serial;
  gboolean no_dose = g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NO_DOSE);

  /* That doses run out is no fault. */
  if (no_dose)
    g_message ("records: %s", error->message);
  else if (error != NULL)
    g_warning ("records: %s", error->message);

  switch (job->kind)
    {
    case TH_JOB_SETTLE:
      if (error == NULL && job->n_unfinished > 0)
        {
          g_message ("printer: %u unfinished slips are uncertain", job->n_unfinished);
          self->flush_first = TRUE;
          self->no_slip_until_us = g_get_monotonic_time () + NO_SLIP_NOTICE_US;
          th_checkin_step (self, (ThEvent){ .type = TH_EVENT_TIME });
        }
      break;

    case TH_JOB_LOOK_UP:
    case TH_JOB_LOOK_UP_SLIP:
      if (!present || (self->flow.state != TH_STATE_READING && self->flow.state != TH_STATE_NUMBER))
        break;
      if (error != NULL)
        {
          th_checkin_step (self, (ThEvent){ .type = TH_EVENT_NUMBER_BAD });
          break;
        }
      self->keeps_names = job->keeps_names;
      if (job->found)
        {
          self->ticket = job->ticket;
          self->has_ticket = TRUE;
          memcpy (self->visit, job->ticket.visit, sizeof self->visit);
        }
      if (job->rests)
        {
          memcpy (self->visit, job->rest.visit, sizeof self->visit);
          th_checkin_step (self, (ThEvent){ .type = TH_EVENT_PLACE_RESTS, .rest = &job->rest });
          break;
        }
      if (job->found)
        th_checkin_step (self, (ThEvent){ .type = TH_EVENT_PLACE_FOUND });
      else
        {
          self->expected = job->expected;
          self->booking = job->booking;
          no_place (self, &job->admission, job->doses_gone);
        }
      break;

    case TH_JOB_SAME:
      th_checkin_same_answered (self, job, error);
      break;

    case TH_JOB_ISSUE:
      if (present && no_dose)
        th_checkin_step (self, (ThEvent){ .type = TH_EVENT_NO_DOSE });
      if (error != NULL)
        break;
      if (!present)
        {
          if (!job->ticket.existed)
            orphan_ticket (self, &job->ticket);
          break;
        }
      self->ticket = job->ticket;
      self->has_ticket = TRUE;
      /* The same visit asking again, after an answer was lost, is not a second visit. */
      th_checkin_step (self,
                       (ThEvent){ .type = TH_EVENT_ISSUED,
                                  .existed = job->ticket.existed
                                             && strcmp (job->ticket.visit, self->visit) != 0 });
      if (job->ticket.existed)
        memcpy (self->visit, job->ticket.visit, sizeof self->visit);
      break;

    case TH_JOB_NEW_COPY:
      if (!present)
        break;
      if (error != NULL)
        {
          th_checkin_step (self,
                           (ThEvent){ .type = TH_EVENT_SLIP_OVER, .outcome = TH_SLIP_FAILED });
          break;
        }
      self->copy = job->copy;
      th_checkin_print (self);
      break;

    case TH_JOB_SLIP:
      if (present && job->slip == TH_SLIP_STATE_SENDING)
        th_checkin_slip_recorded (self, error);
      break;

    case TH_JOB_BEGIN_PRINT:
      th_checkin_order_recorded (self, error);
      break;

    case TH_JOB_SCREENING:
      th_checkin_gate_answered (self, job, error);
      break;

    case TH_JOB_ASK_SHEET:
      /* Who goes home stands there: not at the next look. */
      th_visit_log_look (self->log, wishes_cb);
      break;

    case TH_JOB_REST:
      if (present && no_dose)
        th_checkin_step (self, (ThEvent){ .type = TH_EVENT_NO_DOSE });
      break;

    case TH_JOB_PUT_OFF_PRINT:
    case TH_JOB_TRIAL_READ:
    case TH_JOB_CONFIRMED:
    case TH_JOB_CARD_NOTES:
    case TH_JOB_SEAL_CASE:
    case TH_JOB_ANSWERED:
    case TH_JOB_MEASURED:
    case TH_JOB_NOT_MEASURED:
    case TH_JOB_LEFT:
    case TH_JOB_RETURNED:
    case TH_JOB_DEVICE:
      break;
    }
}

static void
log_state (const GError *error, gpointer user_data)
{
  ThCheckin *self = user_data;
  gboolean waits;

  if (error == NULL)
    {
      g_message ("records: written again");
      th_checkin_step (self, (ThEvent){ .type = TH_EVENT_RECORDS_READY });
      return;
    }
  if (self->flow.health[TH_PART_RECORDS] == TH_HEALTH_READY)
    g_warning ("records: %s", error->message);
  self->records_full = g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_FULL);
  waits = th_visit_log_hold_back (self->log, self->serial);
  if (waits)
    {
      g_clear_pointer (&self->drawing, th_raster_free);
      th_checkin_let_printer_go (self);
    }
  th_checkin_step (
      self, (ThEvent){ .type = TH_EVENT_RECORDS_FAILED, .records = error->code, .waits = waits });
}

/* --- effects
 * ------------------------------------------------------------------------------------------------
 */

/* An appointment says which; a lane that this site does not have is the booking system's mistake,
 * not the person's. */
static char
lane (ThCheckin *self)
{
  for (guint i = 0; i < self->config->n_lanes; i++)
    if (self->appointment.id[0] != '\0' && self->config->lanes[i].letter == self->appointment.lane)
      return self->appointment.lane;
  return self->config->lanes[0].letter;
}

static void
look_up (ThCheckin *self)
{
  ThJob job = { .kind = TH_JOB_LOOK_UP, .lane = lane (self) };

  th_checkin_person (self, job.person);
  th_checkin_comer (self, &job.comer);
  th_checkin_add_job (self, job);
  explicit_bzero (&job, sizeof job);
}

static void
look_up_slip (ThCheckin *self)
{
  ThJob job = { .kind = TH_JOB_LOOK_UP_SLIP };

  memcpy (job.person, self->slip_token, sizeof self->slip_token);
  explicit_bzero (self->slip_token, sizeof self->slip_token);
  th_checkin_add_job (self, job);
}

/* FALSE: nothing is known of this person but what their appointment said. */
static gboolean
knows_person (ThCheckin *self, gboolean with_photo, ThPersonal *ret_who)
{
  const ThCard *card = self->card;

  if (self->id_number[0] == '\0')
    return FALSE;
  g_strlcpy (ret_who->id_number, self->id_number, sizeof ret_who->id_number);
  if (card == NULL)
    return TRUE;
  g_strlcpy (ret_who->name, card->name, sizeof ret_who->name);
  if (card->birth.year != 0)
    th_date_to_string (card->birth, ret_who->birth);
  g_strlcpy (ret_who->sex, th_sex_to_string (card->sex), sizeof ret_who->sex);
  ret_who->has_photo = with_photo && card->has_photo;
  if (ret_who->has_photo)
    memcpy (ret_who->photo, card->photo, sizeof ret_who->photo);
  return TRUE;
}

static void
record_confirmed (ThCheckin *self)
{
  ThJob confirmed = { .kind = TH_JOB_CONFIRMED,
                      .entry = th_entry_to_string (self->flow.entry),
                      .language = th_language_to_string (self->language) };
  ThJob notes = { .kind = TH_JOB_CARD_NOTES };

  confirmed.knows = knows_person (self, TRUE, &confirmed.who);
  th_checkin_add_job (self, confirmed);
  explicit_bzero (&confirmed.who, sizeof confirmed.who);
  if (self->card != NULL)
    th_card_drop_photo (self->card);
  if (self->notes == 0)
    return;
  th_card_notes_to_string (self->notes, notes.notes);
  th_checkin_add_job (self, notes);
}

static void
check_number (ThCheckin *self)
{
  g_autoptr (GError) error = NULL;

  /* The answer about what was typed before would be taken for an answer about this. */
  forget_number (self);
  if (!th_id_number_check (self->typed, th_checkin_today (self), self->id_number, &error))
    {
      th_checkin_step (self, (ThEvent){ .type = TH_EVENT_NUMBER_BAD });
      return;
    }
  new_visit (self);
  look_up (self);
}

static const char *
not_measured_why (ThCheckin *self)
{
  ThHealth health = self->flow.health[TH_PART_THERMOMETER];

  if (health != TH_HEALTH_READY && health != TH_HEALTH_STARTING)
    return "sensor";
  if (self->flow.gate != TH_N_BARS)
    return "not ready";
  return self->flow.n_shown > 0 ? "no result" : "time-out";
}

static void
issue (ThCheckin *self)
{
  ThJob job = { .kind = TH_JOB_ISSUE, .lane = lane (self), .reasons = self->flow.reasons };
  ThJob flagged = { .kind = TH_JOB_SEAL_CASE };

  if (job.reasons != 0 && knows_person (self, FALSE, &flagged.who))
    th_checkin_add_job (self, flagged);
  explicit_bzero (&flagged.who, sizeof flagged.who);
  th_checkin_person (self, job.person);
  th_checkin_add_job (self, job);
  explicit_bzero (&job, sizeof job);
}

static void
record_rest (ThCheckin *self)
{
  ThJob job = { .kind = TH_JOB_REST,
                .lane = lane (self),
                .reasons = self->flow.reasons,
                .rest_s = self->flow.rest_s,
                .least_s = self->flow.least_s,
                .return_s = self->config->screening.return_min * 60 };

  th_checkin_person (self, job.person);
  th_checkin_add_job (self, job);
  explicit_bzero (&job, sizeof job);
}

/* Why, and when to come again. It is no person's, and waits for nobody. */
static void
take_home (ThCheckin *self)
{
  const ThAppointment *appointment = &self->appointment;
  ThJob job = { .kind = TH_JOB_ASK_SHEET,
                .why = self->flow.end_why,
                .language = th_language_to_string (self->language) };

  if (!th_slip_is_taken_home (job.why))
    return;
  if (appointment->id[0] != '\0' && strcmp (job.why, "code-later") == 0)
    g_snprintf (job.notes, sizeof job.notes, "%04u-%02u-%02u %02u:%02u", appointment->date.year,
                appointment->date.month, appointment->date.day, appointment->from_min / 60,
                appointment->from_min % 60);
  else if (self->refusal.coming == TH_COMING_EARLY)
    g_snprintf (job.notes, sizeof job.notes, "%02u:%02u", self->refusal.from_min / 60,
                self->refusal.from_min % 60);
  else if (self->refusal.when.year != 0)
    th_date_to_string (self->refusal.when, job.notes);
  th_checkin_add_job (self, job);
}

static void
apply (ThCheckin *self, ThEffects effects)
{
  const ThFlow *flow = &self->flow;

  /* What is recorded comes before what is forgotten. */
  if (effects & TH_EFFECT_RECORD_CONFIRMED)
    record_confirmed (self);
  if (effects & TH_EFFECT_RECORD_ANSWER)
    th_checkin_add_job (self,
                        (ThJob){ .kind = TH_JOB_ANSWERED,
                                 .question = flow->answered,
                                 .state = th_question_version (flow->answered),
                                 .yes = flow->answered_yes });
  if (effects & TH_EFFECT_RECORD_READING)
    th_checkin_add_job (
        self,
        (ThJob){ .kind = TH_JOB_MEASURED, .attempt = flow->n_shown, .reading = self->reading });
  if (effects & TH_EFFECT_TAKE_HOME)
    take_home (self);
  if (effects & TH_EFFECT_RECORD_REST)
    record_rest (self);
  if (effects & TH_EFFECT_RECORD_RETURNED)
    th_checkin_add_job (self, (ThJob){ .kind = TH_JOB_RETURNED });
  if (effects & TH_EFFECT_RECORD_NOT_MEASURED)
    th_checkin_add_job (self,
                        (ThJob){ .kind = TH_JOB_NOT_MEASURED, .why = not_measured_why (self) });
  if (effects & TH_EFFECT_RECORD_LEFT)
    th_checkin_add_job (self, (ThJob){ .kind = TH_JOB_LEFT,
                                       .state = th_state_to_string (flow->left_state),
                                       .why = flow->left_why });
  if (effects & TH_EFFECT_RECORD_NO_SLIP)
    th_checkin_add_job (
        self, (ThJob){ .kind = TH_JOB_SLIP, .slip = TH_SLIP_STATE_FAILED, .why = "given up" });
  if (effects & TH_EFFECT_MEASURE_END)
    th_thermometer_end (self->thermometer);
  if (effects & TH_EFFECT_FORGET)
    {
      forget (self);
      if (!(effects & TH_EFFECT_NEXT_PERSON) && !flow->second_card)
        th_checkin_drop_next (self);
      /* A last page stays in the language of who reads it. */
      if ((effects & TH_EFFECT_NEXT_PERSON) || flow->state == TH_STATE_WELCOME
          || flow->state == TH_STATE_TROUBLE)
        self->language = self->config->default_language;
    }
  if (effects & TH_EFFECT_NEXT_PERSON)
    next_person (self);
  if (effects & TH_EFFECT_DROP_SECOND)
    th_checkin_drop_next (self);
  if (effects & TH_EFFECT_MEASURE)
    {
      th_window_reset (&self->window);
      self->measure_us = g_get_monotonic_time ();
      th_thermometer_begin (self->thermometer);
    }
  if (effects & TH_EFFECT_CHECK_NUMBER)
    check_number (self);
  if (effects & TH_EFFECT_LOOK_UP)
    look_up (self);
  if (effects & TH_EFFECT_LOOK_UP_SLIP)
    look_up_slip (self);
  if (effects & TH_EFFECT_ASK_PAPER)
    th_checkin_ask_paper (self);
  if (effects & TH_EFFECT_ISSUE)
    issue (self);
  if (effects & TH_EFFECT_PRINT)
    {
      self->copy = 0;
      th_checkin_print (self);
    }
  if (effects & TH_EFFECT_PRINT_COPY)
    {
      /* A copy that never reached the printer is tried again under its own number. */
      if (self->copy != 0)
        th_checkin_print (self);
      else
        th_checkin_add_job (self, (ThJob){ .kind = TH_JOB_NEW_COPY });
    }
}

/* Staff screens show it beside the devices: somebody at the kiosk needs a person, not a machine. */
static void
tell_staff (ThCheckin *self)
{
  const ThFlow *flow = &self->flow;
  const char *word = "ready";

  if (flow->state == TH_STATE_HELP
      && (strcmp (flow->end_why, "asked") == 0 || strcmp (flow->end_why, "time") == 0))
    word = "help";
  else if (flow->state == TH_STATE_DONE && flow->outcome_known
           && (flow->outcome == TH_SLIP_UNCERTAIN || flow->outcome == TH_SLIP_FAILED))
    word = "slip";
  if (strcmp (word, self->staff_told) == 0)
    return;
  self->staff_told = word;
  th_checkin_add_job (self, (ThJob){ .kind = TH_JOB_DEVICE, .part = "kiosk", .state = word });
}

void
th_checkin_step (ThCheckin *self, ThEvent event)
{
  ThState before = self->flow.state;
  ThEffects effects;

  event.now_us = g_get_monotonic_time ();
  event.present = event.now_us - self->last_present_us < PRESENCE_US;
  effects = th_flow_step (&self->flow, &event);
  if (self->flow.state != before)
    g_debug ("%s", th_state_to_string (self->flow.state));
  apply (self, effects);
  tell_staff (self);
  if (self->flow.person) /* what was typed was accepted, or somebody came with a card */
    explicit_bzero (self->typed, sizeof self->typed);
  if (self->flow.confirmed)
    th_checkin_drop_photo (self);
  schedule (self);
  th_checkin_update (self);
}

/* --- what staff ask for ----------------------------------------------------------------------- */

static void
wishes_cb (const ThWishes *wishes, gpointer user_data)
{
  ThCheckin *self = user_data;

  if (wishes->doses_read && memcmp (&wishes->doses, &self->doses, sizeof self->doses) != 0)
    {
      self->doses = wishes->doses;
      th_checkin_update (self);
    }
  if (wishes->day_read)
    th_checkin_gate_day (self, &wishes->day);
  if (wishes->thermometer_read && wishes->day_read)
    th_checkin_trial_look (self, &wishes->thermometer, wishes->day.now_us);
  if (wishes->print_waits)
    th_checkin_take_order (self, &wishes->print, NULL);
  else if (wishes->sheet_waits)
    th_checkin_take_order (self, NULL, &wishes->sheet);
}

static gboolean
look_for_wishes_cb (gpointer data)
{
  ThCheckin *self = data;

  th_visit_log_look (self->log, wishes_cb);
  return G_SOURCE_CONTINUE;
}

/* --- public
 * ---------------------------------------------------------------------------------------------------
 */

void
th_checkin_start (ThCheckin *self)
{
  g_return_if_fail (TH_IS_CHECKIN (self));

  th_checkin_add_job (self,
                      (ThJob){ .kind = TH_JOB_SETTLE, .answers = th_printer_setup_answers (self->config) });
  th_checkin_warm_up (self);
  th_checkin_gate_start (self);
  if (self->reader != NULL)
    th_card_reader_start (self->reader);
  th_thermometer_start (self->thermometer);
  th_printer_start (self->printer);
  for (guint i = 0; i < self->scanners->len; i++)
    th_scanner_start (self->scanners->pdata[i]);
  self->wishes_timer_id = g_timeout_add (WISHES_MS, look_for_wishes_cb, self);
  if (self->keys != NULL)
    th_keys_start (self->keys);
  th_checkin_update (self);
}

void
th_checkin_press (ThCheckin *self, ThEventType verb)
{
  g_return_if_fail (TH_IS_CHECKIN (self));
  g_return_if_fail (verb <= TH_EVENT_TOUCH);

  th_checkin_step (self, (ThEvent){ .type = verb });
}

void
th_checkin_key (ThCheckin *self, char key)
{
  gsize len;

  g_return_if_fail (TH_IS_CHECKIN (self));

  if (self->flow.state != TH_STATE_NUMBER)
    return;
  len = strlen (self->typed);
  if (key == '\b' && len > 0)
    self->typed[len - 1] = '\0';
  else if ((g_ascii_isdigit (key) || (key == 'X' && len == 17)) && len < 18)
    self->typed[len] = key;
  th_checkin_step (self, (ThEvent){ .type = TH_EVENT_TOUCH });
}

void
th_checkin_set_language (ThCheckin *self, ThLanguage language)
{
  g_return_if_fail (TH_IS_CHECKIN (self));
  g_return_if_fail (language < TH_N_LANGUAGES);

  self->language = language;
  self->language_us = g_get_monotonic_time ();
  th_checkin_step (self, (ThEvent){ .type = TH_EVENT_TOUCH });
}

void
th_checkin_stop (ThCheckin *self)
{
  g_return_if_fail (TH_IS_CHECKIN (self));

  if (g_cancellable_is_cancelled (self->over))
    return;
  g_cancellable_cancel (self->over);
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_handle_id (&self->wishes_timer_id, g_source_remove);
  self->paper_wanted = FALSE;
  th_checkin_gate_stop (self);
  th_checkin_trial_stop (self);
  th_checkin_disconnect_devices (self);
  forget (self);
  th_checkin_drop_next (self);
  th_checkin_update (self);
  g_clear_pointer (&self->log, th_visit_log_free);
  g_clear_pointer (&self->slips, th_worker_free);
  g_clear_pointer (&self->photos, th_worker_free);
  g_clear_pointer (&self->drawing, th_raster_free);
  th_checkin_drop_order (self);
}

ThCheckin *
th_checkin_new (const ThConfig *config, ThCardReader *reader, ThThermometer *thermometer,
                ThPrinter *printer, ThOutputs *outputs)
{
  ThCheckin *self = g_object_new (TH_TYPE_CHECKIN, NULL);

  self->config = config;
  th_flow_init (&self->flow, &config->screening, config->idle_s, config->warning_s, config->done_s,
                config->trouble_s, config->tap_guard_ms);
  self->language = config->default_language;
  self->log = th_visit_log_new (config, job_done, log_state, self);
  self->slips = th_worker_new ("slips");
  if (config->photo_decoder[0] != '\0')
    self->photos = th_worker_new ("photos");

  self->thermometer = g_object_ref (thermometer);
  self->printer = g_object_ref (printer);
  g_set_object (&self->outputs, outputs);
  g_set_object (&self->reader, reader);
  if (reader == NULL)
    self->flow.health[TH_PART_READER] = TH_HEALTH_READY;
  self->flow.health[TH_PART_RECORDS] = TH_HEALTH_READY;
  th_checkin_connect_devices (self);
  th_checkin_update (self);
  return self;
}

static void
th_checkin_dispose (GObject *object)
{
  ThCheckin *self = TH_CHECKIN (object);

  if (self->log != NULL)
    th_checkin_stop (self);
  g_clear_object (&self->reader);
  g_clear_object (&self->thermometer);
  g_clear_object (&self->printer);
  g_clear_object (&self->outputs);
  g_clear_object (&self->keys);
  g_ptr_array_set_size (self->scanners, 0);
  G_OBJECT_CLASS (th_checkin_parent_class)->dispose (object);
}

static void
th_checkin_finalize (GObject *object)
{
  ThCheckin *self = TH_CHECKIN (object);

  th_checkin_clear_properties (self);
  g_object_unref (self->over);
  g_ptr_array_unref (self->scanners);
  G_OBJECT_CLASS (th_checkin_parent_class)->finalize (object);
}

static void
th_checkin_class_init (ThCheckinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->dispose = th_checkin_dispose;
  object_class->finalize = th_checkin_finalize;

  th_checkin_install_properties (object_class);
  g_signal_new ("key-pressed", TH_TYPE_CHECKIN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
th_checkin_init (ThCheckin *self)
{
  self->over = g_cancellable_new ();
  self->scanners = g_ptr_array_new_with_free_func (g_object_unref);
  self->staff_told = "";
  th_window_reset (&self->window);
  self->last_present_us = G_MININT64 / 2;
  th_checkin_init_properties (self);
}
