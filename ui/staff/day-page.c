/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/day-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/staff/shortcut.h"
#include "ui/staff/staff-words.h"

/* As long as everybody is still found: see th_records_end_days(). */
#define UNDO_US (60 * 60 * (gint64)G_USEC_PER_SEC)
/* A machine without a clock of its own may say anything; the log knows when it was last used. */
#define LONGEST_PAUSE_US (60 * 24 * 60 * 60 * (gint64)G_USEC_PER_SEC)

struct _ThDayPage
{
  GtkWidget parent;
  ThStaffDesk *desk;

  GtkWidget *top;
  GtkLabel *title;
  GtkLabel *date;
  GtkLabel *time;
  GtkLabel *facts;
  GtkBox *steppers;
  GtkLabel *message;
  GtkWidget *asks;
  GtkButton *yes;
  GtkButton *correct;
  GtkWidget *running;
  GtkWidget *sure;
  GtkWidget *again;
  GtkWidget *manager_only;

  gboolean fixing;     /* of a day that is open the time is corrected */
  gboolean closing;    /* "close the day" was pressed, and not yet meant */
  gboolean correcting; /* the steppers are there */
  gint64 said_us;      /* the time that is asked about, when … */
  gint64 said_at_us;   /* … this was the monotonic time; 0: none is asked about */
};

G_DEFINE_FINAL_TYPE (ThDayPage, th_day_page, GTK_TYPE_WIDGET)

/* --- words ------------------------------------------------------------------------------- */

static char *
date_words (gint64 at_us)
{
  static const char *const weekdays[]
      = { NC_ ("date", "Monday"),   NC_ ("date", "Tuesday"), NC_ ("date", "Wednesday"),
          NC_ ("date", "Thursday"), NC_ ("date", "Friday"),  NC_ ("date", "Saturday"),
          NC_ ("date", "Sunday") };
  static const char *const months[]
      = { NC_ ("date", "January"),   NC_ ("date", "February"), NC_ ("date", "March"),
          NC_ ("date", "April"),     NC_ ("date", "May"),      NC_ ("date", "June"),
          NC_ ("date", "July"),      NC_ ("date", "August"),   NC_ ("date", "September"),
          NC_ ("date", "October"),   NC_ ("date", "November"), NC_ ("date", "December") };
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);
  const char *weekday
      = g_dpgettext2 (NULL, "date", weekdays[g_date_time_get_day_of_week (at) - 1]);
  const char *month = g_dpgettext2 (NULL, "date", months[g_date_time_get_month (at) - 1]);

  /* Translators: weekday, day, month, year */
  return g_strdup_printf (_ ("%1$s, %2$d %3$s %4$d"), weekday, g_date_time_get_day_of_month (at),
                          month, g_date_time_get_year (at));
}

/* "2026-11-22" */
static char *
day_words (const char *day)
{
  g_autofree char *text = g_strconcat (day, "T12:00:00", NULL);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) at = g_date_time_new_from_iso8601 (text, zone);

  return at != NULL ? date_words (g_date_time_to_unix (at) * G_USEC_PER_SEC) : g_strdup (day);
}

static void
date_of (gint64 at_us, char ret_day[TH_DAY_BYTES])
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);
  g_autofree char *day = g_date_time_format (at, "%Y-%m-%d");

  g_strlcpy (ret_day, day, TH_DAY_BYTES);
}

static void
add_count (GString *text, const char *format_words, guint n, gboolean open)
{
  if (open && n == 0)
    return;
  g_string_append_printf (text, "%s%s%s: %u", text->len > 0 ? "\n" : "", open ? "▲ " : "",
                          format_words, n);
}

/* @open: only what is not zero, as something that is left. */
static void
add_counts (GString *text, const ThDayCounts *counts, gboolean open)
{
  if (!open)
    add_count (text, _ ("Numbers given"), counts->tickets, FALSE);
  add_count (text, _ ("Still in the queue"), counts->in_queue, open);
  add_count (text, _ ("Resting, their place is kept"), counts->resting, open);
  add_count (text, _ ("Cases without a decision"), counts->cases, open);
  add_count (text, _ ("Slips that may not have come out"), counts->uncertain, open);
}

char *
th_day_page_notice (ThStaffDesk *desk)
{
  const ThDayStatus *status = th_staff_desk_get_day (desk);
  g_autofree char *day = NULL;
  char today[TH_DAY_BYTES];

  if (status == NULL)
    return NULL;
  if (status->state == TH_DAY_CLOSED)
    return g_strdup (_ ("No day is open: nobody is checked in. A manager opens it."));
  if (status->state == TH_DAY_UNCONFIRMED)
    return g_strdup (_ ("This computer was switched off: nobody is checked in until a manager has "
                        "confirmed the time."));
  if (status->jump_us != 0)
    return g_strdup (_ ("This computer's clock has jumped. The records go by the time that was "
                        "confirmed; a manager should look at it."));
  date_of (th_staff_desk_now_us (desk), today);
  if (strcmp (status->day, today) >= 0)
    return NULL;
  day = day_words (status->day);
  return g_strdup_printf (_ ("%s is still open. Close the day when the last person has gone."), day);
}

static void
say (ThDayPage *self, const char *words, gboolean bad)
{
  const char *classes[] = { "notice", bad ? "bad" : "good", NULL };

  gtk_label_set_text (self->message, words);
  gtk_widget_set_css_classes (GTK_WIDGET (self->message), classes);
  gtk_widget_set_visible (GTK_WIDGET (self->message), *words != '\0');
}

/* --- the time that is asked about ---------------------------------------------------------- */

static gint64
said_now_us (ThDayPage *self)
{
  return self->said_us + g_get_monotonic_time () - self->said_at_us;
}

/* What is most likely right: the clock, if somebody keeps it; else as it was confirmed; else the clock if it can be, or
 * the log. */
static gint64
likely_us (ThDayPage *self, const ThDayStatus *status)
{
  gint64 wall_us = g_get_real_time ();
  gint64 log_us = th_staff_desk_now_us (self->desk);

  if (status->clock_trusted)
    return wall_us;
  if (status->clock_known)
    return log_us;
  return wall_us >= log_us && wall_us < log_us + LONGEST_PAUSE_US ? wall_us : log_us;
}

static void
ask_about (ThDayPage *self, gint64 at_us)
{
  self->said_us = at_us;
  self->said_at_us = g_get_monotonic_time ();
}

static const struct
{
  const char *up, *down; /* the argument of "day.step" */
  const char *words;
  const char *format;
} units[] = {
  { "year+", "year-", NC_ ("date", "Year"), "%Y" },
  { "month+", "month-", NC_ ("date", "Month"), "%m" },
  { "day+", "day-", NC_ ("date", "Day"), "%d" },
  { "hour+", "hour-", NC_ ("date", "Hour"), "%H" },
  { "minute+", "minute-", NC_ ("date", "Minute"), "%M" },
};

static GDateTime *
stepped (GDateTime *at, const char *step)
{
  int by = g_str_has_suffix (step, "+") ? 1 : -1;

  switch (step[0])
    {
    case 'y':
      return g_date_time_add_years (at, by);
    case 'd':
      return g_date_time_add_days (at, by);
    case 'h':
      return g_date_time_add_hours (at, by);
    default:
      return g_str_has_prefix (step, "mo") ? g_date_time_add_months (at, by)
                                           : g_date_time_add_minutes (at, by);
    }
}

static GtkWidget *
step_button (const char *sign, const char *step, const char *words)
{
  GtkWidget *button = gtk_button_new_with_label (sign);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "day.step");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", step);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  return button;
}

static void
add_steppers (ThDayPage *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
      GtkWidget *name = gtk_label_new (g_dpgettext2 (NULL, "date", units[i].words));
      GtkWidget *value = gtk_label_new ("");
      const char *words = gtk_label_get_text (GTK_LABEL (name));
      g_autofree char *more = g_strdup_printf ("%s +", words);
      g_autofree char *less = g_strdup_printf ("%s −", words);

      gtk_widget_add_css_class (name, "dim");
      gtk_widget_add_css_class (value, "value");
      gtk_widget_set_name (value, units[i].words);
      gtk_box_append (GTK_BOX (column), name);
      gtk_box_append (GTK_BOX (column), step_button ("+", units[i].up, more));
      gtk_box_append (GTK_BOX (column), value);
      gtk_box_append (GTK_BOX (column), step_button ("−", units[i].down, less));
      gtk_box_append (self->steppers, column);
    }
}

static void
show_steppers (ThDayPage *self, GDateTime *at)
{
  GtkWidget *column = gtk_widget_get_first_child (GTK_WIDGET (self->steppers));

  for (guint i = 0; i < G_N_ELEMENTS (units); i++, column = gtk_widget_get_next_sibling (column))
    {
      GtkWidget *down = gtk_widget_get_last_child (column);
      g_autofree char *text = g_date_time_format (at, units[i].format);

      gtk_label_set_text (GTK_LABEL (gtk_widget_get_prev_sibling (down)), text);
    }
}

/* --- what is shown ------------------------------------------------------------------------- */

static void
show_time (ThDayPage *self, gint64 at_us)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);
  g_autofree char *date = date_words (at_us);
  g_autofree char *time = th_staff_words_time (at_us);

  gtk_label_set_text (self->date, date);
  gtk_label_set_text (self->time, time);
  if (self->correcting)
    show_steppers (self, at);
}

/* A day that is closed, or whose time nobody knows: what time is it? */
static void
show_question (ThDayPage *self, const ThDayStatus *status, gboolean manager)
{
  gboolean undo = status->state == TH_DAY_CLOSED && status->closed_at_us != 0
                  && th_staff_desk_now_us (self->desk) < status->closed_at_us + UNDO_US;

  if (self->said_at_us == 0)
    ask_about (self, likely_us (self, status));
  if (undo && !self->correcting)
    {
      g_autofree char *day = day_words (status->day);
      g_autofree char *words = g_strdup_printf (_ ("%s is closed"), day);

      gtk_label_set_text (self->title, words);
    }
  else if (!manager)
    gtk_label_set_text (self->title, status->state == TH_DAY_CLOSED
                                         ? _ ("No day is open")
                                         : _ ("The time has to be confirmed"));
  else
    gtk_label_set_text (self->title, _ ("Is this right?"));
  show_time (self, said_now_us (self));
  gtk_button_set_label (self->yes, status->state == TH_DAY_CLOSED ? _ ("Yes, open the day")
                                                                  : _ ("Yes, it is"));
  gtk_button_set_label (self->correct, undo ? _ ("Open another day") : _ ("No, correct it"));
  if (*status->link != '\0')
    {
      /* Translators: a long code that proves later that nothing was changed; "on the slip" is the close-of-day slip */
      g_autofree char *words = g_strdup_printf (_ ("Anchor of the log, as on the close-of-day slip: %.16s…"),
                                                status->link);

      gtk_label_set_text (self->facts, words);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->facts), *status->link != '\0');
  /* Just closed: nobody wants the next day yet, but perhaps this one back. */
  gtk_widget_set_visible (GTK_WIDGET (self->date), !undo || self->correcting);
  gtk_widget_set_visible (GTK_WIDGET (self->yes), !undo || self->correcting);
  gtk_widget_set_visible (GTK_WIDGET (self->correct), !self->correcting);
  gtk_widget_set_visible (self->again, manager && undo && !self->correcting);
}

static void
show_open (ThDayPage *self, const ThDayStatus *status)
{
  g_autofree char *day = day_words (status->day);
  g_autofree char *title = NULL;
  g_autoptr (GString) facts = g_string_new (NULL);

  if (self->closing)
    {
      title = g_strdup_printf (_ ("Close %s?"), day);
      add_counts (facts, &status->counts, TRUE);
      if (facts->len == 0)
        g_string_append (facts, _ ("✓ Nothing is left open."));
      g_string_append_printf (facts, "\n\n%s",
                              _ ("Nobody is checked in after that, and the close-of-day slip is "
                                 "printed. It can be opened again."));
    }
  else
    {
      g_autofree char *opened = th_staff_words_time (status->opened_at_us);

      title = g_strdup_printf (_ ("%s is open"), day);
      /* Translators: time and name */
      g_string_append_printf (facts, _ ("opened at %s by %s"), opened, status->by);
      add_counts (facts, &status->counts, FALSE);
    }
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->facts, facts->str);
  gtk_widget_set_visible (GTK_WIDGET (self->facts), TRUE);
  show_time (self, th_staff_desk_now_us (self->desk));
}

static void
show (ThDayPage *self)
{
  const ThDayStatus *status = th_staff_desk_get_day (self->desk);
  gboolean manager = th_staff_desk_get_manager (self->desk);
  gboolean asking = status != NULL && (status->state != TH_DAY_OPEN || self->fixing);

  gtk_widget_set_visible (self->top, status != NULL);
  if (status == NULL)
    return;
  gtk_widget_set_visible (self->asks, manager && asking);
  gtk_widget_set_visible (GTK_WIDGET (self->steppers), manager && asking && self->correcting);
  gtk_widget_set_visible (self->running, manager && !asking && !self->closing);
  gtk_widget_set_visible (self->sure, manager && !asking && self->closing);
  gtk_widget_set_visible (self->again, FALSE);
  gtk_widget_set_visible (self->manager_only, !manager);
  gtk_widget_set_visible (GTK_WIDGET (self->date), asking);
  if (asking)
    show_question (self, status, manager);
  else
    show_open (self, status);
}

static void
settle (ThDayPage *self)
{
  self->fixing = self->closing = self->correcting = FALSE;
  self->said_at_us = 0;
  show (self);
}

/* What was asked about on one state of the day is not asked about on another. */
static void
day_cb (ThDayPage *self)
{
  const ThDayStatus *status = th_staff_desk_get_day (self->desk);

  if (status != NULL && !self->correcting && !self->fixing)
    self->said_at_us = 0;
  show (self);
}

/* --- what is done -------------------------------------------------------------------------- */

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThDayPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = th_staff_desk_done_finish (TH_STAFF_DESK (source), result, &error);

  if (self->top == NULL) /* locked meanwhile */
    return;
  if (done)
    {
      say (self, "", FALSE);
      settle (self);
    }
  else if (g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED))
    say (self, _ ("Not done: another day is open, or the records have a later one. Please look at the date again."), TRUE);
  else
    {
      g_autofree char *words = th_staff_words_error (error);

      say (self, words, TRUE);
    }
}

static void
yes_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDayPage *self = TH_DAY_PAGE (widget);
  const ThDayStatus *status = th_staff_desk_get_day (self->desk);
  gint64 at_us = said_now_us (self);
  char day[TH_DAY_BYTES];

  /* The key works only where the button is. */
  if (status == NULL || self->said_at_us == 0 || !th_staff_desk_get_manager (self->desk)
      || !gtk_widget_get_mapped (GTK_WIDGET (self->yes)))
    return;
  date_of (at_us, day);
  th_staff_desk_open_day_async (self->desk, status->state == TH_DAY_CLOSED ? day : status->day,
                                at_us, done_cb, g_object_ref (self));
}

static void
again_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDayPage *self = TH_DAY_PAGE (widget);
  const ThDayStatus *status = th_staff_desk_get_day (self->desk);

  if (status != NULL && status->state == TH_DAY_CLOSED)
    th_staff_desk_open_day_async (self->desk, status->day, th_staff_desk_now_us (self->desk),
                                  done_cb, g_object_ref (self));
}

static void
correct_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDayPage *self = TH_DAY_PAGE (widget);

  self->correcting = TRUE;
  show (self);
}

static void
step_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDayPage *self = TH_DAY_PAGE (widget);
  gint64 now_us = said_now_us (self);
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (now_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) then = stepped (at, g_variant_get_string (parameter, NULL));

  if (then == NULL || self->said_at_us == 0)
    return;
  ask_about (self, g_date_time_to_unix (then) * G_USEC_PER_SEC + now_us % G_USEC_PER_SEC);
  say (self, "", FALSE);
  show (self);
}

static void
fix_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDayPage *self = TH_DAY_PAGE (widget);

  self->fixing = self->correcting = TRUE;
  ask_about (self, th_staff_desk_now_us (self->desk));
  show (self);
}

static void
close_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDayPage *self = TH_DAY_PAGE (widget);

  self->closing = TRUE;
  show (self);
}

static void
back_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  settle (TH_DAY_PAGE (widget));
}

static void
close_now_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDayPage *self = TH_DAY_PAGE (widget);

  th_staff_desk_close_day_async (self->desk, done_cb, g_object_ref (self));
}

/* --- life ---------------------------------------------------------------------------------- */

GtkWidget *
th_day_page_new (ThStaffDesk *desk)
{
  ThDayPage *self = g_object_new (TH_TYPE_DAY_PAGE, NULL);

  self->desk = g_object_ref (desk);
  g_signal_connect_object (desk, "day", G_CALLBACK (day_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "tick", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}

static void
th_day_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), TH_TYPE_DAY_PAGE);
  g_clear_object (&TH_DAY_PAGE (object)->desk);
  G_OBJECT_CLASS (th_day_page_parent_class)->dispose (object);
}

static void
th_day_page_class_init (ThDayPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = th_day_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/threshold/staff/day-page.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, ThDayPage, top);
  gtk_widget_class_bind_template_child (widget_class, ThDayPage, title);
  gtk_widget_class_bind_template_child (widget_class, ThDayPage, date);
  gtk_widget_class_bind_template_child (widget_class, ThDayPage, time);
  gtk_widget_class_bind_template_child (widget_class, ThDayPage, facts);
  gtk_widget_class_bind_template_child (widget_class, ThDayPage, steppers);
  gtk_widget_class_bind_template_child (widget_class, ThDayPage, message);
  gtk_widget_class_bind_template_child (widget_class, ThDayPage, asks);
  gtk_widget_class_bind_template_child (widget_class, ThDayPage, yes);
  gtk_widget_class_bind_template_child (widget_class, ThDayPage, correct);
  gtk_widget_class_bind_template_child (widget_class, ThDayPage, running);
  gtk_widget_class_bind_template_child (widget_class, ThDayPage, sure);
  gtk_widget_class_bind_template_child (widget_class, ThDayPage, again);
  gtk_widget_class_bind_template_child (widget_class, ThDayPage, manager_only);
  gtk_widget_class_install_action (widget_class, "day.yes", NULL, yes_action);
  gtk_widget_class_install_action (widget_class, "day.again", NULL, again_action);
  gtk_widget_class_install_action (widget_class, "day.correct", NULL, correct_action);
  gtk_widget_class_install_action (widget_class, "day.step", "s", step_action);
  gtk_widget_class_install_action (widget_class, "day.fix", NULL, fix_action);
  gtk_widget_class_install_action (widget_class, "day.close", NULL, close_action);
  gtk_widget_class_install_action (widget_class, "day.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "day.close-now", NULL, close_now_action);
}

static void
th_day_page_init (ThDayPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_steppers (self);
  th_shortcut_add (GTK_WIDGET (self), "<Control>Return|<Control>KP_Enter", "day.yes", NULL);
}
