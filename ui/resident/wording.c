/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/resident/wording.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kiosk/question-words.h"

/* Characters of an appointment's number that fit. */
#define LONG_NUMBER 10

/* One nick and what is said for it; the last row, without a nick, is said for any other. */
typedef struct
{
  const char *nick;
  const char *words;
} Phrase;

static char *
say (const Phrase *phrases, const char *nick)
{
  while (phrases->nick != NULL && g_strcmp0 (phrases->nick, nick) != 0)
    phrases++;
  return g_strdup (phrases->words[0] != '\0' ? g_dpgettext2 (NULL, "resident", phrases->words)
                                             : "");
}

static gboolean
is_set (const char *text)
{
  return text != NULL && text[0] != '\0';
}

/* A closure's first argument is the widget it is bound to; none of these needs it. */

static char *
say_welcome (gpointer widget, gboolean takes_cards, const char *doses)
{
  if (g_strcmp0 (doses, "gone") == 0)
    return g_strdup (C_ ("resident", "All doses of today are spoken for"));
  if (g_strcmp0 (doses, "appointments") == 0)
    return g_strdup (C_ ("resident", "The last doses of today are for appointments"));
  return g_strdup (takes_cards ? C_ ("resident", "Please put your ID card on the reader")
                               : C_ ("resident", "Welcome. Please type your ID number"));
}

/* When there may be one: what the site says, else whom to ask. */
static char *
say_another_time (const char *next_time)
{
  return g_strdup (is_set (next_time) ? next_time
                                      : C_ ("resident", "Please come again tomorrow, or ask us for another time."));
}

static char *
say_doses (gpointer widget, const char *next_time)
{
  return say_another_time (next_time);
}

/* Whoever was promised one has it. */
static char *
say_doses_place (gpointer widget, gboolean takes_cards, const char *doses)
{
  if (g_strcmp0 (doses, "appointments") == 0)
    return g_strdup (takes_cards
                         ? C_ ("resident", "With an appointment, or a number: please put your ID card on the reader.")
                         : C_ ("resident", "With an appointment, or a number: please type your ID number."));
  return g_strdup (takes_cards ? C_ ("resident", "You have a number? Your dose is kept. Your ID card shows it again.")
                               : C_ ("resident", "You have a number? Your dose is kept. Your ID number shows it again."));
}

static char *
say_no_card (gpointer widget, gboolean takes_cards)
{
  return g_strdup (takes_cards ? C_ ("resident", "I have no card with me")
                               : C_ ("resident", "Type the number"));
}

static char *
draw_welcome (gpointer widget, gboolean takes_cards, const char *doses)
{
  if (is_set (doses))
    return g_strdup ("calendar");
  return g_strdup (takes_cards ? "card" : "id");
}

static char *
say_no_slip (gpointer widget, gboolean takes_cards)
{
  return g_strdup (takes_cards ? C_ ("resident", "No slip? Tap your card again, or ask us.")
                               : C_ ("resident", "No slip? Type your number again, or ask us."));
}

static char *
say_reading (gpointer widget, const char *hint)
{
  static const Phrase phrases[] = {
    { "again", NC_ ("resident", "Please lift the card and put it back") },
    { "wrong", NC_ ("resident", "This card cannot be read here") },
    { "refused", NC_ ("resident", "This card cannot be used here") },
    { NULL, NC_ ("resident", "Reading your card") },
  };

  return say (phrases, hint);
}

static char *
say_reading_more (gpointer widget, const char *hint)
{
  static const Phrase phrases[] = {
    { "again", NC_ ("resident", "Lay it flat in the middle of the reader, and leave it there.") },
    { "wrong", NC_ ("resident", "Please use your resident ID card, or type its number.") },
    { "refused", NC_ ("resident", "Please ask us. We will check you in at the desk.") },
    { NULL, NC_ ("resident", "Please leave it on the reader for a moment.") },
  };

  return say (phrases, hint);
}

static char *
draw_reading (gpointer widget, const char *hint)
{
  if (g_strcmp0 (hint, "refused") == 0)
    return g_strdup ("desk");
  return g_strdup (g_strcmp0 (hint, "hold") == 0 ? "card" : "card-again");
}

static char *
say_number (gpointer widget, const char *problem)
{
  return g_strdup (is_set (problem)
                       ? C_ ("resident", "Please look again: one digit cannot be right")
                       : C_ ("resident", "Please type your ID number"));
}

static char *
say_identity (gpointer widget, const char *name, const char *appointment)
{
  if (is_set (appointment))
    return g_strdup (C_ ("resident", "Is this your appointment?"));
  return g_strdup (is_set (name) ? C_ ("resident", "Is this you?")
                                 : C_ ("resident", "Is this your year of birth?"));
}

/* What is kept of them: before they say that it is them. */
static char *
say_privacy (gpointer widget, gboolean keeps_names)
{
  if (keeps_names)
    return g_strdup (C_ ("resident", "We keep your answers and temperature. Your name and ID number are locked; only the "
                                     "manager can open them, and later they are deleted."));
  return g_strdup (C_ ("resident", "We keep your answers and temperature for the vaccination today. Your name and ID number "
                                   "are not stored."));
}

static char *
say_who (gpointer widget, const char *year, const char *appointment)
{
  gsize len = appointment != NULL ? strlen (appointment) : 0;

  /* The end of a long one is what differs. It is ASCII. */
  if (len > LONG_NUMBER)
    return g_strdup_printf (C_ ("resident", "Appointment …%s"), appointment + len - LONG_NUMBER);
  if (len > 0)
    return g_strdup_printf (C_ ("resident", "Appointment %s"), appointment);
  return is_set (year) ? g_strdup_printf (C_ ("resident", "Born in %s"), year) : g_strdup ("");
}

/* The page asks about a code's appointment; one of a list is told beside the name. */
static char *
say_window (gpointer widget, const char *time, const char *appointment)
{
  if (!is_set (time) || is_set (appointment))
    return g_strdup (time);
  return g_strdup_printf (C_ ("resident", "Your appointment: %s"), time);
}

/* A card has a face on it; a typed number or an appointment has none. */
static char *
draw_identity (gpointer widget, const char *name)
{
  return g_strdup (is_set (name) ? "person" : "id");
}

static ThQuestion
question_of (const char *nick)
{
  for (ThQuestion question = 0; question < TH_N_QUESTIONS; question++)
    if (g_strcmp0 (nick, th_question_to_string (question)) == 0)
      return question;
  return TH_N_QUESTIONS;
}

static char *
say_question (gpointer widget, const char *nick)
{
  return g_strdup (th_question_words (question_of (nick)));
}

static char *
say_question_more (gpointer widget, const char *nick)
{
  return g_strdup (th_question_words_more (question_of (nick)));
}

static char *
say_progress (gpointer widget, guint number, guint count)
{
  return g_strdup_printf (C_ ("resident", "Question %u of %u"), number, count);
}

static char *
say_guide (gpointer widget, const char *guide)
{
  static const Phrase phrases[] = {
    { "come", NC_ ("resident", "Please step in front of the sensor") },
    { "closer", NC_ ("resident", "A little closer, please") },
    { "hold", NC_ ("resident", "Good. Please hold still") },
    { "hat", NC_ ("resident", "Please take off your hat") },
    { "done", NC_ ("resident", "Thank you") },
    { NULL, "" },
  };

  return say (phrases, guide);
}

static char *
say_guide_more (gpointer widget, const char *guide, gboolean again)
{
  if (g_strcmp0 (guide, "done") == 0)
    return g_strdup (C_ ("resident", "That is all we need."));
  if (g_strcmp0 (guide, "hat") == 0)
    return g_strdup (C_ ("resident", "Move your hair away from your forehead, too."));
  if (again)
    return g_strdup (
        C_ ("resident", "We measure once more, to be sure. Turn your forehead to the sensor."));
  return g_strdup (
      C_ ("resident",
          "Turn your forehead to the sensor. Your head fills the circle, then the ring fills."));
}

static char *
draw_guide (gpointer widget, const char *guide)
{
  return g_strdup (g_strcmp0 (guide, "hat") == 0 ? "hat" : "forehead");
}

static gboolean
is_nobody (gpointer widget, const char *guide)
{
  return g_strcmp0 (guide, "come") == 0 || g_strcmp0 (guide, "hat") == 0;
}

static char *
say_rest (gpointer widget, gboolean away)
{
  return g_strdup (away ? C_ ("resident", "Please sit down and rest")
                        : C_ ("resident", "Please sit down for a moment"));
}

static char *
say_rest_more (gpointer widget, gboolean away, guint seconds, gboolean cards)
{
  guint minutes = (seconds + 59) / 60;

  if (!away)
    return g_strdup (
        C_ ("resident", "Your place is kept. We measure once more when the ring has run out."));
  if (cards)
    return g_strdup_printf (
        ngettext (
                     "Your place is kept. Come back in about %u minute and put your card on the "
                     "reader again, or the code that you came with: we measure once more.",
                     "Your place is kept. Come back in about %u minutes and put your card on the "
                     "reader again, or the code that you came with: we measure once more.",
                     minutes),
        minutes);
  return g_strdup_printf (
      ngettext (
                   "Your place is kept. Come back in about %u minute and type your number again: "
                   "we measure once more.",
                   "Your place is kept. Come back in about %u minutes and type your number again: "
                   "we measure once more.",
                   minutes),
      minutes);
}

static char *
say_rest_yes (gpointer widget, gboolean away)
{
  return g_strdup (away ? C_ ("resident", "I will come back") : C_ ("resident", "I am back"));
}

static gboolean
is_both (gpointer widget, gboolean one, gboolean other)
{
  return one && other;
}

static gboolean
is_rest_yes (gpointer widget, gboolean away, gboolean over)
{
  return away || over;
}

static char *
say_printing (gpointer widget, const char *ticket)
{
  return g_strdup (is_set (ticket) ? C_ ("resident", "Your number")
                                   : C_ ("resident", "One moment, please"));
}

static char *
say_printing_more (gpointer widget, const char *ticket, const char *slip)
{
  if (g_strcmp0 (slip, "waiting") == 0)
    return g_strdup (C_ ("resident", "The printer has stopped. This number is yours, with or without a slip: please "
                                     "wait here for our staff."));
  return g_strdup (is_set (ticket) ? C_ ("resident", "Your slip is being printed.")
                                   : C_ ("resident", "We are getting your number."));
}

static char *
say_done (gpointer widget, const char *slip)
{
  return g_strdup (g_strcmp0 (slip, "sent") == 0 ? C_ ("resident", "Did you get your slip?")
                                                 : C_ ("resident", "Please take your slip"));
}

static char *
say_done_more (gpointer widget, const char *slip)
{
  return g_strdup (
      g_strcmp0 (slip, "sent") == 0 ? C_ (
          "resident", "It says where to go now. No slip? Please ask us: this number is yours.")
                                    : C_ ("resident", "It says where to go now."));
}

static char *
say_ahead (gpointer widget, int people)
{
  if (people < 0)
    return g_strdup ("");
  if (people == 0)
    return g_strdup (C_ ("resident", "You are next in line."));
  return g_strdup_printf (
      ngettext ("%d person is before you.", "%d people are before you.", people), people);
}

static char *
say_not_today (gpointer widget, const char *end)
{
  static const Phrase phrases[] = {
    { "card-expired", NC_ ("resident", "This card is past its date") },
    { "code-foreign", NC_ ("resident", "We do not know this code") },
    { "code-forged", NC_ ("resident", "We cannot use this code") },
    { "code-other-site", NC_ ("resident", "This appointment is at another place") },
    { "code-past", NC_ ("resident", "This appointment was on another day") },
    { "code-later", NC_ ("resident", "This appointment is on another day") },
    { "code-slip", NC_ ("resident", "This slip is not from today") },
    { "no-appointment", NC_ ("resident", "We found no appointment of yours for today") },
    { "not-here", NC_ ("resident", "Today it is the turn of others") },
    { "not-yet", NC_ ("resident", "It is not your turn yet") },
    { "over", NC_ ("resident", "Your turn was on earlier days") },
    { "too-young", NC_ ("resident", "This vaccination is not for your age yet") },
    { "too-old", NC_ ("resident", "This vaccination is not for your age") },
    { "other-dose", NC_ ("resident", "This dose is not given today") },
    { "too-soon", NC_ ("resident", "It is too soon for your next dose") },
    { "late", NC_ ("resident", "The time of your appointment is over") },
    { "early", NC_ ("resident", "You are early: welcome") },
    { "doses-gone", NC_ ("resident", "All doses of today are spoken for") },
    { NULL, NC_ ("resident", "Thank you for coming") },
  };

  return say (phrases, end);
}

static char *
say_not_today_more (gpointer widget, const char *end, const char *date, const char *time,
                    const char *return_date, const char *return_time, const char *next_time)
{
  static const Phrase phrases[] = {
    { "card-expired", NC_ ("resident", "Please ask us. We will look at it with you at the desk.") },
    { "code-foreign", NC_ ("resident", "Please use your ID card, or ask us.") },
    { "code-forged", NC_ ("resident", "It may be damaged. Please use your ID card, or ask us.") },
    { "code-other-site", NC_ ("resident", "Please look at the address again, or ask us.") },
    { "code-slip", NC_ ("resident", "Please use your ID card to get a new number, or ask us.") },
    { "no-appointment", NC_ ("resident", "Today people come with an appointment. Please ask us: we will "
                                         "help you to get one.") },
    { "not-here", NC_ ("resident", "Please ask us when it is your turn.") },
    { "not-yet", NC_ ("resident", "Please ask us when it is your turn.") },
    { "over", NC_ ("resident", "Please ask us. We will help you to find another day.") },
    { "too-young", NC_ ("resident", "Please ask us. We will look at it with you at the desk.") },
    { "too-old", NC_ ("resident", "Please ask us. We will look at it with you at the desk.") },
    { "other-dose", NC_ ("resident", "Please ask us. We will help you to find another day.") },
    { NULL, NC_ ("resident", "You are welcome on any other day. If you want to talk it over, please "
                             "ask us.") },
  };

  /* With a time, which is not in a table. */
  if (g_strcmp0 (end, "code-past") == 0)
    return g_strdup_printf (C_ ("resident", "It was on %s. Please ask us for a new one."), date);
  if (g_strcmp0 (end, "code-later") == 0)
    return g_strdup_printf (C_ ("resident", "Please come on %s, %s."), date, time);
  if (g_strcmp0 (end, "early") == 0)
    return g_strdup_printf (
        C_ ("resident", "Your place is kept. Please come back from %s on and check in again."),
        return_time);
  if (g_strcmp0 (end, "doses-gone") == 0)
    return say_another_time (next_time);
  if (g_strcmp0 (end, "late") == 0)
    return g_strdup_printf (
        C_ ("resident", "It was until %s. Please ask us: we will help you to find another time."),
        return_time);
  if (is_set (return_date))
    return g_strdup_printf (C_ ("resident", "You are welcome from %s on."), return_date);
  return say (phrases, end);
}

static char *
draw_not_today (gpointer widget, const char *end)
{
  static const char *const days[] = { "code-past", "code-later", "no-appointment", "not-yet", "over",
                                      "too-young", "other-dose", "too-soon", "doses-gone", NULL };
  static const char *const times[] = { "early", "late", NULL };

  if (end != NULL && g_strv_contains (days, end))
    return g_strdup ("calendar");
  return g_strdup (end != NULL && g_strv_contains (times, end) ? "clock" : "people");
}

static char *
say_help_more (gpointer widget, const char *end)
{
  static const Phrase phrases[] = {
    { "not-me",
      NC_ (
          "resident",
          "Nothing was kept. Please take the card from the reader; we will look at it with you.") },
    { "card", NC_ ("resident", "We could not use this card. We will check you in at the desk.") },
    { NULL, NC_ ("resident", "Please stay here. We will be with you in a moment.") },
  };

  return say (phrases, end);
}

static char *
say_help_yes (gpointer widget, gboolean can_go_back)
{
  return g_strdup (can_go_back ? C_ ("resident", "Go on without help") : C_ ("resident", "Done"));
}

static char *
say_trouble (gpointer widget, const char *part, const char *detail)
{
  static const Phrase parts[] = {
    { "reader", NC_ ("resident", "The card reader is not working") },
    { "thermometer", NC_ ("resident", "The thermometer is not working") },
    { "printer", NC_ ("resident", "The printer is not working") },
    { NULL, NC_ ("resident", "We cannot check in anybody at the moment") },
  };
  static const Phrase printer[] = {
    { "out", NC_ ("resident", "The printer has no paper") },
    { "cover-open", NC_ ("resident", "The printer is open") },
    { "hot", NC_ ("resident", "The printer is too hot and has to rest") },
    { NULL, NC_ ("resident", "The printer is not working") },
  };
  static const Phrase screening[] = {
    { "not-open", NC_ ("resident", "We are not open yet") },
    { "closed", NC_ ("resident", "We are closed for today") },
    { "no-time", NC_ ("resident", "We are not open yet") },
    { "trial", NC_ ("resident", "Our technicians are checking the thermometer") },
    { "unconfirmed", NC_ ("resident", "We are not open yet") },
    { "warm-up", NC_ ("resident", "The thermometer is warming up") },
    { NULL, NC_ ("resident", "We cannot take temperatures at the moment") },
  };

  if (g_strcmp0 (part, "printer") == 0)
    return say (printer, detail);
  if (g_strcmp0 (part, "screening") == 0)
    return say (screening, detail);
  return say (parts, part);
}

static char *
say_trouble_more (gpointer widget, gboolean visit, const char *detail, guint minutes)
{
  if (visit)
    return g_strdup (
        C_ ("resident", "Our staff know and are coming. Your place is kept: please wait here."));
  if (minutes > 0)
    /* Translators: in at most so many minutes the thermometer can be used */
    return g_strdup_printf (ngettext (
                                         "We start in about %u minute. Please take a seat, or see "
                                         "our staff.",
                                         "We start in about %u minutes. Please take a seat, or see "
                                         "our staff.",
                                         minutes),
                            minutes);
  if (g_strcmp0 (detail, "closed") == 0)
    return g_strdup (C_ ("resident", "If you still need something, please see our staff."));
  if (g_strcmp0 (detail, "unconfirmed") == 0 || g_strcmp0 (detail, "not-open") == 0
      || g_strcmp0 (detail, "no-time") == 0)
    return g_strdup (C_ ("resident", "Our staff are getting ready. Please see them, or wait here."));
  if (g_strcmp0 (detail, "trial") == 0)
    return g_strdup (C_ ("resident", "It takes a few minutes. Please wait, or ask us."));
  return g_strdup (
      C_ ("resident", "Our staff know and are coming. Please wait a moment, or ask us."));
}

static char *
draw_trouble (gpointer widget, const char *part)
{
  if (g_strcmp0 (part, "screening") == 0)
    return g_strdup ("chair");
  return g_strdup (g_strcmp0 (part, "printer") == 0 ? "slip" : "plug");
}

static gboolean
is_text (gpointer widget, const char *text)
{
  return is_set (text);
}

static gboolean
is_ahead (gpointer widget, int people, const char *slip)
{
  /* Not beside "did you get your slip?": one thing at a time. */
  return people >= 0 && g_strcmp0 (slip, "sent") != 0;
}

static gboolean
is_not (gpointer widget, gboolean value)
{
  return !value;
}

/* The welcome page has room for so much: a site's own notice takes the place of what we would say,
 * a long one of all of it, and for a minute the notice of a lost slip comes before a long one. */
#define SHORT_NOTICE 60

static gboolean
is_short (const char *notice)
{
  return !is_set (notice) || g_utf8_strlen (notice, -1) <= SHORT_NOTICE;
}

static gboolean
is_room_for_more (gpointer widget, gboolean no_slip, const char *notice, const char *doses)
{
  return !no_slip && is_short (notice) && !is_set (doses);
}

static gboolean
is_room_for_rules (gpointer widget, gboolean no_slip, const char *notice)
{
  return !no_slip && !is_set (notice);
}

static gboolean
is_room_for_mask (gpointer widget, gboolean no_slip, const char *notice, gboolean takes_codes, const char *doses)
{
  return is_room_for_rules (widget, no_slip, notice) && !takes_codes && !is_set (doses);
}

static gboolean
is_code_hint (gpointer widget, gboolean takes_codes, gboolean no_slip, const char *notice, const char *doses)
{
  return takes_codes && !no_slip && !is_set (doses) && (!is_set (notice) || is_short (notice));
}

static gboolean
is_notice_shown (gpointer widget, gboolean no_slip, const char *notice, const char *doses)
{
  return is_set (notice) && !is_set (doses) && (!no_slip || is_short (notice));
}

static gboolean
is_said (gpointer widget, const char *text)
{
  return is_set (text);
}

static gboolean
is_place_said (gpointer widget, const char *doses, gboolean no_slip)
{
  return is_set (doses) && !no_slip;
}

static gboolean
is_done (gpointer widget, const char *guide)
{
  return g_strcmp0 (guide, "done") == 0;
}

static gboolean
is_not_hold (gpointer widget, const char *hint)
{
  return is_set (hint) && g_strcmp0 (hint, "hold") != 0;
}

static gboolean
is_gauge (gpointer widget, const char *guide)
{
  return !is_nobody (widget, guide);
}

static gboolean
is_helpful (gpointer widget, const char *state, guint warning_seconds, gboolean second_card)
{
  static const char *const without[] = { "printing", "done", "help", "trouble", NULL };

  /* What asks the person something is answered first. */
  return warning_seconds == 0 && !second_card && state != NULL && !g_strv_contains (without, state);
}

static gboolean
is_back (gpointer widget, const char *state, gboolean can_go_back, guint warning_seconds,
         gboolean second_card)
{
  return warning_seconds == 0 && !second_card && g_strcmp0 (state, "questions") == 0 && can_go_back;
}

static gboolean
is_not_back (gpointer widget, const char *state, gboolean can_go_back, guint warning_seconds,
             gboolean second_card)
{
  return !is_back (widget, state, can_go_back, warning_seconds, second_card);
}

void
th_wording_add_to_scope (GtkBuilderCScope *scope)
{
  gtk_builder_cscope_add_callback (scope, say_welcome);
  gtk_builder_cscope_add_callback (scope, say_doses);
  gtk_builder_cscope_add_callback (scope, say_doses_place);
  gtk_builder_cscope_add_callback (scope, is_said);
  gtk_builder_cscope_add_callback (scope, is_place_said);
  gtk_builder_cscope_add_callback (scope, say_no_card);
  gtk_builder_cscope_add_callback (scope, say_no_slip);
  gtk_builder_cscope_add_callback (scope, draw_welcome);
  gtk_builder_cscope_add_callback (scope, say_reading);
  gtk_builder_cscope_add_callback (scope, say_reading_more);
  gtk_builder_cscope_add_callback (scope, draw_reading);
  gtk_builder_cscope_add_callback (scope, say_number);
  gtk_builder_cscope_add_callback (scope, say_identity);
  gtk_builder_cscope_add_callback (scope, say_privacy);
  gtk_builder_cscope_add_callback (scope, say_who);
  gtk_builder_cscope_add_callback (scope, say_window);
  gtk_builder_cscope_add_callback (scope, draw_identity);
  gtk_builder_cscope_add_callback (scope, say_not_today);
  gtk_builder_cscope_add_callback (scope, say_not_today_more);
  gtk_builder_cscope_add_callback (scope, draw_not_today);
  gtk_builder_cscope_add_callback (scope, say_question);
  gtk_builder_cscope_add_callback (scope, say_question_more);
  gtk_builder_cscope_add_callback (scope, say_progress);
  gtk_builder_cscope_add_callback (scope, say_guide);
  gtk_builder_cscope_add_callback (scope, say_guide_more);
  gtk_builder_cscope_add_callback (scope, draw_guide);
  gtk_builder_cscope_add_callback (scope, say_rest);
  gtk_builder_cscope_add_callback (scope, say_rest_more);
  gtk_builder_cscope_add_callback (scope, say_rest_yes);
  gtk_builder_cscope_add_callback (scope, is_both);
  gtk_builder_cscope_add_callback (scope, is_rest_yes);
  gtk_builder_cscope_add_callback (scope, say_printing);
  gtk_builder_cscope_add_callback (scope, say_printing_more);
  gtk_builder_cscope_add_callback (scope, say_done);
  gtk_builder_cscope_add_callback (scope, say_done_more);
  gtk_builder_cscope_add_callback (scope, say_ahead);
  gtk_builder_cscope_add_callback (scope, say_help_more);
  gtk_builder_cscope_add_callback (scope, say_help_yes);
  gtk_builder_cscope_add_callback (scope, say_trouble);
  gtk_builder_cscope_add_callback (scope, say_trouble_more);
  gtk_builder_cscope_add_callback (scope, draw_trouble);
  gtk_builder_cscope_add_callback (scope, is_text);
  gtk_builder_cscope_add_callback (scope, is_ahead);
  gtk_builder_cscope_add_callback (scope, is_not);
  gtk_builder_cscope_add_callback (scope, is_room_for_more);
  gtk_builder_cscope_add_callback (scope, is_room_for_rules);
  gtk_builder_cscope_add_callback (scope, is_room_for_mask);
  gtk_builder_cscope_add_callback (scope, is_code_hint);
  gtk_builder_cscope_add_callback (scope, is_notice_shown);
  gtk_builder_cscope_add_callback (scope, is_done);
  gtk_builder_cscope_add_callback (scope, is_not_hold);
  gtk_builder_cscope_add_callback (scope, is_nobody);
  gtk_builder_cscope_add_callback (scope, is_gauge);
  gtk_builder_cscope_add_callback (scope, is_helpful);
  gtk_builder_cscope_add_callback (scope, is_back);
  gtk_builder_cscope_add_callback (scope, is_not_back);
}
