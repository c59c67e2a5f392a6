/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thresholdctl queue …: all that a desk does with a ticket, from a shell. */
#include <stdio.h>
#include <string.h>

#include "kiosk/ctl.h"
#include "kiosk/records-day.h"
#include "kiosk/records-zones.h"

/* What the commands have in common. */
typedef struct
{
  char *config, *zone, *desk, *by;
  char *lane, *to, *why, *checks;
  int minutes;
  ThRecords *records;
  ThStation at;
  gboolean named; /* a ticket was: */
  ThQueueEntry entry;
  int status;
} Queue;

static void
queue_clear (Queue *queue)
{
  g_free (queue->config);
  g_free (queue->zone);
  g_free (queue->desk);
  g_free (queue->by);
  g_free (queue->lane);
  g_free (queue->to);
  g_free (queue->why);
  g_free (queue->checks);
  g_clear_pointer (&queue->records, th_records_close);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Queue, queue_clear)

/* A code on the command line, or "-": the first line of standard input, for those that name a person. */
static gboolean
read_code (const char *word, char ret_code[TH_PERSON_BYTES])
{
  if (strcmp (word, "-") != 0)
    return g_strlcpy (ret_code, word, TH_PERSON_BYTES) < TH_PERSON_BYTES;
  if (fgets (ret_code, TH_PERSON_BYTES, stdin) == NULL)
    return FALSE;
  g_strchomp (ret_code);
  return TRUE;
}

static const char *
verb (char **argv)
{
  return strrchr (argv[0], ' ') + 1;
}

/* How many tickets a command is told. */
typedef enum
{
  NO_TICKET,
  ONE_TICKET,
  MAYBE_ONE,
} Tickets;

/* Options and records; a ticket that is named is looked up. @acts: somebody has to say who they are. FALSE: said why,
 * queue->status is set. */
static gboolean
begin (Queue *queue, int argc, char **argv, const char *arguments, const char *summary,
       Tickets tickets, gboolean acts, const GOptionEntry *more)
{
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &queue->config, "the kiosk's configuration", "FILE" },
    { "zone", 0, 0, G_OPTION_ARG_STRING, &queue->zone,
      "where it is done; without it the first zone", "ZONE" },
    { "desk", 0, 0, G_OPTION_ARG_STRING, &queue->desk, "at which desk; without it the only one",
      "DESK" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &queue->by, "who does it", "NAME" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (arguments);
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  char code[TH_PERSON_BYTES];

  queue->status = TH_CTL_USAGE;
  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, NULL);
  if (more != NULL)
    g_option_context_add_main_entries (context, more, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      th_ctl_fail (TH_CTL_USAGE, "%s", error->message);
      return FALSE;
    }
  queue->named = argc == 2 && tickets != NO_TICKET;
  if (argc > 1 + (int)queue->named || (tickets == ONE_TICKET && !queue->named))
    {
      th_ctl_fail (TH_CTL_USAGE,
                   tickets == ONE_TICKET ? "queue %s: one ticket, as A-017"
                                         : "queue %s: one word too many",
                   verb (argv));
      return FALSE;
    }
  if (acts && queue->by == NULL)
    {
      th_ctl_fail (TH_CTL_USAGE, "queue %s: --by NAME", verb (argv));
      return FALSE;
    }
  config = th_ctl_load_config (queue->config, &queue->status);
  if (config == NULL)
    return FALSE;
  if (queue->zone == NULL)
    queue->zone = g_strdup (config->queue.zones[0]);
  if (queue->desk == NULL)
    queue->desk = g_strdup ("");
  queue->at = (ThStation){ .zone = queue->zone, .desk = queue->desk, .by = queue->by };
  queue->records = th_ctl_open_records (queue->config, FALSE, &queue->status);
  if (queue->records == NULL || !queue->named)
    return queue->records != NULL;
  if (!read_code (argv[1], code))
    {
      queue->status = th_ctl_fail (TH_CTL_BAD, "that is no code");
      return FALSE;
    }
  if (!th_records_find_code (queue->records, code, &queue->entry, &error))
    queue->status = th_ctl_fail_error (error);
  explicit_bzero (code, sizeof code);
  return error == NULL;
}

static char *
local_time (gint64 at_us)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);

  return g_date_time_format (at, "%H:%M:%S");
}

static void
print_entry (const ThQueueEntry *entry)
{
  g_autofree char *since = local_time (entry->since_us);
  char label[16];

  th_ticket_label (entry->lane, entry->number, label);
  g_print ("%s\t%s\t%s\t%s\tsince %s", label, entry->zone, th_ticket_state_to_string (entry->state),
           *entry->desk != '\0' ? entry->desk : "-", since);
  if (entry->until_us != 0 && entry->state == TH_TICKET_SERVING)
    {
      g_autofree char *until = local_time (entry->until_us);

      g_print ("\tuntil %s", until);
    }
  if (*entry->why != '\0')
    g_print ("\t%s", entry->why);
  g_print ("\n");
}

/* What has become of the ticket; and what the command is worth. */
static int
finish (Queue *queue, gboolean done, const GError *error)
{
  g_autoptr (GError) problem = NULL;
  char label[16];

  if (!done)
    return th_ctl_fail_error (error);
  th_ticket_label (queue->entry.lane, queue->entry.number, label);
  if (!th_records_find_code (queue->records, label, &queue->entry, &problem))
    return th_ctl_fail_error (problem);
  print_entry (&queue->entry);
  return TH_CTL_GOOD;
}

/* --- looking ---------------------------------------------------------------------------------- */

int
th_ctl_queue_list (int argc, char **argv)
{
  g_auto (Queue) queue = { 0 };
  gboolean all = FALSE;
  const GOptionEntry more[] = {
    { "all", 0, 0, G_OPTION_ARG_NONE, &all, "also who has gone", NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;
  gboolean one_zone = FALSE;

  for (int i = 1; i < argc; i++)
    one_zone = one_zone || g_str_has_prefix (argv[i], "--zone");
  if (!begin (&queue, argc, argv, NULL,
              "The tickets of the day, a line each: number, zone, state, desk. Who waits in one "
              "zone is\n"
              "shown in the order they will be called in.",
              NO_TICKET, FALSE, more))
    return queue.status;
  list = one_zone ? th_records_list_zone (queue.records, queue.zone, &error)
                  : th_records_list_queue (queue.records, &error);
  if (list == NULL)
    return th_ctl_fail_error (error);
  for (guint i = 0; i < list->len; i++)
    {
      const ThQueueEntry *entry = list->pdata[i];
      gboolean gone = entry->state == TH_TICKET_DONE || entry->state == TH_TICKET_LEFT
                      || entry->state == TH_TICKET_NO_SHOW || entry->state == TH_TICKET_CLOSED;

      if (all || !gone)
        print_entry (entry);
    }
  return TH_CTL_GOOD;
}

int
th_ctl_queue_explain (int argc, char **argv)
{
  g_auto (Queue) queue = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!begin (&queue, argc, argv, "TICKET", "Why a ticket is where it is in the order.", ONE_TICKET,
              FALSE, NULL))
    return queue.status;
  text = th_records_explain (queue.records, queue.entry.visit, &error);
  if (text == NULL)
    return th_ctl_fail_error (error);
  g_print ("%s", text);
  return TH_CTL_GOOD;
}

static void
print_score (const ThLaneScore *score)
{
  const ThWaitScore *told = &score->score;

  g_print ("%s\t%s\t%c\t%u told\t%u came true", score->day, score->zone, score->lane, told->told,
           told->hits);
  if (told->told > 0)
    g_print (" (%u %%)\twidth %" G_GINT64_FORMAT " min", told->hits * 100 / told->told,
             told->width_s / told->told / 60);
  g_print ("\t%u not known\n", told->untold);
}

static gboolean
print_forecast (ThRecords *records, const char *zone, char lane, GError **error)
{
  g_autoptr (GError) problem = NULL;
  ThWaitRange range;
  guint ahead = 0;
  gboolean known = th_records_forecast (records, zone, lane, &ahead, &range, &problem);

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  g_print ("%s\t%c\t%u waiting\t", zone, lane, ahead);
  if (known)
    g_print ("%d to %d min\n", range.low_s / 60, range.high_s / 60);
  else
    g_print ("not known yet\n");
  return TRUE;
}

int
th_ctl_queue_forecast (int argc, char **argv)
{
  g_auto (Queue) queue = { 0 };
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (GArray) today = NULL;
  g_autoptr (GArray) before = NULL;
  g_autoptr (GError) error = NULL;
  char day[TH_DAY_BYTES];

  if (!begin (&queue, argc, argv, NULL,
              "How long somebody who comes now waits, by zone and lane; then how what slips said came\n"
              "true today and on the last days that were closed.",
              NO_TICKET, FALSE, NULL))
    return queue.status;
  config = th_ctl_load_config (queue.config, &queue.status);
  if (config == NULL)
    return queue.status;
  for (guint zone = 0; zone < config->queue.n_zones; zone++)
    for (guint lane = 0; lane < config->n_lanes; lane++)
      if (strcmp (config->queue.zones[zone], TH_ZONE_OBSERVATION) != 0 &&
          !print_forecast (queue.records, config->queue.zones[zone], config->lanes[lane].letter, &error))
        return th_ctl_fail_error (error);
  if (!th_records_shown_day (queue.records, day, &error))
    return th_ctl_fail_error (error);
  today = th_records_score_waits (queue.records, day, &error);
  before = today != NULL ? th_records_list_wait_scores (queue.records, 7, &error) : NULL;
  if (before == NULL)
    return th_ctl_fail_error (error);
  for (guint i = 0; i < today->len; i++)
    print_score (&g_array_index (today, ThLaneScore, i));
  for (guint i = 0; i < before->len; i++)
    if (strcmp (g_array_index (before, ThLaneScore, i).day, day) != 0)
      print_score (&g_array_index (before, ThLaneScore, i));
  return TH_CTL_GOOD;
}

/* --- doing ------------------------------------------------------------------------------------ */

static int
call_next (Queue *queue)
{
  char lane = queue->lane != NULL ? queue->lane[0] : 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) party = th_records_call_next (queue->records, &queue->at, lane, &error);

  if (party == NULL)
    return th_ctl_fail_error (error);
  if (party->len == 0)
    return th_ctl_fail (TH_CTL_AWAY, "nobody waits in %s", queue->zone);
  for (guint i = 0; i < party->len; i++)
    print_entry (party->pdata[i]);
  return TH_CTL_GOOD;
}

int
th_ctl_queue_call (int argc, char **argv)
{
  g_auto (Queue) queue = { 0 };
  const GOptionEntry more[] = {
    { "lane", 0, 0, G_OPTION_ARG_STRING, &queue.lane, "of this lane only", "LANE" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (!begin (&queue, argc, argv, "[TICKET]",
              "Calls who is next to a desk; or that ticket, out of its turn or once more.",
              MAYBE_ONE, TRUE, more))
    return queue.status;
  if (queue.lane != NULL && (!g_ascii_isupper (queue.lane[0]) || queue.lane[1] != '\0'))
    return th_ctl_fail (TH_CTL_USAGE, "queue call: --lane is a letter");
  if (!queue.named)
    return call_next (&queue);
  done = th_records_step (queue.records, queue.entry.visit, TH_QUEUE_CALL, &queue.at, &error);
  return finish (&queue, done, error);
}

int
th_ctl_queue_step (int argc, char **argv)
{
  const char *name = verb (argv);
  ThQueueAction action = TH_QUEUE_SERVE;
  g_auto (Queue) queue = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean done;

  while (action < TH_N_QUEUE_ACTIONS && strcmp (th_queue_action_to_string (action), name) != 0)
    action++;
  g_return_val_if_fail (action < TH_N_QUEUE_ACTIONS, TH_CTL_USAGE);
  if (!begin (&queue, argc, argv, "TICKET", "One step of a ticket, at its zone and desk.",
              ONE_TICKET, TRUE, NULL))
    return queue.status;
  done = th_records_step (queue.records, queue.entry.visit, action, &queue.at, &error);
  return finish (&queue, done, error);
}

int
th_ctl_queue_move (int argc, char **argv)
{
  g_auto (Queue) queue = { 0 };
  const GOptionEntry more[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &queue.to, "the zone to wait in", "ZONE" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (!begin (&queue, argc, argv, "TICKET",
              "Sends a ticket to another zone: back, or on to the next.", ONE_TICKET, TRUE, more))
    return queue.status;
  if (queue.to == NULL)
    return th_ctl_fail (TH_CTL_USAGE, "queue move: --to ZONE");
  done = th_records_move (queue.records, queue.entry.visit, queue.to, &queue.at, &error);
  return finish (&queue, done, error);
}

int
th_ctl_queue_leave (int argc, char **argv)
{
  g_auto (Queue) queue = { 0 };
  const GOptionEntry more[] = {
    { "why", 0, 0, G_OPTION_ARG_STRING, &queue.why, "a word for the log: ill, asked-to", "WORD" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (!begin (&queue, argc, argv, "TICKET",
              "Its person goes. Out of observation before the time is over: that is written.",
              ONE_TICKET, TRUE, more))
    return queue.status;
  done = th_records_leave_site (queue.records, queue.entry.visit,
                                queue.why != NULL ? queue.why : "", &queue.at, &error);
  return finish (&queue, done, error);
}

int
th_ctl_queue_undo (int argc, char **argv)
{
  g_auto (Queue) queue = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (!begin (&queue, argc, argv, "TICKET",
              "Takes back the last thing that was done with a ticket at this desk.", ONE_TICKET,
              TRUE, NULL))
    return queue.status;
  done = th_records_undo (queue.records, queue.entry.visit, &queue.at, &error);
  return finish (&queue, done, error);
}

int
th_ctl_queue_arrive (int argc, char **argv)
{
  g_auto (Queue) queue = { 0 };
  g_autoptr (GError) error = NULL;
  char label[16];
  gboolean done;

  if (!begin (&queue, argc, argv, "CODE|-",
              "Somebody stands at a desk with a slip's code, a number or a card's number (- reads "
              "it from\n"
              "standard input): they are served there, and done in the zone before.",
              ONE_TICKET, TRUE, NULL))
    return queue.status;
  th_ticket_label (queue.entry.lane, queue.entry.number, label);
  done = th_records_arrive (queue.records, &queue.at, label, &queue.entry, &error);
  return finish (&queue, done, error);
}

int
th_ctl_queue_extend (int argc, char **argv)
{
  g_auto (Queue) queue = { .minutes = 15 };
  const GOptionEntry more[] = {
    { "minutes", 0, 0, G_OPTION_ARG_INT, &queue.minutes, "1 to 240; 15", "N" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (!begin (&queue, argc, argv, "TICKET", "Observes somebody for longer.", ONE_TICKET, TRUE,
              more))
    return queue.status;
  if (queue.minutes < 0)
    return th_ctl_fail (TH_CTL_USAGE, "queue extend: --minutes is 1 to 240");
  done = th_records_extend (queue.records, queue.entry.visit, (guint)queue.minutes, &queue.at,
                            &error);
  return finish (&queue, done, error);
}

int
th_ctl_queue_consent (int argc, char **argv)
{
  g_auto (Queue) queue = { 0 };
  gboolean refused = FALSE;
  const GOptionEntry more[] = {
    { "refused", 0, 0, G_OPTION_ARG_NONE, &refused, "not given, or withdrawn", NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (!begin (&queue, argc, argv, "TICKET", "Consent was given at a desk.", ONE_TICKET, TRUE, more))
    return queue.status;
  done = th_records_consent (queue.records, queue.entry.visit, !refused, &queue.at, &error);
  return finish (&queue, done, error);
}

/* "all", or names with , between them. */
static gboolean
parse_checks (const char *text, guint *ret_checks)
{
  g_auto (GStrv) names = g_strsplit (text, ",", -1);
  guint checks = 0;

  for (guint i = 0; names[i] != NULL; i++)
    {
      guint found = strcmp (names[i], "all") == 0 ? TH_CHECKS_ALL : 0;

      for (ThCheck check = 0; check < TH_N_CHECKS; check++)
        if (strcmp (names[i], th_check_to_string (check)) == 0)
          found = 1u << check;
      if (found == 0)
        return FALSE;
      checks |= found;
    }
  *ret_checks = checks;
  return TRUE;
}

int
th_ctl_queue_checks (int argc, char **argv)
{
  g_auto (Queue) queue = { 0 };
  const GOptionEntry more[] = {
    { "checks", 0, 0, G_OPTION_ARG_STRING, &queue.checks,
      "all, or what was: "
      "health,record,look,name,age,vaccine,specification,dose,site,route,verified",
      "LIST" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  guint checks = 0;
  gboolean done;

  if (!begin (&queue, argc, argv, "TICKET",
              "Before an injection: three checks, seven matches, one verification. What is missing "
              "is named.",
              ONE_TICKET, TRUE, more))
    return queue.status;
  if (queue.checks != NULL && !parse_checks (queue.checks, &checks))
    return th_ctl_fail (TH_CTL_USAGE, "queue checks: --checks all, or names with , between them");
  done = th_records_checks (queue.records, queue.entry.visit, checks, TH_CHECKS_VERSION, &queue.at,
                            &error);
  return finish (&queue, done, error);
}
