/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is the log whole: its keyed chain, and the anchors that stand outside of it. */
#include "kiosk/anchor.h"
#include "kiosk/records-private.h"

#include <sodium.h>
#include <string.h>

typedef struct
{
  gint64 seq; /* of the event before */
  guint8 link[TH_LOG_LINK_BYTES];
  GHashTable *device_seqs; /* device → gint64 *, the last of its sequence */
  GArray *anchors;         /* of ThAnchor: those that were not met yet */
  GHashTable *closed;      /* the days that were: a set */
} Chain;

/* Whenever it was taken: its link is one of the log's, or what was before it is gone. */
static void
meet_anchors (Chain *chain)
{
  char link[2 * TH_LOG_LINK_BYTES + 1];

  if (chain->anchors->len == 0)
    return;
  sodium_bin2hex (link, sizeof link, chain->link, sizeof chain->link);
  for (guint i = chain->anchors->len; i > 0; i--)
    if (strcmp (g_array_index (chain->anchors, ThAnchor, i - 1).link, link) == 0)
      g_array_remove_index (chain->anchors, i - 1);
}

/* What it says of the events before it is what stands there. */
static gboolean
check_close (Chain *chain, const ThLogEvent *event, const ThLogBody *body, GError **error)
{
  char link[2 * TH_LOG_LINK_BYTES + 1];

  sodium_bin2hex (link, sizeof link, chain->link, sizeof chain->link);
  if (th_log_body_int (body, "events") != chain->seq
      || strcmp (th_log_body_text (body, "link"), link) != 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT,
                              "the log is broken at event %" G_GINT64_FORMAT
                              ": the close of %s has another link",
                              event->seq, th_log_body_text (body, "day"));
  g_hash_table_add (chain->closed, g_strdup (th_log_body_text (body, "day")));
  return TRUE;
}

static gboolean
check_event (ThRecords *records, const ThLogEvent *event, ThLogKind kind, const ThLogBody *body,
             gpointer data, GError **error)
{
  Chain *chain = data;
  gint64 *device_seq = g_hash_table_lookup (chain->device_seqs, event->device);
  guint8 link[TH_LOG_LINK_BYTES];

  if (device_seq == NULL)
    {
      device_seq = g_new0 (gint64, 1);
      g_hash_table_insert (chain->device_seqs, g_strdup (event->device), device_seq);
    }
  if (event->seq != chain->seq + 1 || event->device_seq != *device_seq + 1)
    return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT,
                              "the log is broken at event %" G_GINT64_FORMAT ": events are missing",
                              event->seq);
  th_log_event_link (event, records->chain_key, chain->link, link);
  if (memcmp (link, event->link, sizeof link) != 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT,
                              "the log is broken at event %" G_GINT64_FORMAT
                              " (%s): its link does not fit",
                              event->seq, event->kind);
  if (kind == TH_LOG_DAY_CLOSED && !check_close (chain, event, body, error))
    return FALSE;
  chain->seq = event->seq;
  *device_seq = event->device_seq;
  memcpy (chain->link, link, sizeof link);
  meet_anchors (chain);
  return TRUE;
}

static gboolean
read_anchors (const char *const *texts, GArray *anchors, GError **error)
{
  for (const char *const *text = texts; text != NULL && *text != NULL; text++)
    {
      ThAnchor anchor;

      if (!th_anchor_parse (*text, &anchor, error))
        return FALSE;
      g_array_append_val (anchors, anchor);
    }
  return TRUE;
}

gboolean
th_records_verify_anchors (ThRecords *records, const char *const *anchors, guint64 *ret_events,
                           GError **error)
{
  g_autoptr (GHashTable) device_seqs
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) closed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) unmet = g_array_new (FALSE, FALSE, sizeof (ThAnchor));
  Chain chain = { .device_seqs = device_seqs, .anchors = unmet, .closed = closed };

  if (!read_anchors (anchors, unmet, error)
      || !th_records_walk (records, G_MININT64, check_event, &chain, error))
    return FALSE;
  if (unmet->len > 0)
    {
      const char *day = g_array_index (unmet, ThAnchor, 0).day;

      if (g_hash_table_contains (closed, day))
        return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT,
                                  "the log is not the one of the anchor of %s: it was written anew",
                                  day);
      return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT,
                                "the log is cut off after event %" G_GINT64_FORMAT
                                ": the close of %s is missing",
                                chain.seq, day);
    }
  if (ret_events != NULL)
    *ret_events = (guint64)chain.seq;
  return TRUE;
}

gboolean
th_records_verify (ThRecords *records, guint64 *ret_events, GError **error)
{
  return th_records_verify_anchors (records, NULL, ret_events, error);
}
