/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "kiosk/checkin-private.h"
#include "kiosk/slip.h"
#include "kiosk/id-number.h"
#include "kiosk/words.h"

enum
{
  PROP_0,
  PROP_STATE,
  PROP_LANGUAGE,
  PROP_SITE_NAME,
  PROP_NOTICE,
  PROP_MASKED_NAME,
  PROP_BIRTH_YEAR,
  PROP_PHOTO,
  PROP_APPOINTMENT,
  PROP_APPOINTMENT_DATE,
  PROP_APPOINTMENT_TIME,
  PROP_READING_HINT,
  PROP_TYPED,
  PROP_TYPED_PROBLEM,
  PROP_TYPED_COMPLETE,
  PROP_QUESTION,
  PROP_QUESTION_NUMBER,
  PROP_QUESTION_COUNT,
  PROP_GUIDE,
  PROP_DISTANCE,
  PROP_STEADINESS,
  PROP_MEASURING_AGAIN,
  PROP_REST_SECONDS,
  PROP_REST_AWAY,
  PROP_REST_OVER,
  PROP_READY_MINUTES,
  PROP_TICKET,
  PROP_SLIP,
  PROP_PEOPLE_AHEAD,
  PROP_END,
  PROP_RETURN_DATE,
  PROP_RETURN_TIME,
  PROP_DOSES,
  PROP_NEXT_TIME,
  PROP_TROUBLE,
  PROP_TROUBLE_DETAIL,
  PROP_TROUBLE_VISIT,
  PROP_WARNING_SECONDS,
  PROP_SECOND_CARD,
  PROP_NO_SLIP_NOTICE,
  PROP_CAN_GO_BACK,
  PROP_CARD_ON,
  PROP_TAKES_CARDS,
  PROP_TAKES_CODES,
  PROP_TAKES_KEYS,
  PROP_TAKES_HOME,
  PROP_KEEPS_NAMES,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_STATIC_ASSERT (N_PROPS <= G_N_ELEMENTS (((ThCheckin *)0)->values));

static const char *
localised (char *const texts[TH_N_LANGUAGES], ThLanguage language)
{
  if (texts[language] != NULL && texts[language][0] != '\0')
    return texts[language];
  return texts[TH_LANGUAGE_EN] != NULL ? texts[TH_LANGUAGE_EN] : "";
}

static const char *
reading_hint (const ThFlow *flow)
{
  if (!flow->retry_shown)
    return "hold";
  switch (flow->retry)
    {
    case TH_DEVICE_RETRY_CARD_REMOVED:
    case TH_DEVICE_RETRY_CARD_UNREAD:
      return "again";
    case TH_DEVICE_RETRY_CARD_WRONG:
      return "wrong";
    case TH_DEVICE_RETRY_CARD_REFUSED:
      return "refused";
    }
  return "again";
}

/* "110101199001019917" → "110101 1990 0101 9917" */
static char *
grouped (const char *typed)
{
  GString *text = g_string_sized_new (24); /* whole from the start: it would leave parts behind */

  for (guint i = 0; typed[i] != '\0'; i++)
    {
      if (i == 6 || i == 10 || i == 14)
        g_string_append_c (text, ' ');
      g_string_append_c (text, typed[i]);
    }
  return g_string_free (text, FALSE);
}

/* In the middle of a slip the printer has stopped taking it, and has not said why, or not been believed yet. */
gboolean
th_checkin_printer_waits (const ThFlow *flow)
{
  return flow->printing && flow->paper != TH_PAPER_READY && flow->paper != TH_PAPER_LOW;
}

static const char *
trouble_detail (ThCheckin *self)
{
  switch (self->flow.trouble_part)
    {
    case TH_PART_PRINTER:
      return th_paper_to_string (self->flow.paper);
    case TH_PART_RECORDS:
      return self->records_full ? "full" : "fault";
    case TH_PART_SCREENING:
      return th_bar_to_string (self->flow.gate);
    case TH_PART_READER:
    case TH_PART_THERMOMETER:
      return th_health_to_string (self->flow.health[self->flow.trouble_part]);
    case TH_N_PARTS:
      break;
    }
  return "";
}

static gboolean
shows_person (const ThFlow *flow)
{
  return flow->person && (flow->state == TH_STATE_IDENTITY || flow->state == TH_STATE_PLACE);
}

static gboolean
shows_appointment (ThCheckin *self)
{
  return self->appointment.id[0] != '\0'
         && (shows_person (&self->flow) || self->flow.state == TH_STATE_NOT_TODAY);
}

static char *
appointment_date (const ThAppointment *appointment)
{
  char text[11];

  th_date_to_string (appointment->date, text);
  return g_strdup (text);
}

static char *
window_text (guint from_min, guint to_min)
{
  return g_strdup_printf ("%02u:%02u–%02u:%02u", from_min / 60, from_min % 60, to_min / 60,
                          to_min % 60);
}

/* Of the code that they brought, or of the list that they stand in. */
static char *
appointment_time (ThCheckin *self)
{
  if (shows_appointment (self))
    return window_text (self->appointment.from_min, self->appointment.to_min);
  if (self->expected && self->appointment.id[0] == '\0' && shows_person (&self->flow))
    return window_text (self->booking.start_min, self->booking.end_min);
  return g_strdup ("");
}

static char *
return_date (const ThAdmission *refusal)
{
  char text[11] = "";

  if (refusal->when.year != 0)
    th_date_to_string (refusal->when, text);
  return g_strdup (text);
}

/* LATE: until when it was. */
static char *
return_time (const ThAdmission *refusal)
{
  guint minute = refusal->coming == TH_COMING_EARLY ? refusal->from_min : refusal->to_min;

  if (refusal->coming != TH_COMING_EARLY && refusal->coming != TH_COMING_LATE)
    return g_strdup ("");
  return g_strdup_printf ("%02u:%02u", minute / 60, minute % 60);
}

static const char *
doses_shown (const ThFreeDoses *doses)
{
  if (!doses->watched || doses->walk_in > 0)
    return "";
  return doses->any > 0 ? "appointments" : "gone";
}

static gboolean
can_go_back (const ThFlow *flow)
{
  return (flow->state == TH_STATE_QUESTIONS && flow->question > 0) || flow->state == TH_STATE_NUMBER
         || flow->state == TH_STATE_READING
         || (flow->state == TH_STATE_HELP && flow->resume != TH_STATE_WELCOME);
}

static gboolean
complete (const char *typed)
{
  gsize len = strlen (typed);

  return len == 15 || len == 18;
}

static void
present_value (ThCheckin *self, guint prop, gint64 now_us, GValue *value)
{
  const ThFlow *flow = &self->flow;
  char label[16] = "";

  switch (prop)
    {
    case PROP_STATE:
      g_value_set_static_string (value, th_state_to_string (flow->state));
      break;
    case PROP_LANGUAGE:
      g_value_set_static_string (value, th_language_to_string (self->language));
      break;
    case PROP_SITE_NAME:
      g_value_set_string (value, localised (self->config->site_name, self->language));
      break;
    case PROP_NOTICE:
      g_value_set_string (value, localised (self->config->notice, self->language));
      break;
    case PROP_MASKED_NAME:
      if (shows_person (flow) && self->card != NULL)
        g_value_take_string (value, th_mask_name (self->card->name));
      else
        g_value_set_static_string (value, "");
      break;
    case PROP_BIRTH_YEAR:
      if (shows_person (flow) && self->id_number[0] != '\0')
        g_value_take_string (value,
                             g_strdup_printf ("%04u", th_id_number_birth (self->id_number).year));
      else
        g_value_set_static_string (value, "");
      break;
    case PROP_PHOTO:
      g_value_set_boxed (value, flow->state == TH_STATE_IDENTITY ? self->photo : NULL);
      break;
    case PROP_APPOINTMENT:
      g_value_set_string (value, shows_appointment (self) ? self->appointment.id : "");
      break;
    case PROP_APPOINTMENT_DATE:
      g_value_take_string (value, shows_appointment (self) ? appointment_date (&self->appointment)
                                                           : g_strdup (""));
      break;
    case PROP_APPOINTMENT_TIME:
      g_value_take_string (value, appointment_time (self));
      break;
    case PROP_READING_HINT:
      g_value_set_static_string (value, reading_hint (flow));
      break;
    case PROP_TYPED:
      g_value_take_string (value, grouped (self->typed));
      break;
    case PROP_TYPED_PROBLEM:
      g_value_set_static_string (value, flow->typed_bad ? "check" : "");
      break;
    case PROP_TYPED_COMPLETE:
      g_value_set_boolean (value, complete (self->typed));
      break;
    case PROP_QUESTION:
      g_value_set_static_string (value, th_question_to_string (flow->question));
      break;
    case PROP_QUESTION_NUMBER:
      g_value_set_uint (value, flow->question + 1);
      break;
    case PROP_QUESTION_COUNT:
      g_value_set_uint (value, TH_N_QUESTIONS);
      break;
    case PROP_GUIDE:
      g_value_set_static_string (value, th_guide_to_string (self->window.guide));
      break;
    case PROP_DISTANCE:
      g_value_set_double (value, flow->state == TH_STATE_MEASURING ? self->window.distance : 0);
      break;
    case PROP_STEADINESS:
      g_value_set_double (value, flow->state == TH_STATE_MEASURING ? self->window.steadiness : 0);
      break;
    case PROP_MEASURING_AGAIN:
      g_value_set_boolean (value, flow->n_shown > 0);
      break;
    case PROP_REST_SECONDS:
      g_value_set_uint (value, th_flow_rest_seconds (flow, now_us));
      break;
    case PROP_REST_AWAY:
      g_value_set_boolean (value, th_flow_rests_away (flow, now_us));
      break;
    case PROP_REST_OVER:
      g_value_set_boolean (value, flow->state == TH_STATE_REST
                                      && th_flow_may_come_back (flow, now_us));
      break;
    case PROP_READY_MINUTES:
      g_value_set_uint (value, flow->gate == TH_BAR_WARM_UP ? th_checkin_gate_minutes (self) : 0);
      break;
    case PROP_TICKET:
      if (self->has_ticket)
        th_ticket_label (self->ticket.lane, self->ticket.number, label);
      g_value_set_string (value, label);
      break;
    case PROP_SLIP:
      g_value_set_static_string (value, th_checkin_printer_waits (flow) ? "waiting"
                                        : flow->printing          ? "printing"
                                        : flow->outcome_known
                                            ? th_slip_outcome_to_string (flow->outcome)
                                            : "");
      break;
    case PROP_PEOPLE_AHEAD:
      g_value_set_int (value, self->has_ticket ? self->ticket.people_ahead : -1);
      break;
    case PROP_END:
      g_value_set_static_string (value, flow->end_why);
      break;
    case PROP_RETURN_DATE:
      g_value_take_string (value, return_date (&self->refusal));
      break;
    case PROP_RETURN_TIME:
      g_value_take_string (value, return_time (&self->refusal));
      break;
    case PROP_DOSES:
      g_value_set_static_string (value, doses_shown (&self->doses));
      break;
    case PROP_NEXT_TIME:
      g_value_set_string (value, localised (self->config->doses_next, self->language));
      break;
    case PROP_TROUBLE:
      g_value_set_static_string (
          value, flow->state == TH_STATE_TROUBLE ? th_part_to_string (flow->trouble_part) : "");
      break;
    case PROP_TROUBLE_DETAIL:
      g_value_set_static_string (value,
                                 flow->state == TH_STATE_TROUBLE ? trouble_detail (self) : "");
      break;
    case PROP_TROUBLE_VISIT:
      g_value_set_boolean (value,
                           flow->state == TH_STATE_TROUBLE && flow->resume != TH_STATE_WELCOME);
      break;
    case PROP_WARNING_SECONDS:
      g_value_set_uint (value, th_flow_warning_seconds (flow, now_us));
      break;
    case PROP_KEEPS_NAMES:
      g_value_set_boolean (value, self->keeps_names);
      break;
    case PROP_TAKES_HOME:
      g_value_set_boolean (value, flow->takes_home && th_slip_is_taken_home (flow->end_why));
      break;
    case PROP_SECOND_CARD:
      g_value_set_boolean (value, th_flow_asks_second_card (flow));
      break;
    case PROP_NO_SLIP_NOTICE:
      g_value_set_boolean (value, now_us < self->no_slip_until_us);
      break;
    case PROP_CAN_GO_BACK:
      g_value_set_boolean (value, can_go_back (flow));
      break;
    case PROP_CARD_ON:
      g_value_set_boolean (value, flow->card_on);
      break;
    case PROP_TAKES_CARDS:
      g_value_set_boolean (value, self->reader != NULL);
      break;
    case PROP_TAKES_CODES:
      g_value_set_boolean (value, th_checkin_takes_codes (self));
      break;
    case PROP_TAKES_KEYS:
      g_value_set_boolean (value, self->keys != NULL);
      break;
    default:
      break;
    }
}

static gboolean
same_value (const GValue *a, const GValue *b)
{
  if (G_VALUE_HOLDS_STRING (a))
    return g_strcmp0 (g_value_get_string (a), g_value_get_string (b)) == 0;
  if (G_VALUE_HOLDS_BOOLEAN (a))
    return g_value_get_boolean (a) == g_value_get_boolean (b);
  if (G_VALUE_HOLDS_UINT (a))
    return g_value_get_uint (a) == g_value_get_uint (b);
  if (G_VALUE_HOLDS_INT (a))
    return g_value_get_int (a) == g_value_get_int (b);
  if (G_VALUE_HOLDS_BOXED (a))
    return g_value_get_boxed (a) == g_value_get_boxed (b);
  return g_value_get_double (a) == g_value_get_double (b);
}

static gboolean
is_personal (guint prop)
{
  return prop == PROP_MASKED_NAME || prop == PROP_BIRTH_YEAR || prop == PROP_TYPED
         || prop == PROP_TICKET;
}

/* Text that was freed is still in memory. Only for personal properties: theirs is never a constant.
 */
static void
wipe (GValue *value)
{
  char *text = (char *)g_value_get_string (value);

  if (text != NULL)
    explicit_bzero (text, strlen (text));
}

void
th_checkin_update (ThCheckin *self)
{
  gint64 now_us = g_get_monotonic_time ();
  gboolean changed[N_PROPS] = { FALSE };

  th_words_use (self->language);
  for (guint prop = 1; prop < N_PROPS; prop++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (props[prop]));
      present_value (self, prop, now_us, &value);
      changed[prop] = !same_value (&value, &self->values[prop]);
      if (changed[prop] && is_personal (prop))
        wipe (&self->values[prop]);
      if (changed[prop])
        g_value_copy (&value, &self->values[prop]);
      if (is_personal (prop))
        wipe (&value);
    }
  for (guint prop = N_PROPS - 1; prop > 0; prop--)
    if (changed[prop])
      g_object_notify_by_pspec (G_OBJECT (self), props[prop]);

  th_checkin_announce (self);
}

static void
th_checkin_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == 0 || prop_id >= N_PROPS)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  else
    g_value_copy (&TH_CHECKIN (object)->values[prop_id], value);
}

void
th_checkin_init_properties (ThCheckin *self)
{
  for (guint prop = 1; prop < N_PROPS; prop++)
    g_value_init (&self->values[prop], G_PARAM_SPEC_VALUE_TYPE (props[prop]));
}

void
th_checkin_clear_properties (ThCheckin *self)
{
  for (guint prop = 1; prop < N_PROPS; prop++)
    {
      if (is_personal (prop))
        wipe (&self->values[prop]);
      g_value_unset (&self->values[prop]);
    }
}

void
th_checkin_install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  static const struct
  {
    guint prop;
    const char *name;
  } strings[] = {
    { PROP_STATE, "state" },
    { PROP_LANGUAGE, "language" },
    { PROP_SITE_NAME, "site-name" },
    { PROP_NOTICE, "notice" },
    { PROP_MASKED_NAME, "masked-name" },
    { PROP_BIRTH_YEAR, "birth-year" },
    { PROP_APPOINTMENT, "appointment" },
    { PROP_APPOINTMENT_DATE, "appointment-date" },
    { PROP_APPOINTMENT_TIME, "appointment-time" },
    { PROP_READING_HINT, "reading-hint" },
    { PROP_TYPED, "typed" },
    { PROP_TYPED_PROBLEM, "typed-problem" },
    { PROP_QUESTION, "question" },
    { PROP_GUIDE, "guide" },
    { PROP_TICKET, "ticket" },
    { PROP_SLIP, "slip" },
    { PROP_END, "end" },
    { PROP_RETURN_DATE, "return-date" },
    { PROP_RETURN_TIME, "return-time" },
    { PROP_DOSES, "doses" },
    { PROP_NEXT_TIME, "next-time" },
    { PROP_TROUBLE, "trouble" },
    { PROP_TROUBLE_DETAIL, "trouble-detail" },
  }, booleans[] = {
    { PROP_TYPED_COMPLETE, "typed-complete" },
    { PROP_MEASURING_AGAIN, "measuring-again" },
    { PROP_TROUBLE_VISIT, "trouble-visit" },
    { PROP_REST_AWAY, "rest-away" },
    { PROP_REST_OVER, "rest-over" },
    { PROP_SECOND_CARD, "second-card" },
    { PROP_NO_SLIP_NOTICE, "no-slip-notice" },
    { PROP_CAN_GO_BACK, "can-go-back" },
    { PROP_CARD_ON, "card-on" },
    { PROP_TAKES_CARDS, "takes-cards" },
    { PROP_TAKES_CODES, "takes-codes" },
    { PROP_TAKES_KEYS, "takes-keys" },
    { PROP_TAKES_HOME, "takes-home" },
    { PROP_KEEPS_NAMES, "keeps-names" },
  }, uints[] = {
    { PROP_QUESTION_NUMBER, "question-number" },
    { PROP_QUESTION_COUNT, "question-count" },
    { PROP_REST_SECONDS, "rest-seconds" },
    { PROP_READY_MINUTES, "ready-minutes" },
    { PROP_WARNING_SECONDS, "warning-seconds" },
  };

  object_class->get_property = th_checkin_get_property;
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    props[strings[i].prop] = g_param_spec_string (strings[i].name, NULL, NULL, NULL, flags);
  for (guint i = 0; i < G_N_ELEMENTS (booleans); i++)
    props[booleans[i].prop] = g_param_spec_boolean (booleans[i].name, NULL, NULL, FALSE, flags);
  for (guint i = 0; i < G_N_ELEMENTS (uints); i++)
    props[uints[i].prop] = g_param_spec_uint (uints[i].name, NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_PHOTO] = g_param_spec_boxed ("photo", NULL, NULL, TH_TYPE_PHOTO, flags);
  props[PROP_DISTANCE] = g_param_spec_double ("distance", NULL, NULL, 0, 1, 0, flags);
  props[PROP_STEADINESS] = g_param_spec_double ("steadiness", NULL, NULL, 0, 1, 0, flags);
  props[PROP_PEOPLE_AHEAD] = g_param_spec_int ("people-ahead", NULL, NULL, -1, G_MAXINT, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}
