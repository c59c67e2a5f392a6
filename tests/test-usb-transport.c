/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transport against the bench: real libusb, emulated reader and printer. */
#include "drivers/usb-transport.h"

#include "drivers/samv.h"
#include "tests/on-bench.h"

#include <string.h>

static const ThUsbMatch reader_match[] = { { .vendor_id = 0x0400, .product_id = 0xc35a }, { 0 } };
static const ThUsbMatch printer_match[]
    = { { .class_code = 7, .subclass = 1, .protocol = 2 }, { 0 } };
static const ThUsbMatch nothing_match[] = { { .vendor_id = 0x0400, .product_id = 0xc359 },
                                            { .class_code = 7, .subclass = 1, .protocol = 1 },
                                            { 0 } };

typedef struct
{
  ThUsbContext *context;
  guint n_changed;
} Fixture;

/* How one call ended. */
typedef struct
{
  gboolean over;
  gboolean good;
  gsize n;
  ThUsbDevice *device;
  GBytes *bytes;
  GError *error;
} Ending;

static void
ending_clear (Ending *ending)
{
  g_clear_object (&ending->device);
  g_clear_pointer (&ending->bytes, g_bytes_unref);
  g_clear_error (&ending->error);
  *ending = (Ending){ 0 };
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ending, ending_clear)

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Ending *ending = data;

  g_assert_false (ending->over);
  ending->device = th_usb_context_open_finish (TH_USB_CONTEXT (source), result, &ending->error);
  ending->over = TRUE;
}

static void
in_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Ending *ending = data;

  g_assert_false (ending->over);
  ending->bytes = th_usb_device_bulk_in_finish (TH_USB_DEVICE (source), result, &ending->error);
  ending->over = TRUE;
}

static void
out_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Ending *ending = data;

  g_assert_false (ending->over);
  ending->good
      = th_usb_device_bulk_out_finish (TH_USB_DEVICE (source), result, &ending->n, &ending->error);
  ending->over = TRUE;
}

static void
control_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Ending *ending = data;

  ending->bytes = th_usb_device_control_in_finish (TH_USB_DEVICE (source), result, &ending->error);
  ending->over = TRUE;
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
set_up (Fixture *fix, gconstpointer data)
{

  bench_make_sure ("card lift");
  bench_tell ("reader normal");
  bench_tell ("printer normal");
  bench_make_sure ("printer release");
  bench_make_sure ("reader plug");
  bench_make_sure ("printer plug");
  fix->n_changed = 0;
  fix->context = th_usb_context_new ();
  g_signal_connect_swapped (fix->context, "changed", G_CALLBACK (count_cb), &fix->n_changed);
}

static void
tear_down (Fixture *fix, gconstpointer data)
{
  /* The thread that opened a device may hold it a moment longer. */
  g_object_add_weak_pointer (G_OBJECT (fix->context), (gpointer *)&fix->context);
  g_signal_handlers_disconnect_by_data (fix->context, &fix->n_changed);
  g_object_unref (fix->context);
  wait_until (2000, fix->context == NULL);
}

static ThUsbDevice *
open_device (Fixture *fix, const ThUsbMatch *match)
{
  g_auto (Ending) ending = { 0 };

  th_usb_context_open_async (fix->context, match, NULL, opened_cb, &ending);
  g_assert_false (ending.over);
  wait_until (2000, ending.over);
  g_assert_no_error (ending.error);
  return g_steal_pointer (&ending.device);
}

static void
start_in (ThUsbDevice *device, guint timeout_ms, GCancellable *cancellable, Ending *ending)
{
  th_usb_device_bulk_in_async (device, th_usb_device_get_bulk_in (device, 0), 4096, timeout_ms,
                               cancellable, in_cb, ending);
}

static void
start_out (ThUsbDevice *device, const guint8 *data, gsize len, guint timeout_ms, Ending *ending)
{
  th_usb_device_bulk_out_async (device, th_usb_device_get_bulk_out (device, 0), data, len,
                                timeout_ms, NULL, out_cb, ending);
}

/* One command, one reply: the device works. */
static void
assert_reader_answers (ThUsbDevice *device)
{
  g_auto (Ending) out = { 0 };
  g_auto (Ending) in = { 0 };
  guint8 frame[TH_SAMV_COMMAND_SIZE];

  th_samv_build (TH_SAMV_STATUS, frame);
  start_out (device, frame, sizeof frame, 500, &out);
  start_in (device, 500, NULL, &in);
  wait_until (3000, out.over && in.over);
  g_assert_no_error (out.error);
  g_assert_no_error (in.error);
  g_assert_cmpuint (out.n, ==, sizeof frame);
  g_assert_cmpuint (g_bytes_get_size (in.bytes), ==, 11);
}

static void
test_what_is_not_there_is_gone (Fixture *fix, gconstpointer data)
{
  g_auto (Ending) ending = { 0 };

  th_usb_context_open_async (fix->context, nothing_match, NULL, opened_cb, &ending);
  wait_until (2000, ending.over);
  g_assert_error (ending.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
}

static void
test_a_cancelled_open_gives_no_device (Fixture *fix, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Ending) ending = { 0 };

  th_usb_context_open_async (fix->context, reader_match, cancellable, opened_cb, &ending);
  g_cancellable_cancel (cancellable);
  wait_until (2000, ending.over);
  g_assert_error (ending.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (ending.device);
}

static void
test_a_time_out_comes_in_time (Fixture *fix, gconstpointer data)
{
  g_autoptr (ThUsbDevice) device = open_device (fix, reader_match);
  g_auto (Ending) ending = { 0 };
  gint64 began_us = g_get_monotonic_time ();

  start_in (device, 100, NULL, &ending);
  g_assert_false (ending.over);
  wait_until (3000, ending.over);
  g_assert_error (ending.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, 99 * 1000);
  assert_reader_answers (device);
}

static void
test_cancel_ends_a_transfer_before_and_after_its_start (Fixture *fix, gconstpointer data)
{
  g_autoptr (ThUsbDevice) device = open_device (fix, reader_match);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Ending) first = { 0 };
  g_auto (Ending) second = { 0 };

  start_in (device, 10000, cancellable, &first);
  g_cancellable_cancel (cancellable);
  start_in (device, 10000, cancellable, &second);
  g_assert_false (first.over);
  g_assert_false (second.over);
  wait_until (3000, first.over && second.over);
  g_assert_error (first.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (second.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_reader_answers (device);
}

static void
test_unplugging_ends_transfers_and_is_told_once (Fixture *fix, gconstpointer data)
{
  g_autoptr (ThUsbDevice) device = open_device (fix, reader_match);
  g_auto (Ending) pending = { 0 };
  g_auto (Ending) later = { 0 };
  guint n_gone = 0;

  g_signal_connect_swapped (device, "gone", G_CALLBACK (count_cb), &n_gone);
  start_in (device, 10000, NULL, &pending);
  bench_tell ("reader unplug");
  wait_until (3000, pending.over && n_gone > 0 && fix->n_changed > 0);
  g_assert_error (pending.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
  g_assert_true (th_usb_device_is_gone (device));
  start_in (device, 10000, NULL, &later);
  g_assert_false (later.over);
  wait_until (3000, later.over);
  g_assert_error (later.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
  g_assert_cmpuint (n_gone, ==, 1);
}

static void
test_unplugging_an_idle_device_is_told (Fixture *fix, gconstpointer data)
{
  g_autoptr (ThUsbDevice) device = open_device (fix, reader_match);
  guint n_gone = 0;

  g_signal_connect_swapped (device, "gone", G_CALLBACK (count_cb), &n_gone);
  bench_tell ("reader unplug");
  wait_until (3000, n_gone == 1);
}

static void
test_a_device_that_comes_back_opens_again (Fixture *fix, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (ThUsbDevice) device = open_device (fix, reader_match);
      guint n_gone = 0;

      assert_reader_answers (device);
      g_signal_connect_swapped (device, "gone", G_CALLBACK (count_cb), &n_gone);
      bench_tell ("reader unplug");
      wait_until (3000, n_gone == 1);
      fix->n_changed = 0;
      bench_tell ("reader plug");
      wait_until (3000, fix->n_changed > 0);
    }
}

static void
test_closing_ends_what_is_under_way (Fixture *fix, gconstpointer data)
{
  g_autoptr (ThUsbDevice) device = open_device (fix, reader_match);
  g_autoptr (ThUsbDevice) again = NULL;
  Ending pending[4] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (pending); i++)
    start_in (device, 10000, NULL, &pending[i]);
  th_usb_device_close (device);
  th_usb_device_close (device);
  g_assert_true (th_usb_device_is_gone (device));
  for (guint i = 0; i < G_N_ELEMENTS (pending); i++)
    {
      wait_until (3000, pending[i].over);
      g_assert_error (pending[i].error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
    }
  again = open_device (fix, reader_match);
  assert_reader_answers (again);
  for (guint i = 0; i < G_N_ELEMENTS (pending); i++)
    ending_clear (&pending[i]);
}

static void
test_what_was_taken_is_known_after_a_time_out (Fixture *fix, gconstpointer data)
{
  g_autoptr (ThUsbDevice) device = open_device (fix, printer_match);
  g_auto (Ending) ending = { 0 };
  guint8 bytes[5000] = { 0 };

  bench_tell ("printer hold 1024");
  start_out (device, bytes, sizeof bytes, 200, &ending);
  wait_until (2000, ending.over);
  g_assert_false (ending.good);
  g_assert_error (ending.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT);
  g_assert_cmpuint (ending.n, ==, 1024);
  bench_tell ("printer release");
}

static void
test_two_devices_do_not_disturb_each_other (Fixture *fix, gconstpointer data)
{
  g_autoptr (ThUsbDevice) reader = open_device (fix, reader_match);
  g_autoptr (ThUsbDevice) printer = open_device (fix, printer_match);
  g_auto (Ending) pending = { 0 };
  g_auto (Ending) out = { 0 };
  g_auto (Ending) id = { 0 };
  g_autofree guint8 *bytes = g_malloc0 (50000);

  g_assert_cmphex (th_usb_device_get_vendor_id (reader), ==, 0x0400);
  g_assert_cmphex (th_usb_device_get_bulk_out (reader, 1), ==, 0);
  start_in (printer, 10000, NULL, &pending);
  start_out (printer, bytes, 50000, 2000, &out);
  th_usb_device_control_in_async (printer, 0xa1, 0, 0, th_usb_device_get_interface (printer) << 8,
                                  1024, 500, NULL, control_cb, &id);
  assert_reader_answers (reader);
  wait_until (2000, out.over && id.over);
  g_assert_no_error (out.error);
  g_assert_cmpuint (out.n, ==, 50000);
  g_assert_no_error (id.error);
  g_assert_cmpuint (g_bytes_get_size (id.bytes), >, 2);

  bench_tell ("printer unplug");
  wait_until (3000, pending.over);
  g_assert_error (pending.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
  assert_reader_answers (reader);
  g_assert_false (th_usb_device_is_gone (reader));
}

static void
test_everything_can_be_let_go_at_once (Fixture *fix, gconstpointer data)
{
  g_auto (Ending) opening = { 0 };
  g_auto (Ending) pending = { 0 };
  ThUsbDevice *device = open_device (fix, reader_match);
  ThUsbContext *context = g_steal_pointer (&fix->context);

  g_object_add_weak_pointer (G_OBJECT (context), (gpointer *)&context);
  th_usb_context_open_async (context, printer_match, NULL, opened_cb, &opening);
  start_in (device, 10000, NULL, &pending);
  th_usb_device_close (device);
  g_object_unref (device);
  g_signal_handlers_disconnect_by_data (context, &fix->n_changed);
  g_object_unref (context);
  wait_until (2000, opening.over && pending.over);
  g_assert_nonnull (context); /* the printer that was opened holds it */
  g_assert_nonnull (opening.device);
  g_clear_object (&opening.device);
  wait_until (2000, context == NULL);
  fix->context = th_usb_context_new ();
}

#define ADD(name, function)                                                                        \
  g_test_add ("/usb-transport/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  int status;

  if (!on_bench (argc, argv, &status))
    return status;
  g_test_init (&argc, &argv, NULL);
  ADD ("what is not there is gone", test_what_is_not_there_is_gone);
  ADD ("a cancelled open gives no device", test_a_cancelled_open_gives_no_device);
  ADD ("a time-out comes in time", test_a_time_out_comes_in_time);
  ADD ("cancel ends a transfer before and after its start",
       test_cancel_ends_a_transfer_before_and_after_its_start);
  ADD ("unplugging ends transfers and is told once",
       test_unplugging_ends_transfers_and_is_told_once);
  ADD ("unplugging an idle device is told", test_unplugging_an_idle_device_is_told);
  ADD ("a device that comes back opens again", test_a_device_that_comes_back_opens_again);
  ADD ("closing ends what is under way", test_closing_ends_what_is_under_way);
  ADD ("what was taken is known after a time-out", test_what_was_taken_is_known_after_a_time_out);
  ADD ("two devices do not disturb each other", test_two_devices_do_not_disturb_each_other);
  ADD ("everything can be let go at once", test_everything_can_be_let_go_at_once);
  return g_test_run ();
}
