/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is to be written into a sensor's EEPROM, and what never is. */
#include "drivers/devices.h"
#include "drivers/mlx90614-setup.h"

#define FACTORY_BITS 0xf8c8 /* of config: 15 to 11, 7, 6 and 3 */

static const ThMlx90614Cells factory = {
  .id = { 0x4a1c, 0x9e07, 0x1180, 0x71a2 },
  .to_max = 0x9993,
  .to_min = 0x62e3,
  .pwmctrl = 0x0201,
  .ta_range = 0xf71c,
  .emissivity = 0xffff,
  .config = 0x9fb4,
};

static ThMlx90614Wish
wish_for (ThMlx90614Use use)
{
  ThMlx90614Wish wish = th_mlx90614_usual_wish;

  wish.use = use;
  return wish;
}

static void
assert_refused (const ThMlx90614Cells *cells, const ThMlx90614Wish *wish, int code, const char *word)
{
  g_autoptr (GError) error = NULL;
  ThMlx90614Plan plan = { .n = 99 };

  g_assert_false (th_mlx90614_plan (cells, wish, &plan, &error));
  g_assert_error (error, TH_DEVICE_ERROR, code);
  g_assert_nonnull (strstr (error->message, word));
  g_assert_cmpuint (plan.n, ==, 99);
}

static void
test_a_chip_that_is_not_known_is_refused (void)
{
  ThMlx90614Wish wish = wish_for (TH_MLX90614_FOR_SMBUS);
  const int code = TH_DEVICE_ERROR_OUT_OF_SERVICE;
  ThMlx90614Cells cells = factory;

  memset (cells.id, 0, sizeof cells.id);
  assert_refused (&cells, &wish, code, "identity");
  memset (cells.id, 0xff, sizeof cells.id);
  assert_refused (&cells, &wish, code, "identity");
  cells = factory;
  cells.config = 0;
  assert_refused (&cells, &wish, code, "configuration");
  cells.config = 0xffff;
  assert_refused (&cells, &wish, code, "configuration");
  cells.config = factory.config | 0x0040;
  assert_refused (&cells, &wish, code, "two zones");
  cells = factory;
  cells.emissivity = 0xfae0;
  assert_refused (&cells, &wish, code, "emissivity");
}

static void
test_a_range_that_makes_no_sense_is_refused (void)
{
  const int code = TH_DEVICE_ERROR_PROTOCOL;
  ThMlx90614Wish wish = wish_for (TH_MLX90614_FOR_PWM_SINGLE);

  wish.period = 0;
  assert_refused (&factory, &wish, code, "period");
  wish.period = 128;
  assert_refused (&factory, &wish, code, "period");
  wish = wish_for (TH_MLX90614_FOR_PWM_SINGLE);
  wish.to_min_mc = 36000;
  assert_refused (&factory, &wish, code, "object's range");
  wish.to_min_mc = -1;
  assert_refused (&factory, &wish, code, "object's range");
  wish = wish_for (TH_MLX90614_FOR_PWM_SINGLE);
  wish.to_max_mc = 60001;
  assert_refused (&factory, &wish, code, "object's range");
  wish = wish_for (TH_MLX90614_FOR_PWM_EXTENDED);
  wish.ta_max_mc = wish.ta_min_mc;
  assert_refused (&factory, &wish, code, "own range");
}

static void
assert_writes (const ThMlx90614Cells *cells, const ThMlx90614Wish *wish,
               const ThMlx90614Write *expected, guint n)
{
  g_autoptr (GError) error = NULL;
  ThMlx90614Plan plan;

  g_assert_true (th_mlx90614_plan (cells, wish, &plan, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (plan.n, ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmphex (plan.writes[i].command, ==, expected[i].command);
      g_assert_cmphex (plan.writes[i].now, ==, expected[i].now);
      g_assert_cmphex (plan.writes[i].then, ==, expected[i].then);
    }
}

static void
test_a_new_chip_needs_nothing_for_smbus (void)
{
  ThMlx90614Wish wish = wish_for (TH_MLX90614_FOR_SMBUS);

  assert_writes (&factory, &wish, NULL, 0);
}

static void
test_a_new_chip_is_set_up_for_pwm_and_pwm_comes_last (void)
{
  const ThMlx90614Write single[] = {
    { TH_MLX90614_TO_MAX, 0x9993, 0x7c47 }, /* 45 °C */
    { TH_MLX90614_TO_MIN, 0x62e3, 0x766b }, /* 30 °C */
    { TH_MLX90614_PWMCTRL, 0x0201, 0x2803 },
  };
  const ThMlx90614Write extended[] = {
    { TH_MLX90614_TO_MAX, 0x9993, 0x7c47 },   { TH_MLX90614_TO_MIN, 0x62e3, 0x766b },
    { TH_MLX90614_TA_RANGE, 0xf71c, 0x993c }, /* 0 to 60 °C */
    { TH_MLX90614_CONFIG, 0x9fb4, 0x9f84 },   { TH_MLX90614_PWMCTRL, 0x0201, 0x2802 },
  };
  ThMlx90614Wish wish = wish_for (TH_MLX90614_FOR_PWM_SINGLE);

  assert_writes (&factory, &wish, single, G_N_ELEMENTS (single));
  wish.use = TH_MLX90614_FOR_PWM_EXTENDED;
  assert_writes (&factory, &wish, extended, G_N_ELEMENTS (extended));
}

static void
test_what_was_set_up_for_pwm_comes_back_to_smbus (void)
{
  const ThMlx90614Write back[] = { { TH_MLX90614_PWMCTRL, 0x280f, 0x2805 } };
  ThMlx90614Wish wish = wish_for (TH_MLX90614_FOR_SMBUS);
  ThMlx90614Cells cells = factory;

  cells.pwmctrl = 0x280f;
  assert_writes (&cells, &wish, back, G_N_ELEMENTS (back));
}

static void
test_filters_that_would_be_refused_are_mended (void)
{
  const ThMlx90614Write both[] = { { TH_MLX90614_CONFIG, 0x99b0, 0x9fb4 } };
  ThMlx90614Wish wish = wish_for (TH_MLX90614_FOR_SMBUS);
  ThMlx90614Cells cells = factory;

  cells.config = 0x99b0;
  assert_writes (&cells, &wish, both, G_N_ELEMENTS (both));
  cells.config = 0x9cb5; /* FIR 128, IIR 80 %: the site's choice */
  assert_writes (&cells, &wish, NULL, 0);
}

static guint16
cell_then (const ThMlx90614Cells *cells, const ThMlx90614Plan *plan, guint8 command)
{
  for (guint i = 0; i < plan->n; i++)
    if (plan->writes[i].command == command)
      return plan->writes[i].then;
  return th_mlx90614_cells_get (cells, command);
}

static void
test_any_chip_is_then_as_wished_and_keeps_its_factory_bits (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20260211);
  guint planned = 0;

  for (int i = 0; i < 20000; i++)
    {
      ThMlx90614Wish wish = wish_for ((ThMlx90614Use) g_rand_int_range (rand, 0, 3));
      ThMlx90614Cells cells = factory, then;
      ThMlx90614Setup setup;
      ThMlx90614Plan plan, nothing;

      cells.to_max = (guint16) g_rand_int (rand);
      cells.to_min = (guint16) g_rand_int (rand);
      cells.ta_range = (guint16) g_rand_int (rand);
      cells.pwmctrl = (guint16) g_rand_int (rand);
      cells.config = (guint16) g_rand_int (rand);
      if (!th_mlx90614_plan (&cells, &wish, &plan, NULL))
        continue;
      planned++;
      for (guint k = 0; k < plan.n; k++)
        {
          g_assert_cmphex (plan.writes[k].command, !=, TH_MLX90614_EMISSIVITY);
          g_assert_cmphex (plan.writes[k].now, !=, plan.writes[k].then);
        }
      then = cells;
      then.to_max = cell_then (&cells, &plan, TH_MLX90614_TO_MAX);
      then.to_min = cell_then (&cells, &plan, TH_MLX90614_TO_MIN);
      then.ta_range = cell_then (&cells, &plan, TH_MLX90614_TA_RANGE);
      then.pwmctrl = cell_then (&cells, &plan, TH_MLX90614_PWMCTRL);
      then.config = cell_then (&cells, &plan, TH_MLX90614_CONFIG);
      g_assert_cmphex (then.config & FACTORY_BITS, ==, cells.config & FACTORY_BITS);
      /* Once is enough, and what was asked for is what the kiosk takes. */
      g_assert_true (th_mlx90614_plan (&then, &wish, &nothing, NULL));
      g_assert_cmpuint (nothing.n, ==, 0);
      if (wish.use != TH_MLX90614_FOR_SMBUS)
        continue;
      setup = (ThMlx90614Setup){ .config = then.config, .pwmctrl = then.pwmctrl,
                                 .emissivity = then.emissivity };
      memcpy (setup.id, then.id, sizeof setup.id);
      g_assert_true (th_mlx90614_check_setup (&setup, NULL));
    }
  g_assert_cmpuint (planned, >, 5000);
}

static void
assert_text (guint8 command, guint16 word, const char *expected)
{
  g_autofree char *text = th_mlx90614_cell_to_text (command, word);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_cells_are_said_in_words (void)
{
  assert_text (TH_MLX90614_TO_MAX, 0x7c47, "45.00 °C");
  assert_text (TH_MLX90614_TO_MIN, 0x62e3, "-20.00 °C");
  assert_text (TH_MLX90614_TO_MIN, 0x6aae, "-0.05 °C");
  assert_text (TH_MLX90614_PWMCTRL, 0x2803, "PWM on, single, open drain, period 20.5 ms");
  assert_text (TH_MLX90614_PWMCTRL, 0xc807, "PWM on, single, push-pull, period 102.4 ms");
  assert_text (TH_MLX90614_PWMCTRL, 0x0009, "thermal relay, single, open drain, period 131.1 ms");
  assert_text (TH_MLX90614_TA_RANGE, 0x993c, "0.20 °C to 59.72 °C");
  assert_text (TH_MLX90614_EMISSIVITY, 0xffff, "1.000");
  assert_text (TH_MLX90614_EMISSIVITY, 0xf332, "0.950");
  assert_text (TH_MLX90614_CONFIG, 0x9fb4, "PWM of object 1, FIR 1024, IIR off");
  assert_text (TH_MLX90614_CONFIG, 0x9c41, "PWM of die and object 1, FIR 128, IIR 25 %, two zones");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mlx90614-setup/a-chip-that-is-not-known-is-refused",
                   test_a_chip_that_is_not_known_is_refused);
  g_test_add_func ("/mlx90614-setup/a-range-that-makes-no-sense-is-refused",
                   test_a_range_that_makes_no_sense_is_refused);
  g_test_add_func ("/mlx90614-setup/a-new-chip-needs-nothing-for-smbus",
                   test_a_new_chip_needs_nothing_for_smbus);
  g_test_add_func ("/mlx90614-setup/a-new-chip-is-set-up-for-pwm-and-pwm-comes-last",
                   test_a_new_chip_is_set_up_for_pwm_and_pwm_comes_last);
  g_test_add_func ("/mlx90614-setup/what-was-set-up-for-pwm-comes-back-to-smbus",
                   test_what_was_set_up_for_pwm_comes_back_to_smbus);
  g_test_add_func ("/mlx90614-setup/filters-that-would-be-refused-are-mended",
                   test_filters_that_would_be_refused_are_mended);
  g_test_add_func ("/mlx90614-setup/any-chip-is-then-as-wished-and-keeps-its-factory-bits",
                   test_any_chip_is_then_as_wished_and_keeps_its_factory_bits);
  g_test_add_func ("/mlx90614-setup/cells-are-said-in-words", test_cells_are_said_in_words);
  return g_test_run ();
}
