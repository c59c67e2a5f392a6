/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Many cards, one after the other, each another person's: every one read right, once, missed when
 * lifted, and nothing left behind.
 *
 * usage: test-samv-soak CARDS [real]     real: at a kiosk's own times
 */
#include "tests/reader-fixture.h"

#include <malloc.h>
#include <string.h>

#include <glib/gstdio.h>

#include "tests/card-frames.h"

#ifdef __SANITIZE_ADDRESS__
/* Its header is not packaged with gcc. */
size_t __sanitizer_get_current_allocated_bytes (void);
#endif

/* However many cards: the noise of caches that fill. */
#define MAX_GROWTH (16 * 1024)

static const ThCardReaderTimes soak_times
    = { .poll = 1, .answer = 400, .read = 1500, .address = 1000, .retry = 100 };

static ReaderSetting setting = { "whole", &soak_times };
static guint n_cards = 500;

static gsize
memory_in_use (void)
{
#ifdef __SANITIZE_ADDRESS__
  return __sanitizer_get_current_allocated_bytes ();
#else
  return mallinfo2 ().uordblks;
#endif
}

static guint
descriptors_in_use (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* The test card as that of person @i; now and then with a name of another length. */
static void
write_card (const guint8 *frame, gsize len, guint i, const char *path)
{
  g_autofree guint8 *card = g_memdup2 (frame, len);
  g_autofree char *name = g_strdup_printf ("样本%.*s%u", (int)(i % 4) * 3, "测试者", i);
  g_autofree char *number = g_strdup_printf ("%018u", i);
  g_autoptr (GError) error = NULL;

  card_frame_write (card, 0, 30, name);
  card_frame_write (card, 122, 36, number);
  g_file_set_contents (path, (const char *)card, (gssize)len, &error);
  g_assert_no_error (error);
}

static void
test_every_card_is_read_right (Fixture *fix, gconstpointer data)
{
  g_autofree char *path = g_build_filename (bench_dir (), "card", NULL);
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-A.hex", &len);
  guint warm = n_cards / 5;
  gsize memory = 0;
  guint descriptors = 0;

  wait_health (fix, 3000, TH_HEALTH_READY);
  if (fix->setting->times != NULL)
    bench_tell ("reader pace 0");
  for (guint i = 1; i <= n_cards; i++)
    {
      g_autofree char *number = g_strdup_printf ("%018u", i);

      write_card (frame, len, i, path);
      g_string_truncate (fix->told, 0);
      bench_tell ("card put %s", path);
      wait_until (5000, fix->told->len >= 2);
      g_assert_cmpstr (fix->told->str, ==, "fr");
      g_assert_cmpstr (fix->read->id_number, ==, number);
      g_assert_cmpstr (fix->read->address, ==, "北京市东城区测试街道一号院2号楼301室");
      bench_tell ("card lift");
      wait_until (5000, fix->told->len >= 3);
      g_assert_cmpstr (fix->told->str, ==, "frl");
      if (i == warm)
        {
          memory = memory_in_use ();
          descriptors = descriptors_in_use ();
        }
    }
  g_unlink (path);
  g_test_message ("%u cards; memory %zu bytes, then %zu; descriptors %u, then %u", n_cards, memory,
                  memory_in_use (), descriptors, descriptors_in_use ());
  g_assert_cmpuint (memory_in_use (), <=, memory + MAX_GROWTH);
  g_assert_cmpuint (descriptors_in_use (), ==, descriptors);
}

int
main (int argc, char **argv)
{
  int status;

  if (!on_bench (argc, argv, &status))
    return status;
  g_test_init (&argc, &argv, NULL);
  if (argc > 1)
    n_cards = (guint)g_ascii_strtoull (argv[1], NULL, 10);
  if (argc > 2 && g_str_equal (argv[2], "real"))
    setting.times = NULL;
  g_test_add ("/samv-soak/every card is read right", Fixture, &setting, reader_set_up,
              test_every_card_is_read_right, reader_tear_down);
  return g_test_run ();
}
