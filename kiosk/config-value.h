/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One value of the settings file: what it may be, and its reading into a field. For config*.c only. */
#pragma once

#include "kiosk/config.h"

G_BEGIN_DECLS

/* What a value may be, and how it is stored. */
typedef enum
{
  KEY_PATH,     /* char *, an absolute path */
  KEY_FILE,     /* char *, empty or an absolute path */
  KEY_NICK,     /* char *, [a-z0-9-]{1,max} */
  KEY_LABEL,    /* char *, up to max printable ASCII characters, may be empty */
  KEY_WORDS,    /* char *[3], up to max characters in each language */
  KEY_LANGUAGE, /* int, ThLanguage */
  KEY_BOOL,     /* gboolean */
  KEY_UINT,     /* guint, min to max */
  KEY_GPIO,     /* guint, a GPIO line: min to max, or its name */
  KEY_LINE,     /* int, the same, or "none" = -1 */
  KEY_AUTO_UINT, /* guint, min to max, or "auto" = 0 */
  KEY_NAME,     /* char *, up to max bytes of text that can be seen, may be empty */
  KEY_USB_ID,   /* char *, empty or "vvvv:pppp" */
  KEY_QUEUE,    /* char *, the name of a queue of CUPS, may be empty */
  KEY_MODEL,    /* char *, "auto" or a model of drivers/printer-model.c */
  KEY_MILLI,    /* int, milli-degrees, written in °C; bounds: th_screening_check() */
  KEY_TENTHS,   /* int, tenths of a degree, written in °C; bounds: th_screening_check() */
  KEY_INT,      /* int; bounds: th_screening_check() */
  KEY_REAL,     /* double; bounds: th_screening_check() */
  KEY_CHOICE,   /* guint, which of words, "one;two" */
  KEY_PROGRAM,  /* char *, empty or an absolute path */
  KEY_PORT,     /* char *, empty or a path below /dev */
  KEY_SYSFS,    /* char *, empty or a path below /sys */
  KEY_KEYBOARD, /* char *, empty, a path below /dev, or USB ids */
  KEY_KEYS,     /* the public keys of appointments */
  KEY_ROOM,     /* °C, "sensor" or a path: three fields of ThConfig; bounds: th_screening_check() */
} ThKeyKind;

typedef struct
{
  const char *group;
  const char *key;
  ThKeyKind kind;
  gsize offset;
  guint min;
  guint max;
  const char *words;
} ThKey;

/* FALSE, with "[group] key is "value", it may be …". */
gboolean th_config_refuse (const char *group, const char *key, const char *value, GError **error, const char *may,
                           ...) G_GNUC_PRINTF (5, 6);

/* Frees what stands there. */
void th_config_set_string (char **where, const char *value);

/* A value as it stands in the file, without the spaces around it. Escapes are refused: nothing here needs them, and
 * GKeyFile (2.74) warns of its own mistake when a value has two wrong ones. */
char *th_config_get_value (GKeyFile *file, const char *group, const char *key, GError **error);

/* All kinds but KEY_WORDS. Where @value is refused, @where is as before. */
gboolean th_config_read_value (const ThKey *key, const char *value, gpointer where, GError **error);

/* KEY_WORDS: without a language the words count for all three; those of a language go before. */
gboolean th_config_read_words (GKeyFile *file, const ThKey *key, char **words, GError **error);

/* What settings say of GPIO lines together. */
gboolean th_config_check_lines (const ThConfig *config, GError **error);
/* … and of the ways to the thermometer. */
gboolean th_config_check_sensor (const ThConfig *config, GError **error);

/* config-queue.c */
void th_config_queue_defaults (ThConfig *config);
void th_config_queue_clear (ThConfig *config);
/* After the lanes were read. */
gboolean th_config_read_queue (ThConfig *config, GKeyFile *file, GError **error);

/* config-printer.c */
void th_config_printer_defaults (ThPrinterSettings *printer, ThPrinterWay way);
void th_config_printer_clear (ThPrinterSettings *printer);
/* FALSE: the two are one, or one lacks what its way needs. */
gboolean th_config_check_printers (const ThConfig *config, GError **error);

G_END_DECLS
