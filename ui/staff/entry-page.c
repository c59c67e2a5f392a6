/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/entry-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kiosk/id-number.h"
#include "kiosk/question-words.h"
#include "kiosk/staff-entry.h"
#include "kiosk/words.h"
#include "ui/staff/entry-result.h"
#include "ui/staff/entry-rules.h"
#include "ui/staff/shortcut.h"
#include "ui/staff/staff-words.h"

struct _ThEntryPage
{
  GtkWidget parent;
  ThStaffDesk *desk;

  GtkStack *top;
  GtkEntry *number;
  GtkLabel *about_number;
  GtkCheckButton *no_number;
  GtkWidget *without;
  GtkCheckButton *asked;
  ThEntryRules *rules;
  GtkFlowBox *lanes;
  GtkToggleButton *zh_cn;
  GtkToggleButton *zh_tw;
  GtkToggleButton *en;
  GtkGrid *questions;
  GtkEntry *temperature;
  GtkCheckButton *not_measured;
  GtkLabel *about_temperature;
  GtkLabel *message;
  GtkButton *give;
  ThEntryResult *result;

  GtkToggleButton *lane[TH_MAX_LANES];
  GtkToggleButton *answer[TH_N_QUESTIONS][2]; /* no, yes */

  guint asking; /* a new one with each change of the number: an answer about an older one is thrown
                   away */
  gboolean has_ticket; /* … and this is the answer */
  ThTicket ticket;
  gboolean clearing; /* the form is being emptied: nobody typed */
  gboolean writing;  /* the check-in is on its way to the disk */
};

G_DEFINE_FINAL_TYPE (ThEntryPage, th_entry_page, GTK_TYPE_WIDGET)

/* --- what was typed ---------------------------------------------------------------------- */

static const char *
typed (GtkEntry *entry)
{
  return gtk_entry_buffer_get_text (gtk_entry_get_buffer (entry));
}

/* The day that people come on: the machine's own clock may never have been set. */
static ThDate
today (ThEntryPage *self)
{
  const ThDayStatus *status = th_staff_desk_get_day (self->desk);
  ThDate day;

  if (status != NULL && status->state == TH_DAY_OPEN && th_date_from_string (status->day, &day))
    return day;
  return th_date_today ();
}

static gboolean
has_no_number (ThEntryPage *self)
{
  return gtk_check_button_get_active (self->no_number);
}

/* -1: not answered yet */
static int
answer_of (ThEntryPage *self, ThQuestion question)
{
  if (gtk_toggle_button_get_active (self->answer[question][TRUE]))
    return TRUE;
  return gtk_toggle_button_get_active (self->answer[question][FALSE]) ? FALSE : -1;
}

static gboolean
consent_refused (ThEntryPage *self)
{
  return answer_of (self, TH_QUESTION_CONSENT) == FALSE;
}

static ThLanguage
chosen_language (ThEntryPage *self)
{
  if (gtk_toggle_button_get_active (self->zh_cn))
    return TH_LANGUAGE_ZH_CN;
  return gtk_toggle_button_get_active (self->zh_tw) ? TH_LANGUAGE_ZH_TW : TH_LANGUAGE_EN;
}

static char
chosen_lane (ThEntryPage *self)
{
  const ThConfig *config = th_staff_desk_get_config (self->desk);

  for (guint i = 0; i < config->n_lanes; i++)
    if (gtk_toggle_button_get_active (self->lane[i]))
      return config->lanes[i].letter;
  return config->lanes[0].letter;
}

/* Fills @ret_who; FALSE with the words for what is missing (transfer full), which may be more than
 * one thing. */
static gboolean
take_form (ThEntryPage *self, ThStaffEntry *ret_who, char **ret_missing)
{
  g_autoptr (GStrvBuilder) missing = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;
  guint open = 0;

  *ret_who = (ThStaffEntry){ .lane = chosen_lane (self) };
  g_strlcpy (ret_who->language, th_language_to_string (chosen_language (self)),
             sizeof ret_who->language);
  if (has_no_number (self))
    {
      if (!gtk_check_button_get_active (self->asked))
        g_strv_builder_add (missing, _ ("ask whether they have a slip"));
    }
  else if (!th_id_number_check (typed (self->number), today (self), ret_who->person, NULL))
    g_strv_builder_add (missing, _ ("the ID number"));
  ret_who->let_in = th_entry_rules_get_reason (self->rules);
  if (th_entry_rules_says_no (self->rules) && ret_who->let_in == TH_LET_IN_NOT && !consent_refused (self))
    g_strv_builder_add (missing, _ ("why they are let in"));

  for (ThQuestion question = 0; question < TH_N_QUESTIONS; question++)
    {
      open += answer_of (self, question) < 0;
      ret_who->yes[question] = answer_of (self, question) == TRUE;
    }
  if (open > 0)
    {
      g_autofree char *answers = g_strdup_printf (ngettext ("%u answer", "%u answers", open), open);

      g_strv_builder_add (missing, answers);
    }

  if (!consent_refused (self) && !gtk_check_button_get_active (self->not_measured))
    {
      ret_who->measured
          = th_staff_entry_temperature (typed (self->temperature), &ret_who->shown_tenths, NULL);
      if (!ret_who->measured)
        g_strv_builder_add (missing, _ ("the temperature"));
    }
  ret_who->reasons
      = th_staff_entry_reasons (ret_who, &th_staff_desk_get_config (self->desk)->screening);

  words = g_strv_builder_end (missing);
  *ret_missing = words[0] != NULL ? g_strjoinv (_ (", "), words) : NULL;
  return words[0] == NULL;
}

/* --- what is said about it --------------------------------------------------------------- */

static void
say (GtkLabel *label, const char *words, const char *class)
{
  const char *classes[] = { "about", class, NULL };

  gtk_label_set_text (label, words);
  gtk_widget_set_css_classes (GTK_WIDGET (label), classes);
}

static void
update_give (ThEntryPage *self)
{
  g_autofree char *missing = NULL, *label = NULL, *words = NULL;
  ThStaffEntry who;
  gboolean ready;

  if (self->has_ticket)
    {
      char number[16];

      th_ticket_label (self->ticket.lane, self->ticket.number, number);
      /* Translators: %s is a number such as A-017 */
      label = g_strdup_printf (_ ("Show %s"), number);
      ready = TRUE;
    }
  else
    {
      ready = take_form (self, &who, &missing);
      label = g_strdup (consent_refused (self) ? _ ("End without a number") : _ ("Give a number"));
      explicit_bzero (&who, sizeof who);
    }
  if (missing != NULL)
    words = g_strdup_printf (_ ("Still missing: %s"), missing);
  gtk_button_set_label (self->give, label);
  gtk_label_set_text (self->message, words != NULL ? words : "");
  gtk_widget_remove_css_class (GTK_WIDGET (self->message), "bad");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "entry.give", ready && !self->writing);
}

static void
update_temperature (ThEntryPage *self)
{
  const ThScreening *rules = &th_staff_desk_get_config (self->desk)->screening;
  gboolean not_measured = gtk_check_button_get_active (self->not_measured);
  const char *text = typed (self->temperature);
  g_autofree char *limit = NULL, *words = NULL;
  int tenths;

  gtk_widget_set_sensitive (GTK_WIDGET (self->temperature), !not_measured);
  if (not_measured)
    say (self->about_temperature,
         _ ("▲ A case is opened: somebody must measure before the vaccination."), "attention");
  else if (*text == '\0')
    say (self->about_temperature, "", NULL);
  else if (!th_staff_entry_temperature (text, &tenths, NULL))
    say (self->about_temperature, _ ("Please write it as 36.5; from 34.0 to 42.5."),
         strlen (text) > 3 ? "bad" : NULL);
  else
    switch (th_staff_entry_verdict (rules, tenths))
      {
      case TH_VERDICT_NORMAL:
        say (self->about_temperature, _ ("✓ within the site's limit"), "good");
        break;
      case TH_VERDICT_FLAGGED:
        limit = th_staff_words_degrees (rules->limit_tenths);
        /* Translators: %s is "37.3 °C" */
        words = g_strdup_printf (
            _ ("▲ above the site's limit of %s: measure again to be sure; a case is opened"),
            limit);
        say (self->about_temperature, words, "attention");
        break;
      case TH_VERDICT_AGAIN:
      case TH_VERDICT_STAFF:
        say (self->about_temperature,
             _ ("▲ too low to be a result: let them warm up and measure again, else a case is "
                "opened"),
             "attention");
        break;
      }
}

static void
show_whose (ThEntryPage *self)
{
  char checked[19] = "";
  ThDate birth;

  if (!th_id_number_check (typed (self->number), today (self), checked, NULL))
    return;
  birth = th_id_number_birth (checked);
  explicit_bzero (checked, sizeof checked);
  {
    g_autofree char *date = g_strdup_printf ("%04u-%02u-%02u", birth.year, birth.month, birth.day);
    g_autofree char *time = th_staff_words_time (self->ticket.issued_at_us);
    /* Translators: %s is a date of birth, then a time */
    g_autofree char *words
        = self->has_ticket
              ? g_strdup_printf (_ ("● Born %s. Has a number today already, since %s."), date, time)
              : g_strdup_printf (_ ("✓ Born %s. Please compare."), date);

    say (self->about_number, words, self->has_ticket ? "attention" : "good");
  }
}

typedef struct
{
  ThEntryPage *page;
  guint asking;
} Question;

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Question *question = user_data;
  g_autoptr (ThEntryPage) self = question->page;
  g_autoptr (GError) error = NULL;
  ThTicket ticket;
  ThAdmission admission;
  gboolean found = th_staff_desk_find_person_finish (TH_STAFF_DESK (source), result, &ticket,
                                                     &admission, &error);

  if (self->top == NULL || question->asking != self->asking)
    return;
  /* When it cannot be looked up now, the check-in itself looks again before it gives a number. */
  self->has_ticket = found;
  if (found)
    self->ticket = ticket;
  th_entry_rules_show (self->rules, !found && error == NULL ? &admission : NULL);
  if (!has_no_number (self))
    show_whose (self);
  update_give (self);
}

/* Have they a number already, and may they come in? @person: "" without an ID number */
static void
ask (ThEntryPage *self, const char *person)
{
  Question *question = g_new0 (Question, 1);

  question->page = g_object_ref (self);
  question->asking = self->asking;
  th_staff_desk_find_person_async (self->desk, person, chosen_lane (self), found_cb, question);
}

static void
number_changed_cb (ThEntryPage *self)
{
  char checked[19] = "";

  if (self->top == NULL || self->clearing)
    return;
  self->asking++;
  self->has_ticket = FALSE;
  if (has_no_number (self))
    ask (self, "");
  else if (th_id_number_check (typed (self->number), today (self), checked, NULL))
    {
      ask (self, checked);
      explicit_bzero (checked, sizeof checked);
      show_whose (self);
      update_give (self);
      return;
    }
  th_entry_rules_show (self->rules, NULL);
  if (*typed (self->number) == '\0')
    say (self->about_number, "", NULL);
  else
    {
      gboolean bad;
      g_autofree char *words = th_staff_words_number (typed (self->number), today (self), &bad);

      say (self->about_number, words, bad ? "bad" : NULL);
    }
  update_give (self);
}

static void
form_changed_cb (ThEntryPage *self)
{
  if (self->top == NULL || self->clearing)
    return;
  update_temperature (self);
  update_give (self);
}

static void
no_number_cb (ThEntryPage *self)
{
  gboolean none = has_no_number (self);

  if (none)
    gtk_editable_set_text (GTK_EDITABLE (self->number), "");
  gtk_widget_set_sensitive (GTK_WIDGET (self->number), !none);
  gtk_widget_set_visible (self->without, none);
  gtk_check_button_set_active (self->asked, FALSE);
  number_changed_cb (self);
  form_changed_cb (self);
}

/* Another queue may be of another vaccine. */
static void
lane_toggled_cb (ThEntryPage *self, GtkToggleButton *lane)
{
  if (gtk_toggle_button_get_active (lane))
    number_changed_cb (self);
}

static void
not_measured_cb (ThEntryPage *self)
{
  if (gtk_check_button_get_active (self->not_measured))
    gtk_editable_set_text (GTK_EDITABLE (self->temperature), "");
  form_changed_cb (self);
}

/* --- what people do ---------------------------------------------------------------------- */

static void
clear (ThEntryPage *self)
{
  const ThConfig *config = th_staff_desk_get_config (self->desk);
  GtkToggleButton *const languages[] = { [TH_LANGUAGE_EN] = self->en,
                                         [TH_LANGUAGE_ZH_CN] = self->zh_cn,
                                         [TH_LANGUAGE_ZH_TW] = self->zh_tw };

  self->clearing = TRUE;
  self->asking++;
  self->has_ticket = FALSE;
  explicit_bzero (&self->ticket, sizeof self->ticket);
  gtk_editable_set_text (GTK_EDITABLE (self->number), "");
  gtk_editable_set_text (GTK_EDITABLE (self->temperature), "");
  gtk_check_button_set_active (self->no_number, FALSE);
  gtk_check_button_set_active (self->not_measured, FALSE);
  gtk_toggle_button_set_active (self->lane[0], TRUE);
  gtk_toggle_button_set_active (languages[config->default_language], TRUE);
  for (ThQuestion question = 0; question < TH_N_QUESTIONS; question++)
    for (guint yes = 0; yes < 2; yes++)
      gtk_toggle_button_set_active (self->answer[question][yes], FALSE);
  th_entry_result_show (self->result, NULL);
  th_entry_rules_show (self->rules, NULL);
  say (self->about_number, "", NULL);
  self->clearing = FALSE;
  gtk_stack_set_visible_child_name (self->top, "form");
  update_temperature (self);
  update_give (self);
}

static void
next_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThEntryPage *self = TH_ENTRY_PAGE (widget);

  clear (self);
  gtk_widget_grab_focus (widget);
}

static void
show_result (ThEntryPage *self, const ThTicket *ticket)
{
  ThTicket shown = *ticket; /* clear() wipes the page's own */

  clear (self);
  th_entry_result_show (self->result, &shown);
  gtk_stack_set_visible_child_name (self->top, "result");
  gtk_widget_grab_focus (GTK_WIDGET (self->result));
}

static void
entered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThEntryPage) self = user_data;
  g_autoptr (GError) error = NULL;
  ThTicket ticket;
  gboolean ok = th_staff_desk_enter_finish (TH_STAFF_DESK (source), result, &ticket, &error);

  if (self->top == NULL)
    return;
  self->writing = FALSE;
  if (!ok)
    {
      g_autofree char *words = th_staff_words_error (error);
      g_autofree char *whole = g_strdup_printf (_ ("Not written. %s"), words);

      number_changed_cb (self); /* what stands in the way may have changed */
      update_give (self);
      gtk_label_set_text (self->message, whole);
      gtk_widget_add_css_class (GTK_WIDGET (self->message), "bad");
    }
  /* The page was left meanwhile: the number stands in the queue. */
  else if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    clear (self);
  else if (ticket.number > 0)
    show_result (self, &ticket);
  else
    {
      clear (self);
      gtk_label_set_text (self->message, _ ("✓ Written down: no consent, no number."));
    }
}

static void
give_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThEntryPage *self = TH_ENTRY_PAGE (widget);
  g_autofree char *missing = NULL;
  ThStaffEntry who;

  if (self->has_ticket)
    {
      show_result (self, &self->ticket);
      return;
    }
  if (!self->writing && take_form (self, &who, &missing))
    {
      self->writing = TRUE;
      th_staff_desk_enter_async (self->desk, &who, entered_cb, g_object_ref (self));
      update_give (self);
    }
  explicit_bzero (&who, sizeof who);
}

/* --- life -------------------------------------------------------------------------------- */

static void
temperature_entered_cb (ThEntryPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "entry.give", NULL);
}

static GtkToggleButton *
choice_new (ThEntryPage *self, const char *label, GtkToggleButton *group)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (label);

  gtk_widget_add_css_class (button, "choice");
  if (group != NULL)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), group);
  g_signal_connect_swapped (button, "toggled", G_CALLBACK (form_changed_cb), self);
  return GTK_TOGGLE_BUTTON (button);
}

/* The residents' page breaks its large lines where a Chinese sentence should; here there is room.
 */
static char *
in_one_line (const char *words)
{
  g_auto (GStrv) lines = g_strsplit (words, "\n", -1);

  return g_strjoinv (th_words_current () == TH_LANGUAGE_EN ? " " : "", lines);
}

static void
add_question (ThEntryPage *self, ThQuestion question)
{
  g_autofree char *line = in_one_line (th_question_words (question));
  g_autofree char *more_line = in_one_line (th_question_words_more (question));
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *asked = gtk_label_new (line);
  GtkWidget *more = gtk_label_new (more_line);

  gtk_widget_add_css_class (asked, "question");
  gtk_widget_add_css_class (more, "dim");
  for (GtkWidget *label = asked; label != NULL; label = label == asked ? more : NULL)
    {
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 60);
      gtk_box_append (GTK_BOX (words), label);
    }
  gtk_widget_set_hexpand (words, TRUE);
  gtk_grid_attach (self->questions, words, 0, question, 1, 1);

  self->answer[question][FALSE] = choice_new (self, C_ ("staff answer", "No"), NULL);
  self->answer[question][TRUE]
      = choice_new (self, C_ ("staff answer", "Yes"), self->answer[question][FALSE]);
  for (guint yes = 0; yes < 2; yes++)
    {
      GtkWidget *button = GTK_WIDGET (self->answer[question][yes]);

      gtk_accessible_update_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                      asked, NULL, -1);
      gtk_widget_add_css_class (button, "answer");
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      gtk_grid_attach (self->questions, button, 1 + yes, question, 1, 1);
    }
}

GtkWidget *
th_entry_page_new (ThStaffDesk *desk)
{
  ThEntryPage *self = g_object_new (TH_TYPE_ENTRY_PAGE, NULL);
  const ThConfig *config = th_staff_desk_get_config (desk);

  self->desk = g_object_ref (desk);
  self->result = TH_ENTRY_RESULT (th_entry_result_new (desk));
  gtk_stack_add_named (self->top, GTK_WIDGET (self->result), "result");
  for (guint i = 0; i < config->n_lanes; i++)
    {
      g_autofree char *label = g_strdup_printf ("%c  %s", config->lanes[i].letter,
                                                th_staff_words_lane (&config->lanes[i]));

      self->lane[i] = choice_new (self, label, i > 0 ? self->lane[0] : NULL);
      gtk_flow_box_insert (self->lanes, GTK_WIDGET (self->lane[i]), -1);
      g_signal_connect_swapped (self->lane[i], "toggled", G_CALLBACK (lane_toggled_cb), self);
      gtk_widget_set_focusable (gtk_widget_get_parent (GTK_WIDGET (self->lane[i])), FALSE);
    }
  for (ThQuestion question = 0; question < TH_N_QUESTIONS; question++)
    add_question (self, question);

  g_signal_connect_swapped (self->number, "changed", G_CALLBACK (number_changed_cb), self);
  g_signal_connect_swapped (self->number, "activate", G_CALLBACK (gtk_widget_grab_focus),
                            self->answer[0][FALSE]);
  g_signal_connect_swapped (self->temperature, "activate", G_CALLBACK (temperature_entered_cb),
                            self);
  g_signal_connect_swapped (self->no_number, "toggled", G_CALLBACK (no_number_cb), self);
  g_signal_connect_swapped (self->rules, "changed", G_CALLBACK (form_changed_cb), self);
  g_signal_connect_swapped (self->asked, "toggled", G_CALLBACK (form_changed_cb), self);
  g_signal_connect_swapped (self->temperature, "changed", G_CALLBACK (form_changed_cb), self);
  g_signal_connect_swapped (self->not_measured, "toggled", G_CALLBACK (not_measured_cb), self);
  clear (self);
  g_signal_connect (self, "unmap", G_CALLBACK (clear), NULL);
  return GTK_WIDGET (self);
}

static void
th_entry_page_dispose (GObject *object)
{
  ThEntryPage *self = TH_ENTRY_PAGE (object);

  if (self->top != NULL && self->result != NULL)
    clear (self);
  self->clearing = TRUE; /* taking the widgets down is not typing */
  gtk_widget_dispose_template (GTK_WIDGET (self), TH_TYPE_ENTRY_PAGE);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (th_entry_page_parent_class)->dispose (object);
}

static gboolean
th_entry_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (TH_ENTRY_PAGE (widget)->number));
}

static void
th_entry_page_class_init (ThEntryPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = th_entry_page_dispose;
  widget_class->grab_focus = th_entry_page_grab_focus;
  g_type_ensure (TH_TYPE_ENTRY_RULES);
  gtk_widget_class_set_template_from_resource (widget_class, "/threshold/staff/entry-page.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, top);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, number);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, about_number);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, no_number);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, without);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, asked);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, rules);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, lanes);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, zh_cn);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, zh_tw);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, en);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, questions);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, temperature);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, not_measured);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, about_temperature);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, message);
  gtk_widget_class_bind_template_child (widget_class, ThEntryPage, give);
  gtk_widget_class_install_action (widget_class, "entry.give", NULL, give_action);
  gtk_widget_class_install_action (widget_class, "entry.next", NULL, next_action);
}

static void
th_entry_page_init (ThEntryPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Its memory is wiped, and never swapped; what is in it is shown all the same. */
  {
    g_autoptr (GtkEntryBuffer) buffer = gtk_password_entry_buffer_new ();

    gtk_entry_set_buffer (self->number, buffer);
  }
  th_shortcut_add (GTK_WIDGET (self), "<Control>Return|<Control>KP_Enter", "entry.give", NULL);
  th_shortcut_add (GTK_WIDGET (self), "<Control>n", "entry.next", NULL);
}
