/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands of thresholdctl share. A command gets its own argv ("staff add" is argv[0]) and
 * returns the program's exit status; results go to stdout, reasons to stderr. */
#pragma once

#include <glib.h>

#include "drivers/samv-reader.h"
#include "kiosk/config.h"
#include "kiosk/records.h"

G_BEGIN_DECLS

typedef enum
{
  TH_CTL_GOOD = 0,
  TH_CTL_BAD = 1, /* bad input, or something was found */
  TH_CTL_USAGE = 2,
  TH_CTL_AWAY = 3, /* busy or absent */
} ThCtlStatus;

/* Says why on stderr; returns @status. */
int th_ctl_fail (ThCtlStatus status, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The same for an error of the records or of anything else: busy and absent are AWAY. */
int th_ctl_fail_error (const GError *error);

/* Options of one command; --help is answered here. FALSE: said why, return TH_CTL_USAGE. */
gboolean th_ctl_parse (int *argc, char ***argv, const GOptionEntry *entries, const char *arguments,
                       const char *summary);

/* @path: (nullable). NULL: said why, @ret_status is set. */
ThConfig *th_ctl_load_config (const char *path, int *ret_status);
/* @make: the folder and the file may be made; else records that are not there are AWAY. */
ThRecords *th_ctl_open_records (const char *config_path, gboolean make, int *ret_status);

/* A file, or stdin for "-", up to 1 MiB. NULL: said why. */
GBytes *th_ctl_read_input (const char *path);

/* "09:30"; 24:00 is the end of the day. */
gboolean th_ctl_read_time (const char *text, guint *ret_min);

#define TH_CTL_PIN_BYTES 64 /* read; what a PIN may be is the records' rule */

/* From a terminal, or the first line of standard input. @twice: asks on a terminal for the same once more.
 * TH_CTL_GOOD, or said why not. The caller wipes @ret_pin. */
int th_ctl_get_pin (gboolean from_stdin, gboolean twice, char ret_pin[TH_CTL_PIN_BYTES]);

/* ctl-decode.c */
int th_ctl_card_decode (int argc, char **argv);
int th_ctl_id_check (int argc, char **argv);
int th_ctl_sensor_decode (int argc, char **argv);
/* ctl-sensor.c */
int th_ctl_sensor_provision (int argc, char **argv);
int th_ctl_sensor_watch (int argc, char **argv);
/* ctl-sensor-pwm.c */
int th_ctl_sensor_pwm (int argc, char **argv);
/* ctl-keys.c */
int th_ctl_keys_init (int argc, char **argv);
int th_ctl_keys_unlock (int argc, char **argv);
int th_ctl_keys_lock (int argc, char **argv);
int th_ctl_keys_status (int argc, char **argv);
int th_ctl_keys_make_days (int argc, char **argv);
int th_ctl_keys_reseal (int argc, char **argv);
int th_ctl_visit_show (int argc, char **argv);
int th_ctl_records_export (int argc, char **argv);
int th_ctl_records_purge (int argc, char **argv);
/* ctl-calibration.c */
int th_ctl_calibration_fit (int argc, char **argv);
int th_ctl_sensor_check (int argc, char **argv);
/* ctl-token.c */
int th_ctl_token_make_key (int argc, char **argv);
int th_ctl_token_person_key (int argc, char **argv);
int th_ctl_token_sign (int argc, char **argv);
int th_ctl_token_check (int argc, char **argv);
/* ctl-appointments.c */
int th_ctl_appointments_import (int argc, char **argv);
int th_ctl_appointments_summary (int argc, char **argv);
/* ctl-eligibility.c */
int th_ctl_eligibility_check (int argc, char **argv);
int th_ctl_eligibility_explain (int argc, char **argv);
/* ctl-records.c */
int th_ctl_staff_add (int argc, char **argv);
int th_ctl_staff_list (int argc, char **argv);
int th_ctl_records_summary (int argc, char **argv);
int th_ctl_records_rebuild (int argc, char **argv);
/* ctl-backup.c */
int th_ctl_records_backup (int argc, char **argv);
int th_ctl_records_restore (int argc, char **argv);
/* ctl-day.c */
int th_ctl_day_open (int argc, char **argv);
int th_ctl_day_close (int argc, char **argv);
int th_ctl_day_status (int argc, char **argv);
int th_ctl_records_verify (int argc, char **argv);
/* ctl-lots.c */
int th_ctl_lot_receive (int argc, char **argv);
int th_ctl_lot_open (int argc, char **argv);
int th_ctl_lot_waste (int argc, char **argv);
int th_ctl_lot_return (int argc, char **argv);
int th_ctl_lot_count (int argc, char **argv);
int th_ctl_lot_withdraw (int argc, char **argv);
int th_ctl_lot_list (int argc, char **argv);
/* ctl-doses.c */
int th_ctl_lot_trace (int argc, char **argv);
int th_ctl_dose_bind (int argc, char **argv);
int th_ctl_dose_inject (int argc, char **argv);
int th_ctl_dose_undo (int argc, char **argv);
int th_ctl_dose_release (int argc, char **argv);
int th_ctl_dose_list (int argc, char **argv);
/* ctl-queue.c */
int th_ctl_queue_list (int argc, char **argv);
int th_ctl_queue_explain (int argc, char **argv);
int th_ctl_queue_forecast (int argc, char **argv);
int th_ctl_queue_call (int argc, char **argv);
int th_ctl_queue_step (int argc, char **argv); /* serve, park, no-show, put-back, done */
int th_ctl_queue_move (int argc, char **argv);
int th_ctl_queue_leave (int argc, char **argv);
int th_ctl_queue_undo (int argc, char **argv);
int th_ctl_queue_arrive (int argc, char **argv);
int th_ctl_queue_extend (int argc, char **argv);
int th_ctl_queue_consent (int argc, char **argv);
int th_ctl_queue_checks (int argc, char **argv);
/* ctl-screening.c */
int th_ctl_screening_explain (int argc, char **argv);
int th_ctl_screening_confirm (int argc, char **argv);
/* ctl-card.c */
int th_ctl_card_watch (int argc, char **argv);
int th_ctl_card_photo (int argc, char **argv);
/* The configured reader, with @times; it finds and opens itself when started. */
ThSamvReader *th_ctl_reader_new (const ThConfig *config, const ThCardReaderTimes *times);
/* ctl-devices.c */
int th_ctl_devices (int argc, char **argv);
/* What the kiosk last recorded of a device that it holds, and when, on stdout. */
void th_ctl_print_recorded (const ThConfig *config, const char *device);
/* ctl-printer.c */
int th_ctl_printer_status (int argc, char **argv);
int th_ctl_printer_test (int argc, char **argv);
int th_ctl_printer_print (int argc, char **argv);
int th_ctl_printer_sheets (int argc, char **argv);
int th_ctl_printer_watch (int argc, char **argv);

G_END_DECLS
