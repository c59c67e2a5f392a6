/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/config-value.h"

#include <gio/gio.h>
#include <sodium.h>
#include <string.h>

#include "drivers/gpio-lines.h"
#include "drivers/printer-model.h"
#include "drivers/scanner-device.h"

#define PATH_LIMIT 200

static const char *const language_names[TH_N_LANGUAGES] = { "en", "zh_CN", "zh_TW" };

const char *
th_language_to_string (ThLanguage language)
{
  g_return_val_if_fail (language < TH_N_LANGUAGES, "en");
  return language_names[language];
}

gboolean
th_language_from_string (const char *text, ThLanguage *ret_language)
{
  for (guint i = 0; i < TH_N_LANGUAGES; i++)
    {
      if (g_strcmp0 (text, language_names[i]) == 0)
        {
          *ret_language = i;
          return TRUE;
        }
    }
  return FALSE;
}

void
th_config_set_string (char **where, const char *value)
{
  g_free (*where);
  *where = g_strdup (value);
}

gboolean
th_config_refuse (const char *group, const char *key, const char *value, GError **error, const char *may, ...)
{
  g_autofree char *shown = g_utf8_strlen (value, -1) > 80 ? g_utf8_substring (value, 0, 80) : NULL;
  g_autofree char *allowed = NULL;
  va_list args;

  va_start (args, may);
  allowed = g_strdup_vprintf (may, args);
  va_end (args);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "[%s] %s is \"%s%s\", it may be %s",
               group, key, shown != NULL ? shown : value, shown != NULL ? "…" : "", allowed);
  return FALSE;
}

char *
th_config_get_value (GKeyFile *file, const char *group, const char *key, GError **error)
{
  g_autofree char *value = g_key_file_get_value (file, group, key, error);

  if (value == NULL)
    return NULL;
  g_strstrip (value);
  for (const char *p = value; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (*p == '\\' || g_unichar_iscntrl (g_utf8_get_char (p)))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "[%s] %s has a backslash or a control character, it may be one line of "
                       "plain text",
                       group, key);
          return NULL;
        }
    }
  return g_steal_pointer (&value);
}

/* "-0.25" with @places 3 → -250. No more digits than places, no exponent, no sign but a leading '-'. */
static gboolean
parse_decimal (const char *text, guint places, int *ret_value)
{
  gboolean negative = *text == '-';
  int value = 0;
  guint digits = 0, decimals = 0;

  for (const char *p = text + (negative ? 1 : 0); *p != '\0'; p++)
    {
      if (*p == '.' && digits > 0 && decimals == 0 && places > 0)
        {
          for (p++; g_ascii_isdigit (*p) && decimals < places; p++, decimals++)
            value = value * 10 + g_ascii_digit_value (*p);
          if (*p != '\0' || decimals == 0)
            return FALSE;
          break;
        }
      if (!g_ascii_isdigit (*p) || ++digits > 5)
        return FALSE;
      value = value * 10 + g_ascii_digit_value (*p);
    }
  if (digits == 0)
    return FALSE;
  for (; decimals < places; decimals++)
    value *= 10;
  *ret_value = negative ? -value : value;
  return TRUE;
}

static gboolean
parse_real (const char *text, double *ret_value)
{
  /* strtod() knows hexadecimal, "inf" and "nan"; a settings file does not. */
  if (*text == '\0' || strlen (text) > 20 || strspn (text, "0123456789.-") != strlen (text))
    return FALSE;

  char *end = NULL;
  double value = g_ascii_strtod (text, &end);

  if (end == text || *end != '\0')
    return FALSE;
  *ret_value = value;
  return TRUE;
}

static gboolean
is_nick (const char *text, guint max)
{
  gsize len = strlen (text);

  return len >= 1 && len <= max && strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static gboolean
is_label (const char *text, guint max)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if (!g_ascii_isprint (*p))
        return FALSE;
    }
  return strlen (text) <= max;
}

/* UTF-8, checked with the whole file. */
static gboolean
is_name (const char *text, guint max)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (!g_unichar_isprint (g_utf8_get_char (p)))
        return FALSE;
    }
  return strlen (text) <= max;
}

static gboolean
read_words (const ThKey *key, const char *name, const char *value, char **where, GError **error)
{
  glong len = g_utf8_strlen (value, -1);

  if (len < (glong) key->min || len > (glong) key->max)
    return th_config_refuse (key->group, name, value, error, "%u to %u characters", key->min, key->max);
  th_config_set_string (where, value);
  return TRUE;
}

gboolean
th_config_read_words (GKeyFile *file, const ThKey *key, char **words, GError **error)
{
  if (g_key_file_has_key (file, key->group, key->key, NULL))
    {
      g_autofree char *value = th_config_get_value (file, key->group, key->key, error);

      for (guint i = 0; i < TH_N_LANGUAGES; i++)
        {
          if (value == NULL || !read_words (key, key->key, value, &words[i], error))
            return FALSE;
        }
    }
  for (guint i = TH_LANGUAGE_ZH_CN; i < TH_N_LANGUAGES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s[%s]", key->key, language_names[i]);
      g_autofree char *value = NULL;

      if (!g_key_file_has_key (file, key->group, name, NULL))
        continue;
      value = th_config_get_value (file, key->group, name, error);
      if (value == NULL || !read_words (key, name, value, &words[i], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_room (const ThKey *key, const char *value, ThConfig *config, GError **error)
{
  ThScreening *screening = &config->screening;

  th_config_set_string (&config->room_path, "");
  if (strcmp (value, "sensor") == 0)
    {
      screening->room_source = TH_ROOM_DIE;
      return TRUE;
    }
  if (g_path_is_absolute (value) && strlen (value) <= PATH_LIMIT)
    {
      screening->room_source = TH_ROOM_FILE;
      th_config_set_string (&config->room_path, value);
      return TRUE;
    }
  if (!parse_decimal (value, 3, &screening->room_mc))
    return th_config_refuse (key->group, key->key, value, error,
                             "\"sensor\", a number of °C, or the absolute path of a sensor's file "
                             "of up to %d bytes",
                             PATH_LIMIT);
  screening->room_source = TH_ROOM_ENTERED;
  return TRUE;
}

static gboolean
read_choice (const ThKey *key, const char *value, guint *ret_choice, GError **error)
{
  g_auto (GStrv) words = g_strsplit (key->words, ";", -1);
  g_autofree char *may = NULL;

  for (guint i = 0; words[i] != NULL; i++)
    if (strcmp (words[i], value) == 0)
      {
        *ret_choice = i;
        return TRUE;
      }
  may = g_strjoinv (", ", words);
  return th_config_refuse (key->group, key->key, value, error, "one of %s", may);
}

/* A device, or none. It need not be there now, so nothing but its form can be looked at. */
static gboolean
is_port (const char *value)
{
  return *value == '\0' ||
         (g_str_has_prefix (value, "/dev/") && strlen (value) <= PATH_LIMIT &&
          strstr (value, "/../") == NULL && is_label (value, PATH_LIMIT));
}

static gboolean
read_public_keys (const ThKey *key, const char *value, ThConfig *config, GError **error)
{
  g_auto (GStrv) keys_hex = g_strsplit (value, ";", -1);
  guint n = 0;

  for (guint i = 0; keys_hex[i] != NULL; i++)
    {
      const char *hex = g_strstrip (keys_hex[i]);

      if (*hex == '\0')
        continue;
      if (n == TH_MAX_APPOINTMENT_KEYS || strlen (hex) != 2 * TH_TOKEN_KEY_BYTES ||
          sodium_hex2bin (config->appointment_keys[n], TH_TOKEN_KEY_BYTES, hex, strlen (hex), NULL,
                          NULL, NULL) != 0)
        return th_config_refuse (key->group, key->key, value, error,
                       "empty, or up to %d keys of %d hex digits with ; between them, as "
                       "thresholdctl token make-key prints one",
                       TH_MAX_APPOINTMENT_KEYS, 2 * TH_TOKEN_KEY_BYTES);
      n++;
    }
  config->n_appointment_keys = n;
  return TRUE;
}

/* "23", or "GPIO23"; KEY_LINE also "none". */
static gboolean
read_line (const ThKey *key, const char *value, int *ret_line, GError **error)
{
  gsize len = strlen (value);
  guint64 number;

  if (key->kind == KEY_LINE && strcmp (value, "none") == 0)
    *ret_line = -1;
  else if (g_ascii_string_to_unsigned (value, 10, key->min, key->max, &number, NULL))
    *ret_line = (int) number;
  else if (g_ascii_isalpha (*value) && len <= TH_GPIO_NAME_MAX && strcmp (value, "none") != 0 &&
           is_label (value, TH_GPIO_NAME_MAX) && strchr (value, ' ') == NULL)
    *ret_line = (int) th_gpio_line_named (value);
  else
    return th_config_refuse (key->group, key->key, value, error,
                             "%s%u to %u, or the name of a line as gpioinfo shows it",
                             key->kind == KEY_LINE ? "none, " : "", key->min, key->max);
  return TRUE;
}

static gboolean
read_model (const ThKey *key, const char *value, char **where, GError **error)
{
  guint n;
  const ThPrinterModel *models = th_printer_models (&n);
  g_autoptr (GString) may = g_string_new ("auto");

  if (strcmp (value, "auto") != 0 && th_printer_model_find (value) == NULL)
    {
      for (guint i = 0; i < n; i++)
        if (i == 0 || strcmp (models[i].name, models[i - 1].name) != 0)
          g_string_append_printf (may, ", %s", models[i].name);
      return th_config_refuse (key->group, key->key, value, error, "one of %s", may->str);
    }
  th_config_set_string (where, value);
  return TRUE;
}

gboolean
th_config_read_value (const ThKey *key, const char *value, gpointer where, GError **error)
{
  guint64 number = 0;
  guint16 vendor, product;
  ThLanguage language;

  switch (key->kind)
    {
    case KEY_PATH:
      if (!g_path_is_absolute (value) || strlen (value) > PATH_LIMIT)
        return th_config_refuse (key->group, key->key, value, error,
                       "an absolute path of up to %d bytes", PATH_LIMIT);
      g_free (*(char **) where);
      *(char **) where = g_canonicalize_filename (value, "/");
      return TRUE;

    case KEY_FILE:
      if (*value != '\0' && (!g_path_is_absolute (value) || strlen (value) > PATH_LIMIT))
        return th_config_refuse (key->group, key->key, value, error,
                       "empty, or an absolute path of up to %d bytes", PATH_LIMIT);
      th_config_set_string (where, value);
      return TRUE;

    case KEY_NICK:
      if (!is_nick (value, key->max))
        return th_config_refuse (key->group, key->key, value, error,
                       "1 to %u characters of a to z, 0 to 9 and -", key->max);
      th_config_set_string (where, value);
      return TRUE;

    case KEY_LABEL:
      if (!is_label (value, key->max))
        return th_config_refuse (key->group, key->key, value, error,
                       "empty, or the label of a GPIO chip as gpiodetect shows it");
      th_config_set_string (where, value);
      return TRUE;

    case KEY_NAME:
      if (!is_name (value, key->max))
        return th_config_refuse (key->group, key->key, value, error, "empty, or a name of up to %u bytes",
                                 key->max);
      th_config_set_string (where, value);
      return TRUE;

    case KEY_LANGUAGE:
      if (!th_language_from_string (value, &language))
        return th_config_refuse (key->group, key->key, value, error, "en, zh_CN or zh_TW");
      *(int *) where = language;
      return TRUE;

    case KEY_BOOL:
      if (strcmp (value, "true") != 0 && strcmp (value, "false") != 0)
        return th_config_refuse (key->group, key->key, value, error, "true or false");
      *(gboolean *) where = value[0] == 't';
      return TRUE;

    case KEY_UINT:
      if (!g_ascii_string_to_unsigned (value, 10, key->min, key->max, &number, NULL))
        return th_config_refuse (key->group, key->key, value, error, "%u to %u", key->min, key->max);
      *(guint *) where = number;
      return TRUE;

    case KEY_GPIO:
    case KEY_LINE:
      return read_line (key, value, where, error);

    case KEY_AUTO_UINT:
      if (strcmp (value, "auto") == 0)
        {
          *(guint *) where = 0;
          return TRUE;
        }
      if (!g_ascii_string_to_unsigned (value, 10, key->min, key->max, &number, NULL))
        return th_config_refuse (key->group, key->key, value, error, "auto, or %u to %u", key->min, key->max);
      *(guint *) where = number;
      return TRUE;

    case KEY_USB_ID:
      if (*value != '\0' && !th_scanner_parse_ids (value, &vendor, &product))
        return th_config_refuse (key->group, key->key, value, error,
                       "empty, or USB ids such as 04b8:0e03");
      th_config_set_string (where, value);
      return TRUE;

    case KEY_QUEUE:
      /* Not "-" first: it would be an option of lp. */
      if (!is_label (value, key->max) || *value == '-' || strpbrk (value, " /#") != NULL)
        return th_config_refuse (key->group, key->key, value, error,
                       "the name of a print queue as lpstat -p shows it");
      th_config_set_string (where, value);
      return TRUE;

    case KEY_MODEL:
      return read_model (key, value, where, error);

    case KEY_MILLI:
      if (!parse_decimal (value, 3, where))
        return th_config_refuse (key->group, key->key, value, error, "a number of °C, as in 0.25");
      return TRUE;

    case KEY_TENTHS:
      if (!parse_decimal (value, 1, where))
        return th_config_refuse (key->group, key->key, value, error,
                       "a number of °C with one decimal, as in 37.3");
      return TRUE;

    case KEY_INT:
      if (!parse_decimal (value, 0, where) || *(int *) where < 0)
        return th_config_refuse (key->group, key->key, value, error, "a whole number");
      return TRUE;

    case KEY_REAL:
      if (!parse_real (value, where))
        return th_config_refuse (key->group, key->key, value, error, "a number, as in 0.98");
      return TRUE;

    case KEY_CHOICE:
      return read_choice (key, value, where, error);

    case KEY_PROGRAM:
      if (*value != '\0' && (!g_path_is_absolute (value) || strlen (value) > PATH_LIMIT))
        return th_config_refuse (key->group, key->key, value, error,
                       "empty, or the absolute path of a program, of up to %d bytes", PATH_LIMIT);
      th_config_set_string (where, value);
      return TRUE;

    case KEY_PORT:
      if (!is_port (value))
        return th_config_refuse (key->group, key->key, value, error, "empty, or a path below /dev");
      th_config_set_string (where, value);
      return TRUE;

    case KEY_SYSFS:
      if (*value != '\0' && (!g_str_has_prefix (value, "/sys/") || strlen (value) > PATH_LIMIT ||
                             strstr (value, "/../") != NULL || !is_label (value, PATH_LIMIT)))
        return th_config_refuse (key->group, key->key, value, error, "empty, or a path below /sys");
      th_config_set_string (where, value);
      return TRUE;

    case KEY_KEYBOARD:
      if (!is_port (value) && !th_scanner_parse_ids (value, &vendor, &product))
        return th_config_refuse (key->group, key->key, value, error,
                       "empty, a path below /dev, or the USB ids of a device such as 05e0:1200");
      th_config_set_string (where, value);
      return TRUE;

    case KEY_KEYS:
      return read_public_keys (key, value, where, error);

    case KEY_ROOM:
      return read_room (key, value, where, error);

    case KEY_WORDS: /* read_all_words(): several keys of the file */
      break;
    }
  g_assert_not_reached ();
}
