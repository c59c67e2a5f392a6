/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/staff-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kiosk/card-check.h"
#include "kiosk/id-number.h"
#include "kiosk/words.h"

static char *
format_time (gint64 at_us, const char *format)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);

  return time != NULL ? g_date_time_format (time, format) : g_strdup ("");
}

char *
th_staff_words_time (gint64 at_us)
{
  return format_time (at_us, "%H:%M");
}

char *
th_staff_words_time_with_seconds (gint64 at_us)
{
  return format_time (at_us, "%H:%M:%S");
}

char *
th_staff_words_ago (gint64 at_us, gint64 now_us)
{
  gint64 minutes = MAX (now_us - at_us, 0) / (60 * G_USEC_PER_SEC);

  if (minutes == 0)
    return g_strdup (_ ("just now"));
  if (minutes < 60)
    return g_strdup_printf (ngettext ("%d min ago", "%d min ago", minutes), (int)minutes);
  if (minutes < 24 * 60)
    return g_strdup_printf (ngettext ("%d hour ago", "%d hours ago", minutes / 60),
                            (int)(minutes / 60));
  return g_strdup_printf (ngettext ("%d day ago", "%d days ago", minutes / (24 * 60)),
                          (int)(minutes / (24 * 60)));
}

char *
th_staff_words_degrees (int tenths)
{
  return g_strdup_printf ("%s%d.%d °C", tenths < 0 ? "−" : "", ABS (tenths) / 10,
                          ABS (tenths) % 10);
}

const char *
th_staff_words_question (ThQuestion question)
{
  switch (question)
    {
    case TH_QUESTION_SYMPTOMS:
      return C_ ("question", "symptoms today");
    case TH_QUESTION_TRAVEL:
      return C_ ("question", "travel, last 14 days");
    case TH_QUESTION_CONTACT:
      return C_ ("question", "contact, last 14 days");
    case TH_QUESTION_CONSENT:
      return C_ ("question", "consent");
    case TH_N_QUESTIONS:
      break;
    }
  return "";
}

static const char *
question_in_short (ThQuestion question)
{
  switch (question)
    {
    case TH_QUESTION_SYMPTOMS:
      return C_ ("question in short", "symptoms");
    case TH_QUESTION_TRAVEL:
      return C_ ("question in short", "travel");
    case TH_QUESTION_CONTACT:
      return C_ ("question in short", "contact");
    case TH_QUESTION_CONSENT:
    case TH_N_QUESTIONS:
      break;
    }
  return "";
}

char *
th_staff_words_reasons (const ThCase *the_case)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  if (the_case->reasons & TH_REASON_TEMPERATURE)
    g_ptr_array_add (words, g_strdup (_ ("above the site's limit")));
  if (the_case->reasons & TH_REASON_ANSWER)
    {
      g_autoptr (GPtrArray) answers = g_ptr_array_new ();
      g_autofree char *joined = NULL;

      for (ThQuestion question = 0; question < TH_QUESTION_CONSENT; question++)
        if (the_case->answers[question] == 1)
          g_ptr_array_add (answers, (gpointer)question_in_short (question));
      g_ptr_array_add (answers, NULL);
      /* Translators: between two answers in a list, such as "symptoms, contact" */
      joined = g_strjoinv (_ (", "), (char **)answers->pdata);
      /* Translators: %s is what the person answered yes to: "contact" */
      g_ptr_array_add (words, g_strdup_printf (_ ("answered yes: %s"), joined));
    }
  if (the_case->reasons & TH_REASON_NOT_MEASURED)
    g_ptr_array_add (words, g_strdup (_ ("not measured: use the hand-held thermometer")));
  if (the_case->reasons & TH_REASON_NOT_BACK)
    g_ptr_array_add (words, g_strdup (_ ("sat down to rest and did not come back")));
  g_ptr_array_add (words, NULL);
  return g_strjoinv (" · ", (char **)words->pdata);
}

const char *
th_staff_words_decision (ThDecision decision)
{
  switch (decision)
    {
    case TH_DECISION_NONE:
      return C_ ("case", "Open");
    case TH_DECISION_CLEARED:
      return C_ ("case", "Cleared");
    case TH_DECISION_DEFERRED:
      return C_ ("case", "Deferred");
    case TH_DECISION_FEVER_CLINIC:
      return C_ ("case", "Sent to the fever clinic");
    }
  return "";
}

char *
th_staff_words_clock (ThClockState state, guint minutes)
{
  switch (state)
    {
    case TH_CLOCK_RUNNING:
    case TH_CLOCK_SOON:
      return g_strdup_printf (ngettext ("%u min left", "%u min left", minutes), minutes);
    case TH_CLOCK_OVERDUE:
      if (minutes == 0)
        return g_strdup (_ ("overdue"));
      if (minutes >= 120)
        return g_strdup_printf (
            ngettext ("overdue by %u hour", "overdue by %u hours", minutes / 60), minutes / 60);
      return g_strdup_printf (ngettext ("overdue by %u min", "overdue by %u min", minutes),
                              minutes);
    case TH_CLOCK_MADE:
      return g_strdup_printf (ngettext ("made after %u min", "made after %u min", minutes),
                              minutes);
    case TH_CLOCK_MADE_LATE:
      return g_strdup_printf (
          ngettext ("made late, after %u min", "made late, after %u min", minutes), minutes);
    case TH_CLOCK_NOT_NEEDED:
      return g_strdup (_ ("not needed: cleared"));
    }
  return g_strdup ("");
}

const char *
th_staff_words_clock_sign (ThClockState state)
{
  switch (state)
    {
    case TH_CLOCK_RUNNING:
      return "○";
    case TH_CLOCK_SOON:
      return "◎";
    case TH_CLOCK_OVERDUE:
      return "▲";
    case TH_CLOCK_MADE:
    case TH_CLOCK_MADE_LATE:
      return "✓";
    case TH_CLOCK_NOT_NEEDED:
      return "–";
    }
  return "";
}

const char *
th_staff_words_clock_class (ThClockState state)
{
  switch (state)
    {
    case TH_CLOCK_RUNNING:
      return "running";
    case TH_CLOCK_SOON:
      return "soon";
    case TH_CLOCK_OVERDUE:
      return "overdue";
    case TH_CLOCK_MADE:
    case TH_CLOCK_MADE_LATE:
      return "made";
    case TH_CLOCK_NOT_NEEDED:
      return "quiet";
    }
  return "quiet";
}

const char *
th_staff_words_ticket_state (ThTicketState state)
{
  switch (state)
    {
    case TH_TICKET_WAITING:
      return C_ ("ticket", "waiting");
    case TH_TICKET_HELD:
      return C_ ("ticket", "held for review");
    case TH_TICKET_CALLED:
      return C_ ("ticket", "called");
    case TH_TICKET_SERVING:
      return C_ ("ticket", "being served");
    case TH_TICKET_PARKED:
      return C_ ("ticket", "set aside");
    case TH_TICKET_NO_SHOW:
      return C_ ("ticket", "did not come");
    case TH_TICKET_DONE:
      return C_ ("ticket", "done");
    case TH_TICKET_LEFT:
      return C_ ("ticket", "left");
    case TH_TICKET_CLOSED:
      return C_ ("ticket", "closed");
    case TH_N_TICKET_STATES:
      break;
    }
  return "";
}

const char *
th_staff_words_ticket_sign (ThTicketState state)
{
  switch (state)
    {
    case TH_TICKET_WAITING:
      return "○";
    case TH_TICKET_HELD:
      return "◆";
    case TH_TICKET_CALLED:
    case TH_TICKET_SERVING:
      return "✓";
    case TH_TICKET_PARKED:
      return "‖";
    case TH_TICKET_NO_SHOW:
    case TH_TICKET_DONE:
    case TH_TICKET_LEFT:
    case TH_TICKET_CLOSED:
      return "–";
    case TH_N_TICKET_STATES:
      break;
    }
  return "";
}

const char *
th_staff_words_slip (ThSlipState state)
{
  switch (state)
    {
    case TH_SLIP_STATE_UNCERTAIN:
      return _ ("slip not certain: ask whether they have it");
    case TH_SLIP_STATE_FAILED:
      return _ ("no slip was printed: tell them their number");
    case TH_SLIP_STATE_QUEUED:
    case TH_SLIP_STATE_SENDING:
    case TH_SLIP_STATE_SENT:
    case TH_SLIP_STATE_CONFIRMED:
      break;
    }
  return NULL;
}

/* Why the printer does not print now; NULL: it could. */
static const char *
printer_trouble (const char *devices)
{
  g_auto (GStrv) lines = g_strsplit (devices, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *state = lines[i] + strlen ("printer=");

      if (!g_str_has_prefix (lines[i], "printer="))
        continue;
      if (strcmp (state, "ready") == 0 || strcmp (state, "low") == 0
          || strcmp (state, "starting") == 0)
        return NULL;
      if (strcmp (state, "out") == 0)
        return _ ("no paper in the printer");
      if (strcmp (state, "cover-open") == 0)
        return _ ("the printer's cover is open");
      return _ ("the printer is not ready");
    }
  return _ ("the kiosk has not reported a printer");
}

char *
th_staff_words_printing (const ThQueueEntry *entry, const char *devices, gboolean late,
                         gboolean *ret_bad)
{
  g_autofree char *which = NULL;
  const char *trouble;
  ThSlipState state;
  guint copy;

  th_queue_entry_newest_slip (entry, &copy, &state);
  which = copy == 0 ? g_strdup (_ ("Slip")) : g_strdup_printf (_ ("Copy %u"), copy);
  *ret_bad = FALSE;
  switch (state)
    {
    case TH_SLIP_STATE_QUEUED:
      trouble = devices != NULL ? printer_trouble (devices) : NULL;
      *ret_bad = trouble != NULL || late;
      if (trouble == NULL && late)
        return g_strdup_printf (_ ("▲ %s: still waiting – is the kiosk switched on? Write the "
                                   "number down for them"),
                                which);
      if (trouble == NULL)
        /* Translators: %s is "Slip" or "Copy 1" */
        return g_strdup_printf (_ ("○ %s: waiting for the printer"), which);
      /* Translators: "▲ Slip: no paper in the printer – …" */
      return g_strdup_printf (_ ("▲ %s: %s – it is printed as soon as it can be; write the number "
                                 "down for them meanwhile"),
                              which, trouble);
    case TH_SLIP_STATE_SENDING:
      return g_strdup_printf (_ ("◎ %s: printing at the kiosk"), which);
    case TH_SLIP_STATE_SENT:
      return g_strdup_printf (_ ("✓ %s: sent to the printer"), which);
    case TH_SLIP_STATE_CONFIRMED:
      return g_strdup_printf (_ ("✓ %s: printed"), which);
    case TH_SLIP_STATE_UNCERTAIN:
      *ret_bad = TRUE;
      return g_strdup_printf (_ ("▲ %s: not certain – look at the printer; if it is not there, "
                                 "print a copy"),
                              which);
    case TH_SLIP_STATE_FAILED:
      *ret_bad = TRUE;
      return g_strdup_printf (_ ("▲ %s: not printed – write the number down, or print it again"),
                              which);
    }
  return g_strdup ("");
}

#define NUMBER_LEN 18
#define FOREIGN_LEN 15

/* The digits of what is typed, "X" for a letter; FALSE: there is something else in it, or a letter where none can be.
 * @ret_foreign: it begins with a letter. @ret_n: how many there are, also of those that do not fit. */
static gboolean
take_digits (const char *typed, char ret_plain[NUMBER_LEN + 1], gboolean *ret_foreign, guint *ret_n)
{
  gboolean foreign = FALSE;
  guint n = 0;

  for (const char *p = typed; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      int digit = g_unichar_digit_value (c);

      if (g_unichar_isspace (c))
        continue;
      if (digit < 0 && !g_unichar_isalpha (c))
        return FALSE;
      foreign = foreign || (n == 0 && digit < 0);
      if (digit < 0 && !foreign && n != NUMBER_LEN - 1)
        return FALSE;
      if (n < NUMBER_LEN)
        ret_plain[n] = digit >= 0 ? '0' + digit : 'X';
      n++;
    }
  *ret_foreign = foreign;
  *ret_n = n;
  return TRUE;
}

static char *
say_what_is_wrong (const char *plain, gboolean foreign, guint n, gboolean *ret_bad)
{
  guint wanted = foreign ? FOREIGN_LEN : NUMBER_LEN;

  *ret_bad = n >= wanted;
  if (n < wanted)
    return g_strdup_printf (ngettext ("%u more to type", "%u more to type", wanted - n), wanted - n);
  if (n > wanted)
    return g_strdup_printf (ngettext ("%u character too many", "%u characters too many", n - wanted),
                            n - wanted);
  if (foreign)
    return g_strdup (_ ("This number cannot be right: please compare it with the paper"));
  if (plain[NUMBER_LEN - 1] != th_id_number_check_digit (plain))
    return g_strdup (_ ("One digit is wrong: please compare it with the paper"));
  return g_strdup (_ ("The date of birth in it (7th to 14th digit) cannot be right"));
}

char *
th_staff_words_number (const char *typed, ThDate today, gboolean *ret_bad)
{
  char plain[NUMBER_LEN + 1] = "", checked[19] = "";
  gboolean foreign;
  char *words;
  guint n;

  *ret_bad = FALSE;
  if (th_id_number_check (typed, today, checked, NULL))
    words = g_strdup ("");
  else if (take_digits (typed, plain, &foreign, &n))
    words = say_what_is_wrong (plain, foreign, n, ret_bad);
  else
    {
      *ret_bad = TRUE;
      words = g_strdup (_ ("Only digits, with an X at most at the end"));
    }
  explicit_bzero (checked, sizeof checked);
  explicit_bzero (plain, sizeof plain);
  return words;
}

char *
th_staff_words_note (ThSlipState slip, const char *card_notes)
{
  static const struct
  {
    ThCardNotes note;
    const char *words;
  } words[] = {
    { TH_CARD_NOTE_EXPIRED, N_ ("the card is past its date") },
    { TH_CARD_NOTE_EARLY, N_ ("the card is not valid yet") },
    { TH_CARD_NOTE_BIRTH, N_ ("the card's birth date is not the number's") },
    { TH_CARD_NOTE_SEX, N_ ("the card's sex is not the number's") },
    { TH_CARD_NOTE_UNCLEAR, N_ ("something on the card could not be read") },
  };
  ThCardNotes notes = th_card_notes_from_string (card_notes != NULL ? card_notes : "");
  const char *about_slip = th_staff_words_slip (slip);
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();

  if (about_slip != NULL)
    g_ptr_array_add (lines, (gpointer)about_slip);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (notes & words[i].note)
      g_ptr_array_add (lines, (gpointer)_ (words[i].words));
  if (lines->len == 0)
    return NULL;
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **)lines->pdata);
}

static const char *
coming_words (ThComing coming)
{
  switch (coming)
    {
    case TH_COMING_NO_APPOINTMENT:
      return _ ("there is no appointment for today");
    case TH_COMING_NOT_HERE:
      return _ ("it is the turn of other communities or employers");
    case TH_COMING_NOT_YET:
      return _ ("it is not their turn yet");
    case TH_COMING_OVER:
      return _ ("their turn is over");
    case TH_COMING_TOO_YOUNG:
      return _ ("they are too young");
    case TH_COMING_TOO_OLD:
      return _ ("they are too old");
    case TH_COMING_DOSE:
      return _ ("this dose is not given today");
    case TH_COMING_INTERVAL:
      return _ ("it is too soon after the dose before");
    case TH_COMING_LATE:
      return _ ("the time of their appointment is over");
    case TH_COMING_EARLY:
      return _ ("they are early");
    case TH_COMING_YES:
    case TH_COMING_CODE_PAST: /* staff scan none */
    case TH_COMING_CODE_LATER:
    case TH_N_COMINGS:
      break;
    }
  return "";
}

char *
th_staff_words_admission (const ThAdmission *admission)
{
  char when[11] = "";

  if (admission->coming == TH_COMING_EARLY)
    g_snprintf (when, sizeof when, "%02u:%02u", admission->from_min / 60 % 24,
                admission->from_min % 60);
  else if (admission->when.year != 0)
    th_date_to_string (admission->when, when);
  if (*when == '\0')
    /* Translators: %s is a reason such as "they are too young" */
    return g_strdup_printf (_ ("▲ By the rules not now: %s."), coming_words (admission->coming));
  /* Translators: a reason, and the day or the time from when on they may come */
  return g_strdup_printf (_ ("▲ By the rules not now: %s. They may come from %s on."),
                          coming_words (admission->coming), when);
}

const char *
th_staff_words_lane (const ThLane *lane)
{
  switch (th_words_current ())
    {
    case TH_LANGUAGE_ZH_CN:
      return lane->name_zh_cn;
    case TH_LANGUAGE_ZH_TW:
      return lane->name_zh_tw;
    case TH_LANGUAGE_EN:
    case TH_N_LANGUAGES:
      break;
    }
  return lane->name_en;
}

const char *
th_staff_words_site (const ThConfig *config)
{
  return config->site_name[th_words_current ()];
}

/* --- devices ----------------------------------------------------------------------------- */

static const struct
{
  const char *nick;
  const char *words;
} device_names[] = {
  { "reader", NC_("device", "Card reader") },
  { "thermometer", NC_("device", "Thermometer") },
  { "printer", NC_("device", "Printer") },
  { "spare", NC_("device", "Spare printer") },
  { "scanner", NC_("device", "Scanner") },
  { "screening", NC_("device", "Measuring") },
  { "keys", NC_("device", "Keys beside the screen") },
  { "kiosk", NC_("device", "Kiosk") },
  { "sealing", NC_("device", "Names") },
}, device_states[] = {
  { "help", NC_("device", "somebody asks for help") },
  { "slip", NC_("device", "a slip may not have come out") },
  { "starting", NC_("device", "starting") },
  { "ready", NC_("device", "ready") },
  { "absent", NC_("device", "not connected") },
  { "silent", NC_("device", "does not answer") },
  { "fault", NC_("device", "out of order") },
  { "stuck", NC_("device", "a key is stuck") },
  { "no-key", NC_("device", "not kept: no key for today, unlock the site key") },
  { "not-open", NC_("device", "closed: nobody has opened the day yet") },
  { "closed", NC_("device", "closed: the day is over") },
  { "no-time", NC_("device", "closed until somebody confirms the time") },
  { "trial", NC_("device", "being checked") },
  { "low", NC_("device", "paper nearly used up") },
  { "out", NC_("device", "no paper") },
  { "cover-open", NC_("device", "cover open") },
  { "offline", NC_("device", "switched off line") },
  { "unknown", NC_("device", "does not say how it is") },
  { "hot", NC_("device", "too hot, goes on when it has cooled") },
  { "unwatched", NC_("device", "connected; its paper is not watched") },
  { "unconfirmed", NC_("device", "closed until a manager confirms") },
  { "calibration", NC_("device", "closed: calibration or daily check is due") },
  { "room-unknown", NC_("device", "closed: the room's thermometer does not answer") },
  { "room", NC_("device", "closed: the room is outside 16–35 °C") },
  { "warm-up", NC_("device", "closed: the thermometer is warming up") },
};

char *
th_staff_words_device (const char *line, gboolean *ret_well)
{
  g_auto (GStrv) parts = g_strsplit (line, "=", 2);
  const char *name = NULL, *state = NULL;

  if (g_strv_length (parts) != 2)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (device_names); i++)
    if (strcmp (device_names[i].nick, parts[0]) == 0)
      name = g_dpgettext2 (NULL, "device", device_names[i].words);
  for (guint i = 0; i < G_N_ELEMENTS (device_states); i++)
    if (strcmp (device_states[i].nick, parts[1]) == 0)
      state = g_dpgettext2 (NULL, "device", device_states[i].words);
  if (name == NULL)
    return NULL;
  *ret_well = strcmp (parts[1], "ready") == 0 || strcmp (parts[1], "unwatched") == 0 || strcmp (parts[1], "starting") == 0;
  /* A word newer than this program is better than silence. */
  /* Translators: a device and its state: "Printer: no paper" */
  return g_strdup_printf (_ ("%s: %s"), name, state != NULL ? state : parts[1]);
}

char *
th_staff_words_slips_left (const char *const *lines, const char *line, guint slips_per_roll)
{
  const char *roll = strcmp (line, "printer=low") == 0 ? "roll=" : "spare-roll=";

  if (slips_per_roll == 0 || (strcmp (line, "printer=low") != 0 && strcmp (line, "spare=low") != 0))
    return NULL;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gint64 printed, left;

      if (!g_str_has_prefix (lines[i], roll))
        continue;
      printed = ABS (g_ascii_strtoll (lines[i] + strlen (roll), NULL, 10));
      left = (gint64) slips_per_roll - printed;
      if (left < 1)
        return NULL; /* the roll was longer than thought: nobody can tell */
      return g_strdup_printf (
          ngettext ("about %d slip left", "about %d slips left", (gulong) left), (int) left);
    }
  return NULL;
}

/* --- errors ------------------------------------------------------------------------------ */

char *
th_staff_words_error (const GError *error)
{
  const char *words = _ ("The records cannot be used just now.");

  if (error->domain == TH_RECORDS_ERROR)
    switch ((ThRecordsError)error->code)
      {
      case TH_RECORDS_ERROR_BUSY:
        words = _ ("Another program is holding the records. Please try again.");
        break;
      case TH_RECORDS_ERROR_FULL:
        words = _ ("The disk is full or cannot be written. Please call the technician.");
        break;
      case TH_RECORDS_ERROR_CORRUPT:
        words = _ ("The records cannot be read. Please call the technician.");
        break;
      case TH_RECORDS_ERROR_NOT_FOUND:
        words = _ ("This is no longer in the records.");
        break;
      case TH_RECORDS_ERROR_REFUSED:
        words = _ ("This is not allowed now.");
        break;
      case TH_RECORDS_ERROR_NO_DOSE:
        words = _ ("Every dose of today is promised already.");
        break;
      case TH_RECORDS_ERROR_FAILED:
      case TH_RECORDS_ERROR_LOCKED:
        break;
      }
  /* The machine's own words follow: the technician will ask for them. */
  return g_strdup_printf (_ ("%s (%s)"), words, error->message);
}
