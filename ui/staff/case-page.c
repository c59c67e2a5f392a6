/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/case-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/staff/clock-row.h"
#include "ui/staff/shortcut.h"
#include "ui/staff/staff-words.h"

#define REASON_MAX 500 /* characters; th_records_decide() */
#define UNDO_S 10

struct _ThCasePage
{
  GtkWidget parent;
  ThStaffDesk *desk;
  ThCaseItem *item;

  GtkStack *top;
  GtkLabel *number;
  GtkLabel *reasons;
  GtkLabel *since;
  GtkLabel *slip;
  GtkLabel *printing;
  GtkButton *print;
  GtkButton *cancel;
  GtkLabel *outcome;
  GtkGrid *readings;
  GtkLabel *calibration;
  GtkGrid *answers;
  ThClockRow *oral;
  ThClockRow *written;
  GtkWidget *undo_bar;
  GtkLabel *undo_words;
  GtkButton *undo;
  GtkLabel *decision_title;
  GtkToggleButton *cleared;
  GtkToggleButton *deferred;
  GtkToggleButton *fever_clinic;
  GtkFlowBox *chips;
  GtkTextView *reason;
  GtkLabel *message;

  gboolean filling; /* the draft is put into the widgets: not typed by anybody */
  gboolean writing; /* a decision or a report is on its way to the disk */

  /* The last decision, for as long as it can be undone. */
  char *undo_visit;
  char *undo_label;
  ThDecision undo_to;
  char *undo_to_reason;
  ThDecision undone;
  char *undone_reason;
  gint64 undo_until_us; /* monotonic */
};

G_DEFINE_FINAL_TYPE (ThCasePage, th_case_page, GTK_TYPE_WIDGET)

/* What reviewers write most often; a click puts it into the reason, where it can still be changed.
 */
static const struct
{
  ThDecision decision;
  const char *words;
} ready_made[] = {
  { TH_DECISION_CLEARED, NC_ ("reason", "hand-held reading within the limit") },
  { TH_DECISION_CLEARED, NC_ ("reason", "rested, second reading within the limit") },
  { TH_DECISION_CLEARED, NC_ ("reason", "answered by mistake") },
  { TH_DECISION_CLEARED, NC_ ("reason", "doctor consulted") },
  { TH_DECISION_DEFERRED, NC_ ("reason", "symptoms today") },
  { TH_DECISION_DEFERRED, NC_ ("reason", "travel or contact within 14 days") },
  { TH_DECISION_DEFERRED, NC_ ("reason", "wishes to come another day") },
  { TH_DECISION_DEFERRED, NC_ ("reason", "doctor consulted") },
  { TH_DECISION_FEVER_CLINIC, NC_ ("reason", "hand-held reading above the limit") },
  { TH_DECISION_FEVER_CLINIC, NC_ ("reason", "symptoms today") },
  { TH_DECISION_FEVER_CLINIC, NC_ ("reason", "contact with a case") },
  { TH_DECISION_FEVER_CLINIC, NC_ ("reason", "family informed") },
};

/* --- what is being decided --------------------------------------------------------------- */

static ThDecision
chosen (ThCasePage *self)
{
  if (gtk_toggle_button_get_active (self->cleared))
    return TH_DECISION_CLEARED;
  if (gtk_toggle_button_get_active (self->deferred))
    return TH_DECISION_DEFERRED;
  if (gtk_toggle_button_get_active (self->fever_clinic))
    return TH_DECISION_FEVER_CLINIC;
  return TH_DECISION_NONE;
}

static GtkToggleButton *
button_of (ThCasePage *self, ThDecision decision)
{
  switch (decision)
    {
    case TH_DECISION_CLEARED:
      return self->cleared;
    case TH_DECISION_DEFERRED:
      return self->deferred;
    case TH_DECISION_FEVER_CLINIC:
      return self->fever_clinic;
    case TH_DECISION_NONE:
      break;
    }
  return NULL;
}

static void
choose (ThCasePage *self, ThDecision decision)
{
  gtk_toggle_button_set_active (self->cleared, decision == TH_DECISION_CLEARED);
  gtk_toggle_button_set_active (self->deferred, decision == TH_DECISION_DEFERRED);
  gtk_toggle_button_set_active (self->fever_clinic, decision == TH_DECISION_FEVER_CLINIC);
}

static char *
typed_reason (ThCasePage *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->reason);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
say (ThCasePage *self, const char *words, gboolean bad)
{
  const char *classes[] = { "message", bad ? "bad" : NULL, NULL };

  gtk_label_set_text (self->message, words);
  gtk_widget_set_css_classes (GTK_WIDGET (self->message), classes);
}

/* Says what is still missing, rather than leaving a grey button to be puzzled over. */
static void
update_decide (ThCasePage *self)
{
  g_autofree char *reason = g_strstrip (typed_reason (self));
  glong length = g_utf8_strlen (reason, -1);
  gboolean ready = self->item != NULL && !self->writing && chosen (self) != TH_DECISION_NONE
                   && length > 0 && length <= REASON_MAX;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "case.decide", ready);
  if (self->item == NULL || self->writing)
    return;
  if (length > REASON_MAX)
    {
      glong over = length - REASON_MAX;
      g_autofree char *words
          = g_strdup_printf (ngettext ("The reason is %d character too long.",
                                       "The reason is %d characters too long.", over),
                             (int)over);

      say (self, words, TRUE);
    }
  else if (chosen (self) != TH_DECISION_NONE && length == 0)
    say (self, _ ("A reason is needed: choose one or write your own."), FALSE);
  else if (chosen (self) == TH_DECISION_NONE && length > 0)
    say (self, _ ("Now choose one of the three decisions."), FALSE);
  else
    say (self, "", FALSE);
}

static void
add_reason (ThCasePage *self, GtkButton *chip)
{
  g_autofree char *reason = g_strchomp (typed_reason (self));
  g_autofree char *longer = NULL;
  const char *words = gtk_button_get_label (chip);

  if (strstr (reason, words) != NULL)
    return;
  /* Translators: joins two reasons */
  longer = *reason == '\0' ? g_strdup (words) : g_strconcat (reason, _ ("; "), words, NULL);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->reason), longer, -1);
}

static void
show_chips (ThCasePage *self)
{
  ThDecision decision = chosen (self);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->chips))) != NULL)
    gtk_flow_box_remove (self->chips, child);
  for (guint i = 0; i < G_N_ELEMENTS (ready_made); i++)
    {
      GtkWidget *chip;

      if (ready_made[i].decision != decision)
        continue;
      chip = gtk_button_new_with_label (g_dpgettext2 (NULL, "reason", ready_made[i].words));
      gtk_widget_add_css_class (chip, "reason-chip");
      g_signal_connect_swapped (chip, "clicked", G_CALLBACK (add_reason), self);
      gtk_flow_box_insert (self->chips, chip, -1);
      gtk_widget_set_focusable (gtk_widget_get_parent (chip), FALSE);
    }
}

static void
drafted_cb (ThCasePage *self)
{
  g_autofree char *reason = NULL;

  if (self->filling || self->item == NULL)
    return;
  reason = typed_reason (self);
  th_staff_desk_set_draft (self->desk, th_case_item_get (self->item)->visit, chosen (self), reason);
  update_decide (self);
}

static void
chosen_cb (ThCasePage *self)
{
  show_chips (self);
  drafted_cb (self);
}

static void
show_draft (ThCasePage *self)
{
  const char *reason;
  ThDecision decision
      = th_staff_desk_get_draft (self->desk, th_case_item_get (self->item)->visit, &reason);

  self->filling = TRUE;
  choose (self, decision);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->reason), reason, -1);
  self->filling = FALSE;
  show_chips (self);
  update_decide (self);
}

void
th_case_page_set_reason (ThCasePage *self, const char *reason)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->reason), reason, -1);
}

/* --- what is shown ----------------------------------------------------------------------- */

static void
clear_grid (GtkGrid *grid)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (grid))) != NULL)
    gtk_grid_remove (grid, child);
}

static void
put (GtkGrid *grid, int column, int row, const char *words, const char *class)
{
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  gtk_grid_attach (grid, label, column, row, 1, 1);
}

static void
show_readings (ThCasePage *self, const ThCase *the_case)
{
  clear_grid (self->readings);
  if (the_case->n_readings == 0)
    {
      put (self->readings, 0, 0, _ ("no reading could be had"), "dim");
      return;
    }
  put (self->readings, 0, 0, C_ ("reading", "shown"), "dim");
  put (self->readings, 1, 0, C_ ("reading", "skin"), "dim");
  put (self->readings, 2, 0, C_ ("reading", "room"), "dim");
  put (self->readings, 3, 0, C_ ("reading", "at"), "dim");
  for (guint i = 0; i < MIN (the_case->n_readings, G_N_ELEMENTS (the_case->readings)); i++)
    {
      const ThCaseReading *reading = &the_case->readings[i];
      g_autofree char *shown = th_staff_words_degrees (reading->shown_tenths);
      g_autofree char *skin = th_staff_words_degrees ((reading->skin_mc + 50) / 100);
      g_autofree char *room = th_staff_words_degrees ((reading->room_mc + 50) / 100);
      g_autofree char *at = th_staff_words_time_with_seconds (reading->at_us);

      put (self->readings, 0, i + 1, shown, "shown-reading");
      if (reading->hand_held)
        {
          GtkWidget *label = gtk_label_new (C_ ("reading", "hand-held"));

          gtk_label_set_xalign (GTK_LABEL (label), 0);
          gtk_grid_attach (self->readings, label, 1, i + 1, 2, 1);
        }
      else
        {
          put (self->readings, 1, i + 1, skin, "figure");
          put (self->readings, 2, i + 1, room, "figure");
        }
      put (self->readings, 3, i + 1, at, "figure");
    }
}

/* Whether a reading of the kiosk's own thermometer is among them. */
static gboolean
is_estimate (const ThCase *the_case)
{
  for (guint i = 0; i < MIN (the_case->n_readings, G_N_ELEMENTS (the_case->readings)); i++)
    if (!the_case->readings[i].hand_held)
      return TRUE;
  return FALSE;
}

/* What a yes means by the rules of the day on which it was said. */
static const char *
yes_words (ThCasePage *self, const ThCase *the_case, ThQuestion question)
{
  const ThEligibility *rules = th_staff_desk_get_config (self->desk)->eligibility;
  g_autoptr (GDateTime) at
      = g_date_time_new_from_unix_local (the_case->flagged_at_us / G_USEC_PER_SEC);
  ThDate day = { .year = (guint16)g_date_time_get_year (at),
                 .month = (guint8)g_date_time_get_month (at),
                 .day = (guint8)g_date_time_get_day_of_month (at) };

  if (th_eligibility_answer (rules, day, question) == TH_ANSWER_NOT_TODAY)
    return C_ ("answer", "▲ YES: by the rules not today");
  return C_ ("answer", "▲ YES");
}

static void
show_answers (ThCasePage *self, const ThCase *the_case)
{
  clear_grid (self->answers);
  for (ThQuestion question = 0; question < TH_N_QUESTIONS; question++)
    {
      gint8 answer = the_case->answers[question];
      gboolean matters = answer == 1 && question != TH_QUESTION_CONSENT;

      put (self->answers, 0, question, th_staff_words_question (question), NULL);
      if (answer < 0)
        put (self->answers, 1, question, C_ ("answer", "not asked"), "dim");
      else if (answer == 0)
        put (self->answers, 1, question, C_ ("answer", "no"), NULL);
      else
        put (self->answers, 1, question, matters ? yes_words (self, the_case, question) : C_ ("answer", "yes"),
             matters ? "yes" : NULL);
    }
}

static void
show_outcome (ThCasePage *self, const ThCase *the_case)
{
  g_autofree char *words = NULL, *time = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->outcome), the_case->decision != TH_DECISION_NONE);
  gtk_label_set_text (self->decision_title, the_case->decision == TH_DECISION_NONE
                                                ? _ ("Decision")
                                                : _ ("Change the decision"));
  if (the_case->decision == TH_DECISION_NONE)
    return;
  time = th_staff_words_time (the_case->decided_at_us);
  /* Translators: decision, who, when, reason */
  words
      = g_strdup_printf (_ ("✓ %s — by %s at %s: %s"), th_staff_words_decision (the_case->decision),
                         the_case->decided_by != NULL ? the_case->decided_by : "", time,
                         the_case->reason_text != NULL ? the_case->reason_text : "");
  gtk_label_set_text (self->outcome, words);
}

static void
show_clocks (ThCasePage *self, const ThCase *the_case)
{
  const ThConfig *config = th_staff_desk_get_config (self->desk);
  gint64 now_us = th_staff_desk_now_us (self->desk);
  g_autofree char *time = th_staff_words_time (the_case->flagged_at_us);
  g_autofree char *ago = th_staff_words_ago (the_case->flagged_at_us, now_us);
  /* Translators: time of the flag, how long ago, open or what was decided */
  g_autofree char *since = g_strdup_printf (_ ("flagged at %s, %s · %s"), time, ago,
                                            th_staff_words_decision (the_case->decision));

  gtk_label_set_text (self->since, since);
  th_clock_row_show (self->oral, config, the_case, FALSE, now_us);
  th_clock_row_show (self->written, config, the_case, TRUE, now_us);
}

/* Only a number of today gets a slip. */
static void
show_printing (ThCasePage *self, const ThCase *the_case)
{
  ThQueueItem *item = th_staff_desk_find_ticket (self->desk, the_case->visit);
  ThSlipState state = TH_SLIP_STATE_CONFIRMED;
  gboolean ordered = FALSE, bad = FALSE, waits;
  guint copy = 0;

  if (item != NULL)
    ordered = th_queue_entry_newest_slip (th_queue_item_get (item), &copy, &state);
  waits = ordered && (state == TH_SLIP_STATE_QUEUED || state == TH_SLIP_STATE_SENDING);
  if (ordered)
    {
      gint64 at_us;
      g_autofree char *words
          = th_staff_words_printing (th_queue_item_get (item),
                                     th_staff_desk_get_devices (self->desk, &at_us), FALSE, &bad);

      gtk_label_set_text (self->printing, words);
    }
  /* Of an original that went wrong the note says it already. */
  gtk_widget_set_visible (GTK_WIDGET (self->printing), ordered && (waits || !bad || copy > 0));
  gtk_widget_set_visible (GTK_WIDGET (self->print), item != NULL && !waits);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->print), "s", the_case->visit);
  gtk_widget_set_visible (GTK_WIDGET (self->cancel), waits && state == TH_SLIP_STATE_QUEUED);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->cancel), "s", the_case->visit);
}

static void
show (ThCasePage *self)
{
  const ThCase *the_case = th_case_item_get (self->item);
  g_autofree char *reasons = th_staff_words_reasons (the_case);
  g_autofree char *slip = th_staff_words_note (the_case->slip, the_case->card_notes);

  gtk_label_set_text (self->number, th_case_item_get_label (self->item));
  gtk_label_set_text (self->reasons, reasons);
  gtk_label_set_text (self->slip, slip != NULL ? slip : "");
  gtk_widget_set_visible (GTK_WIDGET (self->slip), slip != NULL);
  show_readings (self, the_case);
  gtk_widget_set_visible (GTK_WIDGET (self->calibration),
                          is_estimate (the_case)
                              && !th_staff_desk_get_config (self->desk)->screening.calibrated);
  show_answers (self, the_case);
  show_outcome (self, the_case);
  show_clocks (self, the_case);
  show_printing (self, the_case);
}

static void
show_undo (ThCasePage *self)
{
  gint64 left_us = self->undo_until_us - g_get_monotonic_time ();
  gboolean can = self->undo_visit != NULL && left_us > 0;

  if (can)
    {
      guint left_s = (left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
      /* Translators: number and decision: "A-017: Cleared" */
      g_autofree char *words = g_strdup_printf (_ ("%s: %s"), self->undo_label,
                                                th_staff_words_decision (self->undone));
      g_autofree char *label = g_strdup_printf (_ ("Undo (%u s)"), left_s);

      gtk_label_set_text (self->undo_words, words);
      gtk_button_set_label (self->undo, label);
    }
  gtk_widget_set_visible (self->undo_bar, can);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "case.undo", can && !self->writing);
}

static void
tick_cb (ThCasePage *self)
{
  show_undo (self);
  if (self->item != NULL)
    {
      show_clocks (self, th_case_item_get (self->item));
      show_printing (self, th_case_item_get (self->item));
    }
}

void
th_case_page_set_item (ThCasePage *self, ThCaseItem *item)
{
  if (item == self->item)
    return;
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (self->top == NULL)
    return;
  gtk_stack_set_visible_child_name (self->top, item != NULL ? "case" : "nobody");
  if (item == NULL)
    return;
  g_signal_connect_swapped (item, "changed", G_CALLBACK (show), self);
  show (self);
  show_draft (self);
}

/* --- what people do ---------------------------------------------------------------------- */

static void
set_writing (ThCasePage *self, gboolean writing)
{
  self->writing = writing;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "case.reported", !writing);
  update_decide (self);
  show_undo (self);
}

/* What one write was about: the page may show somebody else by the time it is done. */
typedef struct
{
  ThCasePage *page;
  char *visit;
  char *label;
  ThDecision before;
  char *before_reason;
  ThDecision after;
  char *after_reason;
  gboolean is_undo;
} Write;

static void
write_free (Write *write)
{
  g_object_unref (write->page);
  g_free (write->visit);
  g_free (write->label);
  g_free (write->before_reason);
  g_free (write->after_reason);
  g_free (write);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Write, write_free)

static void
forget_undo (ThCasePage *self)
{
  g_clear_pointer (&self->undo_visit, g_free);
  g_clear_pointer (&self->undo_label, g_free);
  g_clear_pointer (&self->undo_to_reason, g_free);
  g_clear_pointer (&self->undone_reason, g_free);
}

static void
remember_undo (ThCasePage *self, Write *write)
{
  forget_undo (self);
  self->undo_visit = g_steal_pointer (&write->visit);
  self->undo_label = g_steal_pointer (&write->label);
  self->undo_to = write->before;
  self->undo_to_reason = g_steal_pointer (&write->before_reason);
  self->undone = write->after;
  self->undone_reason = g_steal_pointer (&write->after_reason);
  self->undo_until_us = g_get_monotonic_time () + UNDO_S * G_USEC_PER_SEC;
}

static void
decided_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Write) write = user_data;
  ThCasePage *self = write->page;
  g_autoptr (GError) error = NULL;
  gboolean ok = th_staff_desk_done_finish (TH_STAFF_DESK (source), result, &error);
  gboolean shown;

  if (self->top == NULL) /* locked meanwhile */
    return;
  shown = self->item != NULL && strcmp (th_case_item_get (self->item)->visit, write->visit) == 0;
  if (ok && write->is_undo)
    {
      /* What was decided is typed again, so that only the slip of the finger is undone. */
      th_staff_desk_set_draft (self->desk, write->visit, self->undone, self->undone_reason);
      forget_undo (self);
    }
  else if (ok)
    {
      th_staff_desk_set_draft (self->desk, write->visit, TH_DECISION_NONE, "");
      remember_undo (self, write);
    }
  set_writing (self, FALSE);
  if (ok && shown)
    show_draft (self);
  if (error != NULL)
    {
      g_autofree char *words = th_staff_words_error (error);
      g_autofree char *whole = g_strdup_printf (_ ("Not written. %s"), words);

      say (self, whole, TRUE);
    }
}

static void
write_decision (ThCasePage *self, Write *write)
{
  set_writing (self, TRUE);
  say (self, "", FALSE);
  th_staff_desk_decide_async (self->desk, write->visit, write->after, write->after_reason,
                              decided_cb, write);
}

static void
decide_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThCasePage *self = TH_CASE_PAGE (widget);
  const ThCase *the_case = th_case_item_get (self->item);
  Write *write = g_new0 (Write, 1);

  write->page = g_object_ref (self);
  write->visit = g_strdup (the_case->visit);
  write->label = g_strdup (th_case_item_get_label (self->item));
  write->before = the_case->decision;
  write->before_reason = g_strdup (the_case->reason_text);
  write->after = chosen (self);
  write->after_reason = g_strstrip (typed_reason (self));
  write_decision (self, write);
}

static void
undo_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThCasePage *self = TH_CASE_PAGE (widget);
  Write *write = g_new0 (Write, 1);
  gboolean had_reason = self->undo_to_reason != NULL && *self->undo_to_reason != '\0';

  write->page = g_object_ref (self);
  write->visit = g_strdup (self->undo_visit);
  write->after = self->undo_to;
  write->after_reason = g_strdup (
      self->undo_to != TH_DECISION_NONE && had_reason ? self->undo_to_reason : _ ("undone"));
  write->is_undo = TRUE;
  write_decision (self, write);
}

static void
choose_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThCasePage *self = TH_CASE_PAGE (widget);
  const char *nick = g_variant_get_string (parameter, NULL);

  for (ThDecision decision = TH_DECISION_CLEARED; decision <= TH_DECISION_FEVER_CLINIC; decision++)
    if (strcmp (th_decision_to_string (decision), nick) == 0)
      {
        choose (self, decision);
        gtk_widget_grab_focus (GTK_WIDGET (button_of (self, decision)));
      }
}

static void
reported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThCasePage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = th_staff_desk_done_finish (TH_STAFF_DESK (source), result, &error);

  if (self->top == NULL)
    return;
  set_writing (self, FALSE);
  if (!ok)
    {
      g_autofree char *words = th_staff_words_error (error);
      g_autofree char *whole = g_strdup_printf (_ ("Not written. %s"), words);

      say (self, whole, TRUE);
    }
}

static void
reported_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThCasePage *self = TH_CASE_PAGE (widget);

  set_writing (self, TRUE);
  th_staff_desk_report_async (self->desk, th_case_item_get (self->item)->visit,
                              g_variant_get_boolean (parameter), reported_cb, g_object_ref (self));
}

/* --- life -------------------------------------------------------------------------------- */

GtkWidget *
th_case_page_new (ThStaffDesk *desk)
{
  ThCasePage *self = g_object_new (TH_TYPE_CASE_PAGE, NULL);

  self->desk = g_object_ref (desk);
  g_signal_connect_object (desk, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

static void
th_case_page_dispose (GObject *object)
{
  ThCasePage *self = TH_CASE_PAGE (object);

  self->filling = TRUE; /* taking the widgets down is not typing */
  gtk_widget_dispose_template (GTK_WIDGET (self), TH_TYPE_CASE_PAGE);
  th_case_page_set_item (self, NULL);
  forget_undo (self);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (th_case_page_parent_class)->dispose (object);
}

static void
th_case_page_class_init (ThCasePageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  g_type_ensure (TH_TYPE_CLOCK_ROW);
  G_OBJECT_CLASS (class)->dispose = th_case_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/threshold/staff/case-page.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, top);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, number);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, reasons);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, since);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, slip);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, printing);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, print);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, cancel);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, outcome);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, readings);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, calibration);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, answers);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, oral);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, written);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, undo_bar);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, undo_words);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, undo);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, decision_title);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, cleared);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, deferred);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, fever_clinic);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, chips);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, reason);
  gtk_widget_class_bind_template_child (widget_class, ThCasePage, message);
  gtk_widget_class_install_action (widget_class, "case.choose", "s", choose_action);
  gtk_widget_class_install_action (widget_class, "case.decide", NULL, decide_action);
  gtk_widget_class_install_action (widget_class, "case.undo", NULL, undo_action);
  gtk_widget_class_install_action (widget_class, "case.reported", "b", reported_action);
}

static void
th_case_page_init (ThCasePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->cleared, "toggled", G_CALLBACK (chosen_cb), self);
  g_signal_connect_swapped (self->deferred, "toggled", G_CALLBACK (chosen_cb), self);
  g_signal_connect_swapped (self->fever_clinic, "toggled", G_CALLBACK (chosen_cb), self);
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->reason), "changed",
                            G_CALLBACK (drafted_cb), self);
  th_shortcut_add (GTK_WIDGET (self), "<Alt>1", "case.choose", g_variant_new_string ("cleared"));
  th_shortcut_add (GTK_WIDGET (self), "<Alt>2", "case.choose", g_variant_new_string ("deferred"));
  th_shortcut_add (GTK_WIDGET (self), "<Alt>3", "case.choose",
                   g_variant_new_string ("fever-clinic"));
  th_shortcut_add (GTK_WIDGET (self), "<Control>Return|<Control>KP_Enter", "case.decide", NULL);
  th_shortcut_add (GTK_WIDGET (self), "<Alt>u", "case.undo", NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "case.decide", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "case.undo", FALSE);
}
