/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any words in a sensor's EEPROM: refused, or a plan that makes it what was wished and leaves alone
 * what is the factory's. */
#include "drivers/mlx90614-setup.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FACTORY_BITS 0xf8c8

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
carry_out (ThMlx90614Cells *cells, const ThMlx90614Write *write)
{
  g_assert_cmphex (th_mlx90614_cells_get (cells, write->command), ==, write->now);
  g_assert_cmphex (write->now, !=, write->then);
  switch (write->command)
    {
    case TH_MLX90614_TO_MAX:
      cells->to_max = write->then;
      break;
    case TH_MLX90614_TO_MIN:
      cells->to_min = write->then;
      break;
    case TH_MLX90614_PWMCTRL:
      cells->pwmctrl = write->then;
      break;
    case TH_MLX90614_TA_RANGE:
      cells->ta_range = write->then;
      break;
    case TH_MLX90614_CONFIG:
      g_assert_cmphex ((write->then ^ write->now) & FACTORY_BITS, ==, 0);
      cells->config = write->then;
      break;
    default:
      g_assert_not_reached ();
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ThMlx90614Wish wish = th_mlx90614_usual_wish;
  ThMlx90614Plan plan, nothing;
  ThMlx90614Cells cells;
  guint16 words[10];

  if (size < sizeof words + 3)
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    words[i] = data[2 * i] | data[2 * i + 1] << 8;
  memcpy (cells.id, words, sizeof cells.id);
  cells.to_max = words[4];
  cells.to_min = words[5];
  cells.pwmctrl = words[6];
  cells.ta_range = words[7];
  cells.emissivity = words[8];
  cells.config = words[9];
  wish.use = (ThMlx90614Use) (data[sizeof words] % 3);
  wish.period = data[sizeof words + 1];
  wish.to_max_mc = data[sizeof words + 2] * 300;

  for (guint8 command = TH_MLX90614_TO_MAX; command <= TH_MLX90614_CONFIG; command++)
    {
      g_autofree char *text =
          th_mlx90614_cell_to_text (command, th_mlx90614_cells_get (&cells, command));

      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
  if (!th_mlx90614_plan (&cells, &wish, &plan, NULL))
    return 0;
  for (guint i = 0; i < plan.n; i++)
    carry_out (&cells, &plan.writes[i]);
  g_assert_true (th_mlx90614_plan (&cells, &wish, &nothing, NULL));
  g_assert_cmpuint (nothing.n, ==, 0);
  return 0;
}
