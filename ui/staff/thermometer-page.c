/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/thermometer-page.h"

#include <glib/gi18n.h>
#include <math.h>

#include "ui/staff/check-chart.h"
#include "ui/staff/shortcut.h"
#include "ui/staff/staff-words.h"
#include "ui/staff/thermometer-words.h"

/* The kiosk looks twice a second; after this it is busy, cold or off. */
#define KIOSK_SLOW_S 15
#define MAX_HISTORY 60

typedef enum
{
  MODE_NONE,
  MODE_CHECK,
  MODE_CALIBRATE,
} Mode;

struct _ThThermometerPage
{
  GtkWidget parent;
  ThStaffDesk *desk;

  GtkWidget *top;
  GtkStack *steps;
  GtkLabel *state;
  GtkLabel *facts;
  GtkLabel *message;
  GtkWidget *to_check;
  GtkWidget *manager_only;
  GtkLabel *title;
  GtkLabel *instruction;
  GtkSpinButton *reference;
  GtkEntry *serial;
  GtkWidget *measure;
  GtkWidget *live;
  GtkLabel *value;
  GtkProgressBar *progress;
  GtkLabel *detail;
  GtkLabel *point_message;
  GtkLabel *review_points;
  GtkLabel *old_line;
  GtkLabel *new_line;
  GtkLabel *review_message;
  GtkButton *confirm;
  ThCheckChart *chart;
  GtkListBox *history;

  Mode mode;
  ThBlackBodyPoint points[2];
  guint n_points;
  guint trial; /* the kiosk was asked for it and has not ended it; 0: none */
  gint64 asked_us;
};

G_DEFINE_FINAL_TYPE (ThThermometerPage, th_thermometer_page, GTK_TYPE_WIDGET)

static const int calibration_mc[] = { 35000, 40000 };
#define CHECK_MC 37000

/* --- words ------------------------------------------------------------------------------- */

static void
say (GtkLabel *label, const char *words, gboolean bad)
{
  const char *classes[] = { "notice", bad ? "bad" : "good", NULL };

  gtk_label_set_text (label, words);
  gtk_widget_set_css_classes (GTK_WIDGET (label), classes);
  gtk_widget_set_visible (GTK_WIDGET (label), *words != '\0');
}

static void
say_error (GtkLabel *label, const GError *error)
{
  g_autofree char *words = th_staff_words_error (error);

  say (label, words, TRUE);
}

/* --- how it stands ----------------------------------------------------------------------- */

static void
show_facts (ThThermometerPage *self, const ThThermometerStatus *status)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (status->calibration.id[0] != '\0')
    {
      g_autofree char *day = th_thermometer_words_day (status->calibration.made_at_us);
      g_autofree char *offset
          = th_thermometer_words_difference (status->calibration.line.offset_mc);

      /* Translators: date, name, offset, gain */
      g_string_append_printf (text, _ ("Calibrated on %s by %s: %s at 37 °C, gain %.4f."), day,
                              status->calibration.by, offset,
                              status->calibration.line.gain_ppm / 1e6);
    }
  if (status->check.at_us != 0)
    {
      g_autofree char *ago = th_staff_words_ago (status->check.at_us, th_staff_desk_now_us (self->desk));
      g_autofree char *error = th_thermometer_words_difference (status->check.error_mc);

      /* Translators: "3 min ago", how far off */
      if (text->len > 0)
        g_string_append_c (text, '\n');
      g_string_append_printf (text, _ ("Last check: %s, %s off."), ago, error);
    }
  gtk_label_set_text (self->facts, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->facts), text->len > 0);
}

static void
add_row (ThThermometerPage *self, char *words, gboolean bad)
{
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  if (bad)
    gtk_widget_add_css_class (label, "attention");
  gtk_list_box_append (self->history, label);
  g_free (words);
}

static void
show_history (ThThermometerPage *self)
{
  GArray *checks = th_staff_desk_get_checks (self->desk);
  GArray *calibrations = th_staff_desk_get_calibrations (self->desk);
  guint c = 0, k = 0;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->history))) != NULL)
    gtk_list_box_remove (self->history, child);
  if (checks == NULL || calibrations == NULL)
    return;
  /* Both are newest first: the newer of the two heads goes next. */
  while (c + k < MAX_HISTORY && (c < checks->len || k < calibrations->len))
    {
      const ThCheckRecord *check
          = c < checks->len ? &g_array_index (checks, ThCheckRecord, c) : NULL;
      const ThCalibrationRecord *calibration
          = k < calibrations->len ? &g_array_index (calibrations, ThCalibrationRecord, k) : NULL;

      if (check != NULL && (calibration == NULL || check->at_us > calibration->made_at_us))
        {
          add_row (self, th_thermometer_words_check (check), !check->passed);
          c++;
        }
      else if (calibration != NULL)
        {
          add_row (self, th_thermometer_words_calibration (calibration), FALSE);
          k++;
        }
    }
}

static void
show_home (ThThermometerPage *self)
{
  const ThThermometerStatus *status = th_staff_desk_get_thermometer (self->desk);
  gboolean manager = th_staff_desk_get_manager (self->desk);
  gboolean well = FALSE;
  g_autofree char *state = NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "thermometer.calibrate", manager);
  gtk_widget_set_visible (self->manager_only, !manager);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "thermometer.print",
                                 status != NULL && status->calibration.id[0] != '\0');
  if (status == NULL)
    return;
  state = th_thermometer_words_state (status, &well);
  gtk_label_set_text (self->state, state);
  if (well)
    gtk_widget_remove_css_class (GTK_WIDGET (self->state), "attention");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->state), "attention");
  show_facts (self, status);
  show_history (self);
  th_check_chart_set (self->chart, th_staff_desk_get_checks (self->desk), th_staff_desk_now_us (self->desk));
}

/* --- a black body, step by step ---------------------------------------------------------- */

static void
set_reading (ThThermometerPage *self, gboolean reading)
{
  /* A field that loses its focus by going dead keeps blinking, and complains; and Enter pressed twice
   * must not be "Stop". */
  if (reading && gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (self)), NULL);
  gtk_widget_set_visible (self->live, reading);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "thermometer.measure", !reading);
  gtk_widget_set_sensitive (GTK_WIDGET (self->reference), !reading);
  gtk_widget_set_sensitive (GTK_WIDGET (self->serial), !reading);
}

static void
show_point (ThThermometerPage *self)
{
  int wanted_mc = self->mode == MODE_CHECK ? CHECK_MC : calibration_mc[self->n_points];
  g_autofree char *words = NULL;

  if (self->mode == MODE_CHECK)
    gtk_label_set_text (self->title, _ ("Daily check"));
  else
    {
      g_autofree char *title
          = g_strdup_printf (_ ("Calibration, step %u of 2"), self->n_points + 1);

      gtk_label_set_text (self->title, title);
    }
  words = g_strdup_printf (
      _ ("1. Set the black body to %.1f °C and wait until it says it is ready.\n"
         "2. Put it in front of the sensor, where a forehead would be: 3 to 5 cm away, so that "
         "the sensor sees nothing else.\n"
         "3. Touch “Measure” and leave it alone until the value is steady."),
      wanted_mc / 1000.0);
  gtk_label_set_text (self->instruction, words);
  gtk_spin_button_set_value (self->reference, wanted_mc / 1000.0);
  say (self->point_message, "", FALSE);
  set_reading (self, FALSE);
  gtk_stack_set_visible_child_name (self->steps, "point");
  gtk_widget_grab_focus (*gtk_editable_get_text (GTK_EDITABLE (self->serial)) == '\0'
                             ? GTK_WIDGET (self->serial)
                             : self->measure);
}

static void
end_mode (ThThermometerPage *self)
{
  self->mode = MODE_NONE;
  self->n_points = 0;
  self->trial = 0;
  gtk_stack_set_visible_child_name (self->steps, "home");
  gtk_widget_grab_focus (self->to_check);
}

/* Lets the kiosk go; what becomes of it the next look tells. */
static void
release_kiosk (ThThermometerPage *self)
{
  th_staff_desk_ask_trial_async (self->desk, TH_TRIAL_END, 0, NULL, NULL);
}

static void
begin_mode (ThThermometerPage *self, Mode mode)
{
  const ThThermometerStatus *status = th_staff_desk_get_thermometer (self->desk);

  /* The keys work wherever the focus is. */
  if (self->mode != MODE_NONE || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->mode = mode;
  self->n_points = 0;
  self->trial = 0;
  say (self->message, "", FALSE);
  if (status != NULL && *gtk_editable_get_text (GTK_EDITABLE (self->serial)) == '\0')
    gtk_editable_set_text (GTK_EDITABLE (self->serial),
                           status->check.at_us > status->calibration.made_at_us
                               ? status->check.serial
                               : status->calibration.serial);
  show_point (self);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThThermometerPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = th_staff_desk_done_finish (TH_STAFF_DESK (source), result, &error);
  const ThThermometerStatus *status = th_staff_desk_get_thermometer (TH_STAFF_DESK (source));
  g_autofree char *off = NULL, *words = NULL;

  if (self->top == NULL)
    return;
  end_mode (self);
  if (!ok)
    {
      say_error (self->message, error);
      return;
    }
  off = th_thermometer_words_difference (status->check.error_mc);
  words = g_strdup_printf (
      status->check.passed
          ? _ ("✓ Passed: %s off. Thank you.")
          : _ ("Not passed: %s off, more than 0.2 °C. Please measure once more; if "
               "it stays so, calibrate."),
      off);
  say (self->message, words, !status->check.passed);
}

static void
show_review (ThThermometerPage *self)
{
  const ThThermometerStatus *status = th_staff_desk_get_thermometer (self->desk);
  const ThConfig *config = th_staff_desk_get_config (self->desk);
  ThCalibration old = status->calibration.id[0] != '\0' ? status->calibration.line
                                                        : th_calibration_of (&config->screening);
  ThCalibration line;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *old_offset = NULL, *new_offset = NULL, *before = NULL, *after = NULL,
                  *who = NULL;

  if (!th_calibration_fit (self->points, self->n_points, &line, &error))
    {
      release_kiosk (self);
      end_mode (self);
      say (self->message, th_thermometer_words_refused (error), TRUE);
      return;
    }
  for (guint i = 0; i < self->n_points; i++)
    {
      g_autofree char *measured = th_thermometer_words_degrees (self->points[i].measured_mc);

      /* Translators: what the black body is set to, what was measured */
      g_string_append_printf (text, _ ("Black body at %.1f °C: measured %s"),
                              self->points[i].reference_mc / 1000.0, measured);
      if (i + 1 < self->n_points)
        g_string_append_c (text, '\n');
    }
  old_offset = th_thermometer_words_difference (old.offset_mc);
  new_offset = th_thermometer_words_difference (line.offset_mc);
  /* Translators: offset, gain */
  before = g_strdup_printf (_ ("%s at 37 °C, gain %.4f"), old_offset, old.gain_ppm / 1e6);
  after = g_strdup_printf (_ ("%s at 37 °C, gain %.4f"), new_offset, line.gain_ppm / 1e6);
  who = g_strdup_printf (_ ("%s confirms: use it from now on"), th_staff_desk_get_who (self->desk));
  gtk_label_set_text (self->review_points, text->str);
  gtk_label_set_text (self->old_line, before);
  gtk_label_set_text (self->new_line, after);
  gtk_button_set_label (self->confirm, who);
  say (self->review_message, "", FALSE);
  gtk_stack_set_visible_child_name (self->steps, "review");
  gtk_widget_grab_focus (GTK_WIDGET (self->confirm));
}

/* The black body was steady. */
static void
take_point (ThThermometerPage *self, const ThBlackBodyPoint *point)
{
  g_autoptr (GError) error = NULL;

  if (!th_black_body_check (point, &error))
    {
      set_reading (self, FALSE);
      say (self->point_message, th_thermometer_words_refused (error), TRUE);
      return;
    }
  if (self->mode == MODE_CHECK)
    {
      th_staff_desk_check_async (self->desk, point,
                                 gtk_editable_get_text (GTK_EDITABLE (self->serial)), checked_cb,
                                 g_object_ref (self));
      return;
    }
  self->points[self->n_points++] = *point;
  if (self->n_points < G_N_ELEMENTS (self->points))
    show_point (self);
  else
    show_review (self);
}

static void
show_live (ThThermometerPage *self, const ThTrial *trial)
{
  gboolean reading = trial->state == TH_TRIAL_READING && trial->point.samples > 0;
  g_autofree char *value = th_thermometer_words_degrees (trial->point.measured_mc);
  gint64 waited_s = (g_get_monotonic_time () - self->asked_us) / G_USEC_PER_SEC;

  gtk_label_set_text (self->value, reading ? value : "–");
  gtk_progress_bar_set_fraction (
      self->progress, reading ? MIN ((double)trial->point.samples / TH_BLACK_BODY_SAMPLES, 1) : 0);
  if (trial->state == TH_TRIAL_READING)
    gtk_label_set_text (self->detail, _ ("Measuring. Please wait until the value is steady."));
  else
    gtk_label_set_text (self->detail,
                        waited_s < KIOSK_SLOW_S
                            ? _ ("The kiosk begins as soon as nobody is being checked in.")
                            : _ ("The kiosk has not begun. It may be busy with somebody, still be "
                                 "warming up, or be switched off."));
}

static void
follow_trial (ThThermometerPage *self)
{
  const ThThermometerStatus *status = th_staff_desk_get_thermometer (self->desk);

  if (self->trial == 0 || status == NULL || status->trial.number != self->trial)
    return;
  switch (status->trial.state)
    {
    case TH_TRIAL_ASKED:
    case TH_TRIAL_READING:
      show_live (self, &status->trial);
      return;
    case TH_TRIAL_STEADY:
      self->trial = 0;
      take_point (self, &status->trial.point);
      return;
    case TH_TRIAL_UNSTEADY:
      self->trial = 0;
      set_reading (self, FALSE);
      say (self->point_message,
           _ ("It did not become steady within two minutes. Is the black body ready, and fixed in "
              "place?"),
           TRUE);
      return;
    case TH_TRIAL_NO_SENSOR:
      self->trial = 0;
      set_reading (self, FALSE);
      say (self->point_message, _ ("The thermometer does not answer. Please call the technician."),
           TRUE);
      return;
    }
}

static void
thermometer_cb (ThThermometerPage *self)
{
  if (self->top == NULL)
    return;
  show_home (self);
  follow_trial (self);
}

/* Enter in the serial number is "Measure". */
static void
serial_cb (ThThermometerPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "thermometer.measure", NULL);
}

static void
tick_cb (ThThermometerPage *self)
{
  if (self->top != NULL && self->trial != 0)
    follow_trial (self);
}

/* --- what people press ------------------------------------------------------------------- */

static void
check_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  begin_mode (TH_THERMOMETER_PAGE (widget), MODE_CHECK);
}

static void
calibrate_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  begin_mode (TH_THERMOMETER_PAGE (widget), MODE_CALIBRATE);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThThermometerPage) self = user_data;
  g_autoptr (GError) error = NULL;
  guint number;
  gboolean ok = th_staff_desk_ask_trial_finish (TH_STAFF_DESK (source), result, &number, &error);

  if (self->top == NULL || self->mode == MODE_NONE)
    return;
  if (!ok)
    {
      set_reading (self, FALSE);
      say_error (self->point_message, error);
      return;
    }
  self->trial = number;
  follow_trial (self);
}

static void
measure_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThThermometerPage *self = TH_THERMOMETER_PAGE (widget);
  int reference_mc = (int)lround (gtk_spin_button_get_value (self->reference) * 1000);

  if (*gtk_editable_get_text (GTK_EDITABLE (self->serial)) == '\0')
    {
      say (self->point_message, _ ("Please enter the serial number of the black body."), TRUE);
      gtk_widget_grab_focus (GTK_WIDGET (self->serial));
      return;
    }
  say (self->point_message, "", FALSE);
  self->asked_us = g_get_monotonic_time ();
  set_reading (self, TRUE);
  show_live (self, &(ThTrial){ .state = TH_TRIAL_ASKED });
  th_staff_desk_ask_trial_async (self->desk,
                                 self->mode == MODE_CHECK ? TH_TRIAL_CHECK : TH_TRIAL_CALIBRATE,
                                 reference_mc, asked_cb, g_object_ref (self));
}

static void
stop_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThThermometerPage *self = TH_THERMOMETER_PAGE (widget);

  if (self->mode == MODE_NONE)
    return;
  release_kiosk (self);
  end_mode (self);
}

static void
calibrated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThThermometerPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = th_staff_desk_done_finish (TH_STAFF_DESK (source), result, &error);

  if (self->top == NULL)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->confirm), TRUE);
  if (!ok)
    {
      say_error (self->review_message, error);
      return;
    }
  release_kiosk (self);
  end_mode (self);
  say (self->message, _ ("✓ Calibrated. It is used from the next person on."), FALSE);
}

static void
confirm_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThThermometerPage *self = TH_THERMOMETER_PAGE (widget);

  if (self->mode != MODE_CALIBRATE || self->n_points < G_N_ELEMENTS (self->points))
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->confirm), FALSE);
  th_staff_desk_calibrate_async (self->desk, self->points, self->n_points,
                                 gtk_editable_get_text (GTK_EDITABLE (self->serial)), calibrated_cb,
                                 g_object_ref (self));
}

static void
sheet_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThThermometerPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = th_staff_desk_done_finish (TH_STAFF_DESK (source), result, &error);

  if (self->top == NULL)
    return;
  if (ok)
    say (self->message, _ ("✓ It is printed at the kiosk as soon as its printer is free."), FALSE);
  else
    say_error (self->message, error);
}

static void
print_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThThermometerPage *self = TH_THERMOMETER_PAGE (widget);

  th_staff_desk_ask_sheet_async (self->desk, TH_SHEET_CALIBRATION, sheet_cb, g_object_ref (self));
}

/* --- life -------------------------------------------------------------------------------- */

GtkWidget *
th_thermometer_page_new (ThStaffDesk *desk)
{
  ThThermometerPage *self = g_object_new (TH_TYPE_THERMOMETER_PAGE, NULL);

  self->desk = g_object_ref (desk);
  g_signal_connect_object (desk, "thermometer", G_CALLBACK (thermometer_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->serial, "activate", G_CALLBACK (serial_cb), self,
                           G_CONNECT_SWAPPED);
  show_home (self);
  return GTK_WIDGET (self);
}

static void
th_thermometer_page_dispose (GObject *object)
{
  ThThermometerPage *self = TH_THERMOMETER_PAGE (object);

  /* A page that goes leaves no closed door behind. Locked, nobody may say so: the kiosk's own limit
   * does. */
  if (self->mode != MODE_NONE && *th_staff_desk_get_who (self->desk) != '\0')
    release_kiosk (self);
  self->mode = MODE_NONE;
  gtk_widget_dispose_template (GTK_WIDGET (self), TH_TYPE_THERMOMETER_PAGE);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (th_thermometer_page_parent_class)->dispose (object);
}

static void
th_thermometer_page_class_init (ThThermometerPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = th_thermometer_page_dispose;
  g_type_ensure (TH_TYPE_CHECK_CHART);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/threshold/staff/thermometer-page.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, top);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, steps);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, state);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, facts);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, message);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, to_check);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, manager_only);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, title);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, instruction);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, reference);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, serial);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, measure);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, live);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, value);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, progress);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, detail);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, point_message);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, review_points);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, old_line);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, new_line);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, review_message);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, confirm);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, chart);
  gtk_widget_class_bind_template_child (widget_class, ThThermometerPage, history);
  gtk_widget_class_install_action (widget_class, "thermometer.check", NULL, check_action);
  gtk_widget_class_install_action (widget_class, "thermometer.calibrate", NULL, calibrate_action);
  gtk_widget_class_install_action (widget_class, "thermometer.measure", NULL, measure_action);
  gtk_widget_class_install_action (widget_class, "thermometer.print", NULL, print_action);
  gtk_widget_class_install_action (widget_class, "thermometer.stop", NULL, stop_action);
  gtk_widget_class_install_action (widget_class, "thermometer.confirm", NULL, confirm_action);
}

static void
th_thermometer_page_init (ThThermometerPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  th_shortcut_add (GTK_WIDGET (self), "<Alt>c", "thermometer.check", NULL);
  th_shortcut_add (GTK_WIDGET (self), "<Alt>k", "thermometer.calibrate", NULL);
}
