/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/entry-rules.h"

#include <glib/gi18n.h>

#include "ui/staff/staff-words.h"

struct _ThEntryRules
{
  GtkWidget parent;

  ThComing coming;
  GtkLabel *verdict;
  GtkToggleButton *reasons[TH_N_LET_INS]; /* from TH_LET_IN_PAPERS on */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (ThEntryRules, th_entry_rules, GTK_TYPE_WIDGET)

static const char *
reason_words (ThLetIn let_in)
{
  switch (let_in)
    {
    case TH_LET_IN_PAPERS:
      return _ ("Their papers show that they may");
    case TH_LET_IN_ARRANGED:
      return _ ("It was arranged with this site");
    case TH_LET_IN_LIST:
      return _ ("The list is wrong");
    case TH_LET_IN_MANAGER:
      return _ ("The manager says so");
    case TH_LET_IN_NOT:
    case TH_N_LET_INS:
      break;
    }
  return "";
}

gboolean
th_entry_rules_says_no (ThEntryRules *self)
{
  return self->coming != TH_COMING_YES;
}

ThLetIn
th_entry_rules_get_reason (ThEntryRules *self)
{
  for (ThLetIn reason = TH_LET_IN_PAPERS; reason < TH_N_LET_INS; reason++)
    if (gtk_toggle_button_get_active (self->reasons[reason]))
      return reason;
  return TH_LET_IN_NOT;
}

void
th_entry_rules_show (ThEntryRules *self, const ThAdmission *admission)
{
  ThComing coming = admission != NULL ? admission->coming : TH_COMING_YES;

  if (coming != self->coming)
    for (ThLetIn reason = TH_LET_IN_PAPERS; reason < TH_N_LET_INS; reason++)
      gtk_toggle_button_set_active (self->reasons[reason], FALSE);
  self->coming = coming;
  gtk_widget_set_visible (GTK_WIDGET (self), coming != TH_COMING_YES);
  if (coming != TH_COMING_YES)
    {
      g_autofree char *words = th_staff_words_admission (admission);

      gtk_label_set_text (self->verdict, words);
    }
}

static void
toggled_cb (ThEntryRules *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static GtkLabel *
label_new (const char *words, const char *class)
{
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_widget_add_css_class (label, class);
  return GTK_LABEL (label);
}

static void
th_entry_rules_dispose (GObject *object)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (object));

  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (th_entry_rules_parent_class)->dispose (object);
}

static void
th_entry_rules_class_init (ThEntryRulesClass *class)
{
  G_OBJECT_CLASS (class)->dispose = th_entry_rules_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  changed_signal = g_signal_new ("changed", TH_TYPE_ENTRY_RULES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
th_entry_rules_init (ThEntryRules *self)
{
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  GtkLabel *title;

  gtk_widget_set_name (GTK_WIDGET (self), "entry-rules");
  gtk_widget_set_parent (GTK_WIDGET (box), GTK_WIDGET (self));
  self->verdict = label_new ("", "attention");
  gtk_widget_add_css_class (GTK_WIDGET (self->verdict), "about");
  title = label_new (_ ("Let in all the same, because"), "dim");
  gtk_box_append (box, GTK_WIDGET (self->verdict));
  gtk_box_append (box, GTK_WIDGET (title));
  for (ThLetIn reason = TH_LET_IN_PAPERS; reason < TH_N_LET_INS; reason++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (reason_words (reason));

      gtk_widget_add_css_class (button, "choice");
      gtk_widget_set_name (button, th_let_in_to_string (reason));
      gtk_accessible_update_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                      title, NULL, -1);
      self->reasons[reason] = GTK_TOGGLE_BUTTON (button);
      if (reason > TH_LET_IN_PAPERS)
        gtk_toggle_button_set_group (self->reasons[reason], self->reasons[TH_LET_IN_PAPERS]);
      g_signal_connect_swapped (button, "toggled", G_CALLBACK (toggled_cb), self);
      gtk_box_append (box, button);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
