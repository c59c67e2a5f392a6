/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `calibration fit`: a site's own comparison, what to set, and how good it is. */
#include <string.h>

#include "kiosk/comparison.h"
#include "kiosk/ctl.h"

/* By hand: a JSON library writes 0.239 as 0.23899999999999999. */
static void
print_number (const char *name, double value, int places, const char *after)
{
  char format[8], text[G_ASCII_DTOSTR_BUF_SIZE];

  g_snprintf (format, sizeof format, "%%.%df", places);
  g_ascii_formatd (text, sizeof text, format, value);
  /* no "-0.000" */
  g_print ("  \"%s\": %s%s\n", name, strspn (text, "-0.") == strlen (text) ? "0" : text, after);
}

static void
print_json (const ThFit *fit, guint n_bad)
{
  g_print ("{\n  \"fitted\": \"%s\",\n  \"n\": %u,\n  \"bad_lines\": %u,\n",
           th_fit_kind_to_string (fit->kind), fit->n, n_bad);
  print_number ("k", fit->k, 3, ",");
  print_number ("body_offset", fit->offset, 2, ",");
  print_number ("standard_error", fit->error, 4, ",");
  print_number ("bias_before", fit->bias_before, 3, ",");
  print_number ("bias", fit->bias, 3, ",");
  print_number ("sd", fit->sd, 3, ",");
  print_number ("agreement_low", fit->low, 3, ",");
  print_number ("agreement_high", fit->high, 3, "");
  g_print ("}\n");
}

static void
print_words (const ThFit *fit)
{
  g_printerr (
      "%u pairs. Before: %+.2f °C off on average. After: %+.2f °C on average, standard deviation"
      " %.2f °C;\n95 of 100 people are within %+.2f to %+.2f °C of the axillary thermometer.\n",
      fit->n, fit->bias_before, fit->bias, fit->sd, fit->low, fit->high);
  if (fit->n < 100)
    g_printerr ("It is better to have 100 pairs or more.\n");
  g_printerr ("To use it, set in [screening]:\n  k=%.3f\n  body-offset=%.2f\n  calibrated=true\n",
              fit->k, fit->offset);
}

int
th_ctl_calibration_fit (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autofree char *wanted = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the site's settings", "FILE" },
    { "for", 0, 0, G_OPTION_ARG_STRING, &wanted, "what is fitted: k (the default) or offset",
      "WHAT" },
    { NULL },
  };
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GArray) pairs = NULL;
  g_autoptr (GPtrArray) bad = NULL;
  g_autoptr (GError) error = NULL;
  ThFitKind kind = TH_FIT_K;
  const char *text;
  gsize len;
  ThFit fit;
  int status;

  if (!th_ctl_parse (
          &argc, &argv, entries, "FILE.csv|-",
          "Fits k, or an offset, to people who were measured by this thermometer and by an"
          " axillary one:\na table with the columns skin, room and axillary, in °C. JSON on"
          " stdout, words on stderr."))
    return TH_CTL_USAGE;
  if (argc != 2)
    return th_ctl_fail (TH_CTL_USAGE, "calibration fit: one FILE");
  if (wanted != NULL && strcmp (wanted, "offset") == 0)
    kind = TH_FIT_OFFSET;
  else if (wanted != NULL && strcmp (wanted, "k") != 0)
    return th_ctl_fail (TH_CTL_USAGE, "calibration fit: --for is k or offset");
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  bytes = th_ctl_read_input (argv[1]);
  if (bytes == NULL)
    return TH_CTL_BAD;

  text = g_bytes_get_data (bytes, &len);
  pairs = th_comparison_parse (text, len, &bad, &error);
  if (pairs == NULL)
    return th_ctl_fail (TH_CTL_BAD, "%s: %s", argv[1], error->message);
  for (guint i = 0; i < bad->len; i++)
    g_printerr ("left out: %s\n", (const char *)bad->pdata[i]);
  if (!th_comparison_fit (pairs, bad->len, kind, &config->screening, &fit, &error))
    return th_ctl_fail (TH_CTL_BAD, "%s: %s", argv[1], error->message);
  print_json (&fit, bad->len);
  print_words (&fit);
  return TH_CTL_GOOD;
}
