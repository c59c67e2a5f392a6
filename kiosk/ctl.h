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

/* ctl-decode.c */
int th_ctl_card_decode (int argc, char **argv);
int th_ctl_id_check (int argc, char **argv);
int th_ctl_sensor_decode (int argc, char **argv);
/* ctl-token.c */
int th_ctl_token_make_key (int argc, char **argv);
int th_ctl_token_sign (int argc, char **argv);
int th_ctl_token_check (int argc, char **argv);
/* ctl-records.c */
int th_ctl_staff_add (int argc, char **argv);
int th_ctl_staff_list (int argc, char **argv);
int th_ctl_records_summary (int argc, char **argv);
int th_ctl_records_verify (int argc, char **argv);
int th_ctl_records_rebuild (int argc, char **argv);
/* ctl-card.c */
int th_ctl_card_watch (int argc, char **argv);
/* The configured reader, with @times; it finds and opens itself when started. */
ThSamvReader *th_ctl_reader_new (const ThConfig *config, const ThCardReaderTimes *times);
/* ctl-devices.c */
int th_ctl_devices (int argc, char **argv);
/* A device that another program holds, as the kiosk recorded it last. @device: "printer", … */
void th_ctl_print_recorded (const ThConfig *config, const char *device);
/* ctl-printer.c */
int th_ctl_printer_status (int argc, char **argv);
int th_ctl_printer_test (int argc, char **argv);
int th_ctl_printer_watch (int argc, char **argv);

G_END_DECLS
