/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ticket as a drawing: Pango and Cairo into one-bit raster, so that every name prints. */
#pragma once

#include <glib.h>

#include "drivers/devices.h"
#include "kiosk/config.h"
#include "kiosk/records-sheet.h"
#include "kiosk/slip-template.h"

G_BEGIN_DECLS

typedef enum
{
  TH_SLIP_QUEUE,
  TH_SLIP_HEALTH_DESK, /* same layout; only the "what to do now" line differs */
  TH_SLIP_NOT_TODAY,   /* no number: why, and when to come again */
  TH_SLIP_TEST,        /* a technician's test print: how the printer is attached */
  TH_SLIP_CALIBRATION, /* what was compared, and what came out */
  TH_SLIP_CLOSE,       /* the end of a day: its sums, and the last link of the log's chain */
} ThSlipKind;

/* "queue", "health-desk", "not-today", "test", "calibration", "close-of-day" */
gboolean th_slip_kind_from_string (const char *text, ThSlipKind *ret_kind);

/**
 * ThSlip: everything on the paper, as words. Composed by th_slip_compose() on the thread that owns the
 * language (gettext), then drawn anywhere by th_slip_draw().
 */
typedef struct
{
  ThLanguage language;
  const ThSlipTemplate *template; /* the site's own; NULL: none */
  char *site;
  char *heading;   /* "Your number" */
  char *label;     /* "A-017"; "" where there is no number */
  char *title;     /* in its place: "Please come another day" */
  char *lane;      /* "First dose" */
  char *when;      /* "2026-11-22 09:41" */
  char *who;       /* masked name, may be "" */
  char *ahead;     /* "3 people before you" */
  char *now_title; /* "What to do now" */
  char *what_now;  /* where to go */
  char *keep;      /* keep this slip */
  char *copy_mark; /* "" on an original, "COPY" words on a copy */
  char *token;     /* 32 hex characters, as QR; "": none */
  char **rows;     /* label, value, label, value …; NULL: none */
  char *last;      /* a long word at the end, broken anywhere: a hash; "": none */
} ThSlip;

/**
 * th_slip_compose: (transfer full)
 * @name: (nullable): the full name; it is masked here
 * @kind: QUEUE or HEALTH_DESK
 * @copy: 0 for the original
 * @people_ahead: -1: do not say
 * @issued_at_us: wall clock
 *
 * Words in @language through th_words_use(); main thread only.
 */
ThSlip *th_slip_compose (const ThConfig *config, ThLanguage language, ThSlipKind kind, char lane,
                         guint number, const char *token, const char *name, int people_ahead,
                         gint64 issued_at_us, guint copy);
/* (transfer full): @slip, which also says how long the wait will be; 0 and 0: nobody knows yet, and it does not. Right after
 * it was composed: in its language. */
ThSlip *th_slip_say_wait (ThSlip *slip, int low_s, int high_s);
/**
 * th_slip_compose_not_today: (transfer full)
 * @why: a reason as the check-in says it in "end" ("early", "no-consent", …); of an unknown one only that staff
 *   help
 * @return_when: (nullable): "2026-11-25 09:30": when to come again
 */
ThSlip *th_slip_compose_not_today (const ThConfig *config, ThLanguage language, const char *why,
                                   const char *return_when, gint64 issued_at_us);

/* Such a reason is worth paper: it says when or with what to come again. */
gboolean th_slip_is_taken_home (const char *why);

/**
 * th_slip_compose_report: (transfer full)
 * @kind: TEST, CALIBRATION or CLOSE
 * @rows: (nullable): label and value in turn, as they stand on the paper; up to 40 of each
 * @last: (nullable): one long word at the end
 */
ThSlip *th_slip_compose_report (const ThConfig *config, ThLanguage language, ThSlipKind kind,
                                const char *const *rows, const char *last, gint64 issued_at_us);
/* (transfer full): a sheet as the records keep it; main thread only, as above. */
ThSlip *th_slip_compose_sheet (const ThConfig *config, ThLanguage language, const ThSheet *sheet);
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
