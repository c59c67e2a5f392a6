/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of the queue: the zones in walking order with their desks, and which lanes go first. */
#include <gio/gio.h>
#include <string.h>

#include "kiosk/config-value.h"

#define NAME_LIMIT 30 /* characters, as for a lane */
#define DESK_LIMIT 16

/* The zones that every site knows. */
static const struct
{
  const char *zone;
  const char *name[TH_N_LANGUAGES];
  gboolean desks;
} known[] = {
  { TH_ZONE_INQUIRY, { "Health inquiry", "健康询问区", "健康詢問區" }, TRUE },
  { TH_ZONE_REGISTRATION, { "Registration", "信息采集区", "信息採集區" }, TRUE },
  { TH_ZONE_VACCINATION, { "Vaccination", "接种区", "接種區" }, TRUE },
  { TH_ZONE_OBSERVATION, { "Observation", "留观区", "留觀區" }, FALSE },
};

static void
clear_zone (ThZone *zone)
{
  for (guint i = 0; i < TH_N_LANGUAGES; i++)
    g_clear_pointer (&zone->name[i], g_free);
  for (guint i = 0; i < TH_MAX_DESKS; i++)
    g_clear_pointer (&zone->desks[i], g_free);
}

void
th_config_queue_clear (ThConfig *config)
{
  for (guint i = 0; i < TH_MAX_ZONES; i++)
    clear_zone (&config->zones[i]);
}

static void
name_zone (ThConfig *config, guint index)
{
  ThZone *zone = &config->zones[index];

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (strcmp (known[i].zone, config->queue.zones[index]) != 0)
        continue;
      for (guint language = 0; language < TH_N_LANGUAGES; language++)
        zone->name[language] = g_strdup (known[i].name[language]);
      if (known[i].desks)
        {
          zone->desks[0] = g_strdup ("1");
          zone->desks[1] = g_strdup ("2");
        }
    }
}

void
th_config_queue_defaults (ThConfig *config)
{
  th_queue_rules_defaults (&config->queue);
  for (guint i = 0; i < config->queue.n_zones; i++)
    name_zone (config, i);
}

static gboolean
is_zone (const char *text)
{
  gsize len = strlen (text);

  return len >= 1 && len < TH_ZONE_BYTES
         && strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static gboolean
read_zone_list (ThConfig *config, GKeyFile *file, GError **error)
{
  ThQueueRules *rules = &config->queue;
  g_autofree char *value = NULL;
  g_auto (GStrv) zones = NULL;

  if (!g_key_file_has_key (file, "zones", "zones", NULL))
    return TRUE;
  value = th_config_get_value (file, "zones", "zones", error);
  if (value == NULL)
    return FALSE;
  th_config_queue_clear (config);
  rules->n_zones = 0;
  zones = g_strsplit (value, ";", -1);
  for (guint i = 0; zones[i] != NULL; i++)
    {
      const char *zone = g_strstrip (zones[i]);

      if (*zone == '\0' && zones[i + 1] == NULL && i > 0)
        break; /* "one;two;" is how key files end a list */
      if (!is_zone (zone) || th_queue_rules_zone (rules, zone) >= 0
          || rules->n_zones == TH_MAX_ZONES)
        return th_config_refuse ("zones", "zones", value, error,
                                 "1 to %d different names, each 1 to 16 characters of a to z, 0 to 9"
                                 " and -, with ; between them",
                                 TH_MAX_ZONES);
      g_strlcpy (rules->zones[rules->n_zones], zone, TH_ZONE_BYTES);
      name_zone (config, rules->n_zones++);
    }
  if (rules->n_zones == 0)
    return th_config_refuse ("zones", "zones", value, error, "1 to %d names", TH_MAX_ZONES);
  return TRUE;
}

static gboolean
read_desks (ThZone *zone, const char *group, GKeyFile *file, GError **error)
{
  g_autofree char *value = NULL;
  g_auto (GStrv) desks = NULL;
  guint n = 0;

  if (!g_key_file_has_key (file, group, "desks", NULL))
    return TRUE;
  value = th_config_get_value (file, group, "desks", error);
  if (value == NULL)
    return FALSE;
  for (guint i = 0; i < TH_MAX_DESKS; i++)
    g_clear_pointer (&zone->desks[i], g_free);
  desks = g_strsplit (value, ";", -1);
  for (guint i = 0; desks[i] != NULL; i++)
    {
      const char *desk = g_strstrip (desks[i]);

      if (*desk == '\0' && desks[i + 1] == NULL)
        break;
      if (*desk == '\0' || g_utf8_strlen (desk, -1) > DESK_LIMIT || n == TH_MAX_DESKS
          || g_strv_contains ((const char *const *) zone->desks, desk))
        return th_config_refuse (group, "desks", value, error,
                                 "empty, or up to %d different names of 1 to %d characters with ;"
                                 " between them",
                                 TH_MAX_DESKS, DESK_LIMIT);
      zone->desks[n++] = g_strdup (desk);
    }
  return TRUE;
}

static gboolean
read_zone (ThConfig *config, guint index, GKeyFile *file, GError **error)
{
  g_autofree char *group = g_strdup_printf ("zone %s", config->queue.zones[index]);
  const ThKey key = { group, "name", KEY_WORDS, 0, 1, NAME_LIMIT };
  ThZone *zone = &config->zones[index];

  if (!th_config_read_words (file, &key, zone->name, error))
    return FALSE;
  if (zone->name[TH_LANGUAGE_EN] == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "[%s] name is missing, it may be 1 to %d characters", group, NAME_LIMIT);
      return FALSE;
    }
  return read_desks (zone, group, file, error);
}

static gboolean
read_priority (ThConfig *config, GKeyFile *file, GError **error)
{
  guint n = 0;

  memset (config->queue.priority_lanes, 0, sizeof config->queue.priority_lanes);
  for (guint i = 0; i < config->n_lanes; i++)
    {
      g_autofree char *group = g_strdup_printf ("lane %c", config->lanes[i].letter);
      const ThKey key = { group, "priority", KEY_BOOL, 0, 0, 0 };
      g_autofree char *value = NULL;
      gboolean priority = FALSE;

      if (!g_key_file_has_key (file, group, "priority", NULL))
        continue;
      value = th_config_get_value (file, group, "priority", error);
      if (value == NULL || !th_config_read_value (&key, value, &priority, error))
        return FALSE;
      if (priority)
        config->queue.priority_lanes[n++] = config->lanes[i].letter;
    }
  return TRUE;
}

gboolean
th_config_read_queue (ThConfig *config, GKeyFile *file, GError **error)
{
  if (!read_zone_list (config, file, error) || !read_priority (config, file, error))
    return FALSE;
  for (guint i = 0; i < config->queue.n_zones; i++)
    if (!read_zone (config, i, file, error))
      return FALSE;
  return TRUE;
}
