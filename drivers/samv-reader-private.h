/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What samv-reader.c (steps, port, health) and samv-reader-card.c (the life of one card on the
 * plate: what is told of it, and what is done next) share.
 */
#pragma once

#include "drivers/samv-link.h"
#include "drivers/samv-reader.h"

#define TH_SAMV_DIGEST_SIZE 32

typedef enum
{
  TH_SAMV_STEP_OPEN,
  TH_SAMV_STEP_DRAIN,
  TH_SAMV_STEP_STATUS,
  TH_SAMV_STEP_ID,
  TH_SAMV_STEP_FIND,
  TH_SAMV_STEP_SELECT,
  TH_SAMV_STEP_READ,
  TH_SAMV_STEP_ADDRESS, /* of the card that was just read */
  TH_SAMV_STEP_RESET,
  TH_SAMV_STEP_LOOK, /* does the card still lie there? */
} ThSamvStep;

typedef enum
{
  TH_SAMV_CARD_NONE,
  TH_SAMV_CARD_FOUND,  /* told; not yet read */
  TH_SAMV_CARD_READ,   /* told; lies there */
  TH_SAMV_CARD_FAILED, /* told; lies there, and is tried again quietly */
} ThSamvCardState;

struct _ThSamvReader
{
  GObject parent_instance;
  ThSamvPort *port; /* NULL once disposed */
  ThSamvLink *link;
  ThCardReaderTimes times;
  ThHealth health;
  GError *trouble;
  char *module;

  ThSamvStep step;
  gboolean started;
  gboolean busy;       /* a call to the port is under way */
  gboolean look_again; /* something was plugged in while we were opening */
  guint timer_id;
  guint errors;

  /* samv-reader-card.c */
  ThSamvCardState card;
  guint attempts;
  gboolean after_reset; /* the field comes back slowly: one "not found" means nothing */
  gint64 tried_us;
  ThCard *unfinished; /* read; its newest address is being asked for */
  /* Of the card that lies there, so that an unplugged cable is no new card. */
  guint8 digest[TH_SAMV_DIGEST_SIZE];
};

/* samv-reader.c */
void th_samv_reader_run (ThSamvReader *self, ThSamvStep step);
void th_samv_reader_run_later (ThSamvReader *self, guint ms, ThSamvStep step);

/* samv-reader-card.c. Each ends by running a step, now or later. */
void th_samv_card_found (ThSamvReader *self);
void th_samv_card_not_found (ThSamvReader *self);
void th_samv_card_data (ThSamvReader *self, const ThSamvReply *reply);
void th_samv_card_address (ThSamvReader *self, const ThSamvReply *reply);
/* There is none to be had. Runs no step. */
void th_samv_card_no_address (ThSamvReader *self);
void th_samv_card_trouble (ThSamvReader *self, guint8 status);
/* The reply to a select or a read came broken or not at all. */
void th_samv_card_lost (ThSamvReader *self);
void th_samv_card_looked (ThSamvReader *self, gboolean there);

/* The machine cannot go on: tells what became of the card. Runs no step. */
void th_samv_card_outage (ThSamvReader *self);
/* What to begin with, once the machine works again. */
ThSamvStep th_samv_card_resume (ThSamvReader *self);
void th_samv_card_forget (ThSamvReader *self);
