/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `lot …` and `dose …` share. */
#pragma once

#include <json-glib/json-glib.h>

#include "kiosk/ctl.h"
#include "kiosk/records-lots.h"

G_BEGIN_DECLS

/* Who changes something: a name, and the PIN to it. */
typedef struct
{
  char *config;
  char *by;
  gboolean pin_stdin;
} ThCtlActor;

void th_ctl_actor_clear (ThCtlActor *actor);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ThCtlActor, th_ctl_actor_clear)

/* Its options, as entries of a command. */
#define TH_CTL_ACTOR(actor)                                                                        \
  { "config", 0, 0, G_OPTION_ARG_FILENAME, &(actor).config, "the kiosk's configuration", "FILE" }, \
  { "by", 0, 0, G_OPTION_ARG_STRING, &(actor).by, "who does it", "NAME" },                         \
  { "pin-stdin", 0, 0, G_OPTION_ARG_NONE, &(actor).pin_stdin,                                      \
    "the PIN is the first line of standard input", NULL }

/* The records, and whoever acts logged in. NULL: said why. */
ThRecords *th_ctl_open_as (const ThCtlActor *actor, const char *command, int *ret_status);
void th_ctl_print_json (JsonBuilder *json);

G_END_DECLS
