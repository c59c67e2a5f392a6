/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever a technician types after `sensor decode`: JSON, or a reason. A temperature has two decimals
 * and is one that the chip can measure. */
#include "kiosk/sensor-json.h"

#include <json-glib/json-glib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *json = th_sensor_decode_json (text, &error);
  JsonObject *object;

  g_assert_true ((json == NULL) == (error != NULL));
  if (json == NULL)
    return 0;
  g_assert_true (json_parser_load_from_data (parser, json, -1, NULL));
  object = json_node_get_object (json_parser_get_root (parser));
  if (!json_object_has_member (object, "celsius"))
    return 0;
  g_assert_cmpfloat (json_object_get_double_member (object, "celsius"), >=, -70.02);
  g_assert_cmpfloat (json_object_get_double_member (object, "celsius"), <=, 382.2);
  g_assert_cmpint (json[strlen (json) - 4], ==, '.');
  return 0;
}
