/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/gpio-shim-rules.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define EDGES TH_SHIM_EDGES
#define DIRECTIONS (GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_OUTPUT)
#define DRIVES (GPIO_V2_LINE_FLAG_OPEN_DRAIN | GPIO_V2_LINE_FLAG_OPEN_SOURCE)
#define BIASES \
  (GPIO_V2_LINE_FLAG_BIAS_PULL_UP | GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN | \
   GPIO_V2_LINE_FLAG_BIAS_DISABLED)
#define CLOCKS (GPIO_V2_LINE_FLAG_EVENT_CLOCK_REALTIME | GPIO_V2_LINE_FLAG_EVENT_CLOCK_HTE)
#define KNOWN (GPIO_V2_LINE_FLAG_ACTIVE_LOW | EDGES | DIRECTIONS | DRIVES | BIASES | CLOCKS)

static int
check_flags (uint64_t flags)
{
  uint64_t bias = flags & BIASES;

  if ((flags & ~(uint64_t) KNOWN) != 0)
    return EINVAL;
  if ((flags & DIRECTIONS) == DIRECTIONS)
    return EINVAL;
  if ((flags & EDGES) != 0 && (flags & GPIO_V2_LINE_FLAG_INPUT) == 0)
    return EINVAL;
  if ((flags & CLOCKS) == CLOCKS)
    return EINVAL;
  if ((flags & DRIVES) == DRIVES)
    return EINVAL;
  if ((flags & DRIVES) != 0 && (flags & GPIO_V2_LINE_FLAG_OUTPUT) == 0)
    return EINVAL;
  if (bias != 0 && (flags & DIRECTIONS) == 0)
    return EINVAL;
  if ((bias & (bias - 1)) != 0)
    return EINVAL;
  if ((flags & GPIO_V2_LINE_FLAG_EVENT_CLOCK_HTE) != 0)
    return EOPNOTSUPP;
  return 0;
}

const struct gpio_v2_line_attribute *
th_shim_find_attribute (const struct gpio_v2_line_config *config, uint32_t id, uint32_t index)
{
  for (uint32_t i = 0; i < config->num_attrs; i++)
    if (config->attrs[i].attr.id == id && (config->attrs[i].mask >> index & 1) != 0)
      return &config->attrs[i].attr;
  return NULL;
}

uint64_t
th_shim_flags_of (const struct gpio_v2_line_config *config, uint32_t index)
{
  const struct gpio_v2_line_attribute *attribute =
      th_shim_find_attribute (config, GPIO_V2_LINE_ATTR_ID_FLAGS, index);

  return attribute != NULL ? attribute->flags : config->flags;
}

int
th_shim_check_config (const struct gpio_v2_line_config *config, uint32_t n)
{
  if (config->num_attrs > GPIO_V2_LINE_NUM_ATTRS_MAX)
    return EINVAL;
  for (size_t i = 0; i < sizeof config->padding / sizeof config->padding[0]; i++)
    if (config->padding[i] != 0)
      return EINVAL;
  for (uint32_t index = 0; index < n; index++)
    {
      uint64_t flags = th_shim_flags_of (config, index);
      int result = check_flags (flags);

      if (result != 0)
        return result;
      if (th_shim_find_attribute (config, GPIO_V2_LINE_ATTR_ID_DEBOUNCE, index) != NULL &&
          (flags & GPIO_V2_LINE_FLAG_INPUT) == 0)
        return EINVAL;
    }
  return 0;
}

void
th_shim_name_line (uint32_t line, char *name, size_t size)
{
  static const char *const names[] = { "RGMII_MDIO",   "RGMIO_MDC",  "CTS0",       "RTS0",
                                       "TXD0",         "RXD0",       "SD1_CLK",    "SD1_CMD",
                                       "SD1_DATA0",    "SD1_DATA1",  "SD1_DATA2",  "SD1_DATA3",
                                       "PWM0_MISO",    "PWM1_MOSI",  "STATUS_LED", "SPIFLASH_CE_N",
                                       "SDA0",         "SCL0",       "RGMII_RXCLK", "RGMII_RXCTL",
                                       "RGMII_RXD0",   "RGMII_RXD1", "RGMII_RXD2", "RGMII_RXD3",
                                       "RGMII_TXCLK",  "RGMII_TXCTL", "RGMII_TXD0", "RGMII_TXD1",
                                       "RGMII_TXD2",   "RGMII_TXD3" };

  if (line < 2)
    snprintf (name, size, "%s", line == 0 ? "ID_SDA" : "ID_SCL");
  else if (line < 28)
    snprintf (name, size, "GPIO%u", line);
  else
    snprintf (name, size, "%s", names[line - 28]);
}
