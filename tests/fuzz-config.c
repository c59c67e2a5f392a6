/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/config.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ThConfig) config = th_config_load_data ((const char *) data, size, &warnings, &error);

  g_assert_true ((config == NULL) == (error != NULL));
  if (config == NULL)
    return 0;

  /* Whatever was read, the program that gets it may rely on this. */
  g_assert_true (th_screening_check (&config->screening, NULL));
  g_assert_true (g_path_is_absolute (config->state_dir));
  g_assert_cmpuint (config->n_lanes, >=, 1);
  g_assert_cmpuint (config->n_lanes, <=, TH_MAX_LANES);
  for (guint i = 0; i < config->n_lanes; i++)
    g_assert_true (config->lanes[i].name_en && config->lanes[i].name_zh_cn &&
                   config->lanes[i].name_zh_tw);
  return 0;
}
