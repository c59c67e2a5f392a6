/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plain libusb program that does what its standard input says, a line at a time, and answers a
 * line each. test-bench runs it on the bench: a process of its own, which knows nothing of it.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <glib.h>
#include <libusb.h>

static libusb_context *context;
static libusb_device_handle *handle;
static guint arrivals;
static const guint8 constant[] = { 0x10, 0x04, 0x01 };

static int
arrived_cb (libusb_context *ctx, libusb_device *device, libusb_hotplug_event event, void *user_data)
{
  arrivals++;
  return 0;
}

static void
say (const char *text)
{
  puts (text);
  fflush (stdout);
}

static guint8
find_endpoint (guint8 direction)
{
  struct libusb_config_descriptor *config;
  guint8 address = 0;

  if (libusb_get_active_config_descriptor (libusb_get_device (handle), &config) != 0)
    return 0;
  for (int i = 0; i < config->interface[0].altsetting[0].bNumEndpoints; i++)
    if ((config->interface[0].altsetting[0].endpoint[i].bEndpointAddress & 0x80) == direction)
      address = config->interface[0].altsetting[0].endpoint[i].bEndpointAddress;
  libusb_free_config_descriptor (config);
  return address;
}

static void
say_data (int error, const guint8 *data, int len)
{
  g_autoptr(GString) hex = g_string_new (error == 0 ? "ok " : libusb_error_name (error));

  if (error != 0)
    g_string_append_c (hex, ' ');
  for (int i = 0; i < len; i++)
    g_string_append_printf (hex, "%02x", data[i]);
  say (hex->str);
}

static void
list_devices (void)
{
  g_autoptr(GString) text = g_string_new ("ok");
  libusb_device **list;
  gssize n = libusb_get_device_list (context, &list);

  for (gssize i = 0; i < n; i++)
    {
      struct libusb_device_descriptor descriptor;

      libusb_get_device_descriptor (list[i], &descriptor);
      g_string_append_printf (text, " %04x:%04x", descriptor.idVendor, descriptor.idProduct);
    }
  libusb_free_device_list (list, 1);
  say (text->str);
}

static void
open_device (guint vendor, guint product)
{
  int error;

  if (handle != NULL)
    libusb_close (handle);
  handle = libusb_open_device_with_vid_pid (context, vendor, product);
  if (handle == NULL)
    {
      say ("absent");
      return;
    }
  libusb_set_auto_detach_kernel_driver (handle, 1);
  error = libusb_claim_interface (handle, 0);
  say (error == 0 ? "ok" : libusb_error_name (error));
}

static void
write_bytes (const guint8 *bytes, gsize len, guint timeout_ms)
{
  char text[64];
  int done = 0;
  int error;

  error = libusb_bulk_transfer (handle, find_endpoint (0), (guint8 *) bytes, len, &done, timeout_ms);
  g_snprintf (text, sizeof text, "%s %d", error == 0 ? "ok" : libusb_error_name (error), done);
  say (text);
}

static void
obey (char **words)
{
  guint8 data[4096];
  int done = 0;
  int error;

  if (g_str_equal (words[0], "list"))
    list_devices ();
  else if (g_str_equal (words[0], "open"))
    open_device (strtoul (words[1], NULL, 16), strtoul (words[2], NULL, 16));
  else if (g_str_equal (words[0], "write")) /* HEX TIMEOUT */
    {
      gsize len = 0;

      for (const char *p = words[1]; p[0] != '\0' && p[1] != '\0'; p += 2)
        data[len++] = g_ascii_xdigit_value (p[0]) << 4 | g_ascii_xdigit_value (p[1]);
      write_bytes (data, len, atoi (words[2]));
    }
  else if (g_str_equal (words[0], "write-constant")) /* from memory that cannot be written */
    write_bytes (constant, sizeof constant, 1000);
  else if (g_str_equal (words[0], "fill")) /* BYTE COUNT TIMEOUT */
    {
      gsize len = strtoul (words[2], NULL, 10);
      g_autofree guint8 *bytes = g_malloc (len);

      memset (bytes, strtoul (words[1], NULL, 16), len);
      write_bytes (bytes, len, atoi (words[3]));
    }
  else if (g_str_equal (words[0], "read")) /* TIMEOUT */
    {
      error = libusb_bulk_transfer (handle, find_endpoint (0x80), data, sizeof data, &done,
                                    atoi (words[1]));
      say_data (error, data, done);
    }
  else if (g_str_equal (words[0], "control")) /* REQUESTTYPE REQUEST LENGTH */
    {
      done = libusb_control_transfer (handle, strtoul (words[1], NULL, 16),
                                      strtoul (words[2], NULL, 16), 0, 0, data, atoi (words[3]), 300);
      say_data (MIN (done, 0), data, MAX (done, 0));
    }
  else if (g_str_equal (words[0], "arrival")) /* waits for COUNT arrivals altogether */
    {
      gint64 limit = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;
      struct timeval slice = { 0, 100000 };

      while (arrivals < strtoul (words[1], NULL, 10) && g_get_monotonic_time () < limit)
        libusb_handle_events_timeout_completed (context, &slice, NULL);
      say (arrivals >= strtoul (words[1], NULL, 10) ? "ok" : "none came");
    }
  else if (g_str_equal (words[0], "rest")) /* MS: how much of it was spent computing */
    {
      gint64 limit = g_get_monotonic_time () + atoi (words[1]) * 1000;
      clock_t before = clock ();
      char text[32];

      while (g_get_monotonic_time () < limit)
        {
          struct timeval slice = { 0, 200000 };

          libusb_handle_events_timeout_completed (context, &slice, NULL);
        }
      g_snprintf (text, sizeof text, "ok %ld", (long) ((clock () - before) * 1000 / CLOCKS_PER_SEC));
      say (text);
    }
  else
    say ("what?");
}

int
main (void)
{
  char line[16384];

  if (libusb_init (&context) != 0)
    return 1;
  libusb_hotplug_register_callback (context, LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED, 0,
                                    LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
                                    LIBUSB_HOTPLUG_MATCH_ANY, arrived_cb, NULL, NULL);
  say ("hello");
  while (fgets (line, sizeof line, stdin) != NULL)
    {
      g_auto(GStrv) words = g_strsplit (g_strchomp (line), " ", -1);

      if (words[0] != NULL)
        obey (words);
    }
  if (handle != NULL)
    libusb_close (handle);
  libusb_exit (context);
  return 0;
}
