/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `lot …`: what is in stock, and where it went. */
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/ctl-lots.h"

/* --- who acts ------------------------------------------------------------------------------------------ */

ThRecords *
th_ctl_open_as (const ThCtlActor *actor, const char *command, int *ret_status)
{
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  char pin[TH_CTL_PIN_BYTES];
  gboolean good;
  ThRole role;

  if (actor->by == NULL)
    {
      *ret_status = th_ctl_fail (TH_CTL_USAGE, "%s: --by NAME", command);
      return NULL;
    }
  *ret_status = th_ctl_get_pin (actor->pin_stdin, FALSE, pin);
  if (*ret_status != TH_CTL_GOOD)
    return NULL;
  records = th_ctl_open_records (actor->config, FALSE, ret_status);
  good = records != NULL && th_records_log_in (records, actor->by, pin, &role, NULL, &error);
  explicit_bzero (pin, sizeof pin);
  if (records != NULL && !good)
    *ret_status = th_ctl_fail_error (error);
  return good ? g_steal_pointer (&records) : NULL;
}

void
th_ctl_actor_clear (ThCtlActor *actor)
{
  g_free (actor->config);
  g_free (actor->by);
}

void
th_ctl_print_json (JsonBuilder *json)
{
  g_autoptr (JsonNode) root = json_builder_get_root (json);
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;

  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  g_print ("%s\n", text);
}

/* --- coming in ------------------------------------------------------------------------------------------ */

static gboolean
take_text (const char *text, const char *option, char *field, gsize size)
{
  if (text == NULL)
    return TRUE;
  if (g_strlcpy (field, text, size) < size)
    return TRUE;
  th_ctl_fail (TH_CTL_BAD, "--%s is up to %zu bytes", option, size - 1);
  return FALSE;
}

/* What the box says; what is typed beside it must be the same. */
static gboolean
take_code (const char *text, ThLot *lot)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GError) error = NULL;
  ThGs1 code;

  if (text == NULL)
    return TRUE;
  if (!th_gs1_parse (text, strlen (text), (guint) g_date_time_get_year (now), &code, &error))
    {
      th_ctl_fail (TH_CTL_BAD, "%s", error->message);
      return FALSE;
    }
  if ((lot->lot[0] != '\0' && strcmp (lot->lot, code.lot) != 0) ||
      (lot->expiry[0] != '\0' && strcmp (lot->expiry, code.expiry) != 0))
    {
      th_ctl_fail (TH_CTL_BAD, "the code says lot %s, until %s", code.lot, code.expiry);
      return FALSE;
    }
  g_strlcpy (lot->lot, code.lot, sizeof lot->lot);
  g_strlcpy (lot->expiry, code.expiry, sizeof lot->expiry);
  g_strlcpy (lot->gtin, code.gtin, sizeof lot->gtin);
  return TRUE;
}

int
th_ctl_lot_receive (int argc, char **argv)
{
  g_auto (ThCtlActor) actor = { NULL };
  g_autofree char *code = NULL;
  g_autofree char *name = NULL;
  g_autofree char *vaccine = NULL;
  g_autofree char *maker = NULL;
  g_autofree char *expiry = NULL;
  int doses = 0;
  const GOptionEntry entries[] = {
    TH_CTL_ACTOR (actor),
    { "code", 0, 0, G_OPTION_ARG_STRING, &code, "the box's code, scanned or typed", "CODE" },
    { "lot", 0, 0, G_OPTION_ARG_STRING, &name, "without a code", "LOT" },
    { "expiry", 0, 0, G_OPTION_ARG_STRING, &expiry, "its last day, as 2027-11-30", "DAY" },
    { "vaccine", 0, 0, G_OPTION_ARG_STRING, &vaccine, "its name as in the list of appointments", "NAME" },
    { "maker", 0, 0, G_OPTION_ARG_STRING, &maker, "who made it", "NAME" },
    { "doses", 0, 0, G_OPTION_ARG_INT, &doses, "how many came", "N" },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  ThLot lot = { .lot = "" };
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "A delivery of vaccine. More of a lot that is known adds to it. CODE is the GS1 DataMatrix of the\n"
                     "box as the scanner sends it, or as (01)…(17)…(10)… typed."))
    return TH_CTL_USAGE;
  if (argc != 1 || vaccine == NULL || doses <= 0 || (code == NULL && (name == NULL || expiry == NULL)))
    return th_ctl_fail (TH_CTL_USAGE,
                        "lot receive: --code CODE, or --lot LOT --expiry DAY; --vaccine NAME --doses N --by NAME");
  if (!take_text (name, "lot", lot.lot, sizeof lot.lot) ||
      !take_text (expiry, "expiry", lot.expiry, sizeof lot.expiry) ||
      !take_text (vaccine, "vaccine", lot.vaccine, sizeof lot.vaccine) ||
      !take_text (maker, "maker", lot.maker, sizeof lot.maker) || !take_code (code, &lot))
    return TH_CTL_BAD;
  lot.received = (guint) doses;
  records = th_ctl_open_as (&actor, "lot receive", &status);
  if (records == NULL)
    return status;
  if (!th_records_receive_lot (records, &lot, actor.by, &error))
    return th_ctl_fail_error (error);
  g_print ("received %u of %s, lot %s, until %s\n", lot.received, lot.vaccine, lot.lot, lot.expiry);
  return TH_CTL_GOOD;
}

/* --- changing ------------------------------------------------------------------------------------------- */

/* How many numbers have no dose any more: staff must tell them. */
static int
print_unserved (ThRecords *records)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) doses = th_records_list_doses (records, NULL, &error);
  guint n = 0;

  if (doses == NULL)
    return th_ctl_fail_error (error);
  for (guint i = 0; i < doses->len; i++)
    n += ((const ThDose *) doses->pdata[i])->state == TH_DOSE_UNSERVED;
  if (n > 0)
    g_print ("%u %s no dose any more: thresholdctl dose list\n", n, n == 1 ? "number has" : "numbers have");
  return TH_CTL_GOOD;
}

typedef gboolean (*ChangeFunc) (ThRecords *records, const char *lot, guint n, const char *why,
                                const char *by, GError **error);

static gboolean
open_vials (ThRecords *records, const char *lot, guint n, const char *why, const char *by, GError **error)
{
  return th_records_open_vials (records, lot, n, by, error);
}

/* LOT and how many, and a reason if one is asked for. */
static int
change (int argc, char **argv, const char *command, const char *unit, gboolean reason,
        const char *summary, const char *done, ChangeFunc run)
{
  g_auto (ThCtlActor) actor = { NULL };
  g_autofree char *why = NULL;
  int n = 0;
  const GOptionEntry entries[] = {
    TH_CTL_ACTOR (actor),
    { unit, 0, 0, G_OPTION_ARG_INT, &n, "how many", "N" },
    { "why", 0, reason ? 0 : G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &why, "the reason", "TEXT" },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, "LOT", summary))
    return TH_CTL_USAGE;
  if (argc != 2 || n <= 0 || reason != (why != NULL))
    return th_ctl_fail (TH_CTL_USAGE, "%s: LOT --%s N%s --by NAME", command, unit, reason ? " --why TEXT" : "");
  records = th_ctl_open_as (&actor, command, &status);
  if (records == NULL)
    return status;
  if (!run (records, argv[1], (guint) n, why, actor.by, &error))
    return th_ctl_fail_error (error);
  g_print ("%s %d of lot %s\n", done, n, argv[1]);
  return print_unserved (records);
}

int
th_ctl_lot_open (int argc, char **argv)
{
  return change (argc, argv, "lot open", "vials", FALSE, "Vials of several doses that are opened.", "opened",
                 open_vials);
}

int
th_ctl_lot_waste (int argc, char **argv)
{
  return change (argc, argv, "lot waste", "doses", TRUE, "Doses that are of no use any more.", "wasted",
                 th_records_waste_doses);
}

int
th_ctl_lot_return (int argc, char **argv)
{
  return change (argc, argv, "lot return", "doses", TRUE, "Doses that leave the site.", "returned",
                 th_records_return_doses);
}

int
th_ctl_lot_count (int argc, char **argv)
{
  g_auto (ThCtlActor) actor = { NULL };
  int n = -1;
  const GOptionEntry entries[] = {
    TH_CTL_ACTOR (actor),
    { "doses", 0, 0, G_OPTION_ARG_INT, &n, "how many there are", "N" },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  int status, missing;

  if (!th_ctl_parse (&argc, &argv, entries, "LOT",
                     "Somebody has counted: so many are left. What differs is recorded as missing. Exit status: 1 it "
                     "differs."))
    return TH_CTL_USAGE;
  if (argc != 2 || n < 0)
    return th_ctl_fail (TH_CTL_USAGE, "lot count: LOT --doses N --by NAME");
  records = th_ctl_open_as (&actor, "lot count", &status);
  if (records == NULL)
    return status;
  if (!th_records_count_lot (records, argv[1], (guint) n, actor.by, &missing, &error))
    return th_ctl_fail_error (error);
  g_print ("counted %d of lot %s: %d %s\n", n, argv[1], ABS (missing), missing < 0 ? "too many" : "missing");
  status = print_unserved (records);
  return status != TH_CTL_GOOD ? status : missing != 0 ? TH_CTL_BAD : TH_CTL_GOOD;
}

int
th_ctl_lot_withdraw (int argc, char **argv)
{
  g_auto (ThCtlActor) actor = { NULL };
  g_autofree char *why = NULL;
  gboolean undo = FALSE;
  const GOptionEntry entries[] = {
    TH_CTL_ACTOR (actor),
    { "why", 0, 0, G_OPTION_ARG_STRING, &why, "the reason", "TEXT" },
    { "undo", 0, 0, G_OPTION_ARG_NONE, &undo, "it may be given again", NULL },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, "LOT", "Nobody gets of this lot any more, from now on."))
    return TH_CTL_USAGE;
  if (argc != 2 || why == NULL)
    return th_ctl_fail (TH_CTL_USAGE, "lot withdraw: LOT --why TEXT --by NAME [--undo]");
  records = th_ctl_open_as (&actor, "lot withdraw", &status);
  if (records == NULL)
    return status;
  if (!th_records_withdraw_lot (records, argv[1], !undo, why, actor.by, &error))
    return th_ctl_fail_error (error);
  g_print ("lot %s %s\n", argv[1], undo ? "may be given again" : "is withdrawn");
  return print_unserved (records);
}

/* --- asking ---------------------------------------------------------------------------------------------- */

static const char *
lot_state (const ThLot *lot)
{
  if (lot->withdrawn)
    return "withdrawn";
  if (lot->days < 0)
    return "expired";
  if (lot->left == 0)
    return "empty";
  return lot->days <= TH_EXPIRES_SOON_DAYS ? "expires soon" : "good";
}

static void
add_text (JsonBuilder *json, const char *name, const char *value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, value);
}

static void
add_number (JsonBuilder *json, const char *name, gint64 value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, value);
}

static void
add_lot (JsonBuilder *json, const ThLot *lot)
{
  json_builder_begin_object (json);
  add_text (json, "lot", lot->lot);
  add_text (json, "vaccine", lot->vaccine);
  add_text (json, "maker", lot->maker);
  add_text (json, "gtin", lot->gtin);
  add_text (json, "expiry", lot->expiry);
  add_text (json, "state", lot_state (lot));
  add_number (json, "received", lot->received);
  add_number (json, "used", lot->used);
  add_number (json, "wasted", lot->wasted);
  add_number (json, "returned", lot->returned);
  add_number (json, "missing", lot->missing);
  add_number (json, "left", lot->left);
  add_number (json, "vials_opened", lot->vials);
  json_builder_end_object (json);
}

static void
print_stock_json (const GPtrArray *lots, const GPtrArray *stock)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "lots");
  json_builder_begin_array (json);
  for (guint i = 0; i < lots->len; i++)
    add_lot (json, lots->pdata[i]);
  json_builder_end_array (json);
  json_builder_set_member_name (json, "vaccines");
  json_builder_begin_array (json);
  for (guint i = 0; i < stock->len; i++)
    {
      const ThStock *of = stock->pdata[i];

      json_builder_begin_object (json);
      add_text (json, "vaccine", of->vaccine);
      add_number (json, "left", of->left);
      add_number (json, "reserved", of->reserved);
      add_number (json, "free", of->free);
      add_number (json, "unserved", of->unserved);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  json_builder_end_object (json);
  th_ctl_print_json (json);
}

static void
print_stock (const GPtrArray *lots, const GPtrArray *stock)
{
  g_print ("%-20s  %-10s  %-12s  %8s %6s %6s %8s %7s %6s  %s\n", "lot", "until", "state", "received", "used",
           "wasted", "returned", "missing", "left", "vaccine");
  for (guint i = 0; i < lots->len; i++)
    {
      const ThLot *lot = lots->pdata[i];

      g_print ("%-20s  %-10s  %-12s  %8u %6u %6u %8u %7d %6u  %s\n", lot->lot, lot->expiry, lot_state (lot),
               lot->received, lot->used, lot->wasted, lot->returned, lot->missing, lot->left, lot->vaccine);
    }
  for (guint i = 0; i < stock->len; i++)
    {
      const ThStock *of = stock->pdata[i];

      g_print ("%s: %u left, %u reserved, %u free, %u unserved\n", of->vaccine, of->left, of->reserved,
               of->free, of->unserved);
    }
}

int
th_ctl_lot_list (int argc, char **argv)
{
  g_autofree char *config = NULL;
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &config, "the kiosk's configuration", "FILE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "for programs", NULL },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GPtrArray) lots = NULL;
  g_autoptr (GPtrArray) stock = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "Every lot, what became of its doses, and how many of each vaccine are left and promised today.\n"
                     "received = used + wasted + returned + missing + left; missing is what a count has found."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "lot list: '%s' is one word too many", argv[1]);
  records = th_ctl_open_records (config, FALSE, &status);
  if (records == NULL)
    return status;
  lots = th_records_list_lots (records, &error);
  stock = lots != NULL ? th_records_list_stock (records, &error) : NULL;
  if (stock == NULL)
    return th_ctl_fail_error (error);
  if (as_json)
    print_stock_json (lots, stock);
  else
    print_stock (lots, stock);
  return TH_CTL_GOOD;
}
