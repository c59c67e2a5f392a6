/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/stranger.h"

#include <errno.h>

struct _ThBenchStranger
{
  ThUsbPort *port;
  guint bytes;
};

static void
stranger_power_on (gpointer model)
{
}

static gssize
stranger_control (gpointer model, const guint8 setup[8], guint8 *data, gsize len)
{
  return -EPIPE;
}

static gsize
stranger_take (gpointer model, guint8 endpoint, const guint8 *bytes, gsize len)
{
  ThBenchStranger *self = model;

  self->bytes += len;
  return len;
}

static const guint8 configuration[] = {
  9, 2, 32,   0, 1,    1,    0, 0x80, 50, /* one interface */
  9, 4, 0,    0, 2,    0xff, 0, 0,    0,  /* vendor class, two endpoints */
  7, 5, 0x81, 2, 0x40, 0x00, 0,           /* bulk in */
  7, 5, 0x02, 2, 0x40, 0x00, 0,           /* bulk out */
};

static const ThUsbModel model = {
  .name = "stranger",
  .vendor = 0x0400,
  .product = 0xc359,
  .strings = { "Threshold bench", "Remote control", NULL },
  .configuration = configuration,
  .configuration_len = sizeof configuration,
  .power_on = stranger_power_on,
  .control = stranger_control,
  .take = stranger_take,
};

ThBenchStranger *
th_bench_stranger_new (ThUsbHost *host)
{
  ThBenchStranger *self = g_new0 (ThBenchStranger, 1);

  self->port = th_usb_host_add_port (host, &model, self);
  return self;
}

void
th_bench_stranger_free (ThBenchStranger *self)
{
  g_free (self);
}

ThUsbPort *
th_bench_stranger_get_port (ThBenchStranger *self)
{
  return self->port;
}

guint
th_bench_stranger_get_bytes (ThBenchStranger *self)
{
  return self->bytes;
}
