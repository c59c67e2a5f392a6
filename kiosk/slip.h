/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ticket as a drawing: Pango and Cairo into one-bit raster, so that every name prints. */
#pragma once

#include <glib.h>

#include "drivers/devices.h"
#include "kiosk/config.h"

G_BEGIN_DECLS

typedef enum
{
  TH_SLIP_QUEUE,
  TH_SLIP_HEALTH_DESK, /* same layout; only the "what to do now" line differs */
  TH_SLIP_TEST,        /* a technician's test print */
} ThSlipKind;

/**
 * ThSlip: everything on the paper, as words. Composed by th_slip_compose() on the thread that owns the
 * language (gettext), then drawn anywhere by th_slip_draw().
 */
typedef struct
{
  ThLanguage language;
  char *site;
  char *heading;   /* "Your number" */
  char *label;     /* "A-017" */
  char *lane;      /* "First dose" */
  char *when;      /* "2026-11-22 09:41" */
  char *who;       /* masked name, may be "" */
  char *ahead;     /* "3 people before you" */
  char *now_title; /* "What to do now" */
  char *what_now;  /* where to go */
  char *keep;      /* keep this slip */
  char *copy_mark; /* "" on an original, "COPY" words on a copy */
  char *token;     /* 32 hex characters, as QR */
} ThSlip;

/**
 * th_slip_compose: (transfer full)
 * @name: (nullable): the full name; it is masked here
 * @copy: 0 for the original
 * @people_ahead: -1: do not say
 * @issued_at_us: wall clock
 *
 * Words in @language through th_words_use(); main thread only.
 */
ThSlip *th_slip_compose (const ThConfig *config, ThLanguage language, ThSlipKind kind, char lane,
                         guint number, const char *token, const char *name, int people_ahead,
                         gint64 issued_at_us, guint copy);
void th_slip_free (ThSlip *slip);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThSlip, th_slip_free)

/**
 * th_slip_draw: (transfer full)
 * @head: 384 dots (58 mm) or 576 (80 mm) at 203 dpi, 512 (80 mm) at 180 dpi, or anything like them: type is as many
 *   millimetres high on each
 *
 * Cropped to its content. One thread at a time draws slips. The first drawing of a process loads fonts (tens of
 * milliseconds): warm up by drawing one and dropping it. @error: TH_SLIP_ERROR-free: G_IO_ERROR.
 */
ThRaster *th_slip_draw (const ThSlip *slip, const ThPrintHead *head, GError **error);

gboolean th_raster_write_png (const ThRaster *raster, const char *path, GError **error);

G_END_DECLS
