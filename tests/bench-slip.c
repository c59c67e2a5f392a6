/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a slip costs: the first of a process, and those after it, from words to the printer's bytes; as many bytes as the
 * job has. Prints a table for ./dev bench; judges nothing. Each "first" is a process of its own.
 *
 *     bench-slip [RUNS]
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gio/gio.h>

#include "drivers/escpos.h"
#include "kiosk/slip.h"
#include "kiosk/words.h"

#define TOKEN "3f9a0c5be17d42688ab0c1d2e3f40516"

static double
cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static GBytes *
encode (const ThConfig *config, ThLanguage language, guint number)
{
  const ThPrintHead head = { 576, 203 };
  g_autoptr (ThSlip) slip = th_slip_compose (config, language, TH_SLIP_QUEUE, 'A', number, TOKEN, "欧阳测试", 3,
                                             G_GINT64_CONSTANT (1795340460) * G_USEC_PER_SEC, 0);
  g_autoptr (ThRaster) raster = th_slip_draw (slip, &head, NULL);

  return th_escpos_job (raster, 64, TRUE);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return *(const double *) a < *(const double *) b ? -1 : 1;
}

static double
median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare);
  return values[n / 2];
}

/* "first": this process draws one slip and says what it took. */
static int
first (const ThConfig *config)
{
  double cpu = cpu_ms ();
  gint64 wall_us = g_get_monotonic_time ();
  g_autoptr (GBytes) job = encode (config, TH_LANGUAGE_ZH_CN, 17);

  g_print ("%.3f %.3f\n", cpu_ms () - cpu, (g_get_monotonic_time () - wall_us) / 1e3);
  return EXIT_SUCCESS;
}

static void
measure_first (const char *self, guint runs, double *ret_cpu, double *ret_wall)
{
  g_autofree double *cpu = g_new (double, runs);
  g_autofree double *wall = g_new (double, runs);

  for (guint i = 0; i < runs; i++)
    {
      const char *argv[] = { self, "first", NULL };
      g_autofree char *out = NULL;
      char *end;

      if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, NULL, NULL))
        exit (EXIT_FAILURE);
      cpu[i] = g_ascii_strtod (out, &end);
      wall[i] = g_ascii_strtod (end, NULL);
    }
  *ret_cpu = median (cpu, runs);
  *ret_wall = median (wall, runs);
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "English", "简体中文", "繁體中文" };
  g_autoptr (ThConfig) config = th_config_load_data ("", 0, NULL, NULL);
  guint runs = argc > 1 && atoi (argv[1]) > 0 ? atoi (argv[1]) : 500;
  double first_cpu, first_wall;

  th_words_init ();
  if (argc > 1 && strcmp (argv[1], "first") == 0)
    return first (config);
  measure_first (argv[0], 9, &first_cpu, &first_wall);
  g_print ("\n### A slip, from words to the printer's bytes: 576 dots, raster, QR included, %u runs, median (95 %%)\n\n",
           runs);
  g_print ("| | ms CPU (aim: 2, the first 100) | bytes (aim: 70000) | Chinese line |\n|---|---|---|---|\n");
  g_print ("| Threshold, the first of a process (%.0f ms wall; files warm) | %.1f | | drawn |\n", first_wall, first_cpu);
  for (guint l = 0; l < TH_N_LANGUAGES; l++)
    {
      g_autofree double *took = g_new (double, runs);
      gsize bytes = 0;
      double middle;

      for (guint i = 0; i < runs + 5; i++)
        {
          double before = cpu_ms ();
          g_autoptr (GBytes) job = encode (config, l, i + 1);

          if (i >= 5) /* fonts of this language */
            took[i - 5] = cpu_ms () - before;
          bytes = g_bytes_get_size (job);
        }
      middle = median (took, runs);
      g_print ("| Threshold, %s | %.2f (%.2f) | %zu | drawn |\n", names[l], middle, took[runs * 95 / 100], bytes);
    }
  g_print ("| node-thermal-printer 4.6.1, text only ¹ | 0.04 | 123 | GB18030, but no FS & |\n"
           "| receiptline 4.0.4, text only ¹ | 0.09 | 287 | GB18030, FS & |\n"
           "| receipt-printer-encoder 4.0.1, text only ¹ | 0.50 (12.5 with Chinese) | 181 | question marks |\n"
           "| python-escpos, text only ¹ | 0.21 | 127 | GB18030 with a capabilities file |\n\n"
           "¹ measured earlier on a like machine, the same slip as text and native QR: it prints only on printers that have\n"
           "the font and the commands.\n");
  return EXIT_SUCCESS;
}
