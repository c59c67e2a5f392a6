/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ThStaffDesk: everything a staff screen knows and does. It opens the records on a worker of its
 * own, looks several times a second whether another program has written to them, keeps the lists
 * that screens show, and carries out what the person who is logged in decides. It shows nothing;
 * nothing here waits.
 *
 * Locked, it holds no case and no queue. What somebody was writing when the screen locked is kept
 * for that person only, in memory, and given back at their next log-in.
 */
#pragma once

#include <gio/gio.h>

#include "kiosk/case-list.h"
#include "kiosk/config.h"
#include "kiosk/eligibility.h"
#include "kiosk/queue-list.h"
#include "kiosk/records-day.h"
#include "kiosk/records-sheet.h"
#include "kiosk/records-thermometer.h"
#include "kiosk/records-zones.h"
#include "kiosk/records.h"
#include "kiosk/staff-doses.h"

G_BEGIN_DECLS

#define TH_STAFF_DESK_POLL_MS 300

/**
 * ThStaffDesk: properties (read only, all notify):
 *
 *   "who"     string  who is logged in; "" while locked
 *   "names"   GStrv   the staff, for the log-in page; %NULL until they were read
 *   "loaded"  bool    cases and queue were read since the log-in
 *   "problem" GError  (nullable) the records cannot be read now; it keeps trying
 *   "zone"    string  where whoever is logged in works; "desk" has changed with it
 *   "devices" string  th_records_last_device_states(); "" when the kiosk has said nothing yet
 *
 * Signals:
 *   "case-arrived" (ThCaseItem *item)   flagged while somebody is logged in
 *   "tick" ()                           once a second, for clocks
 *   "day" ()                            what th_staff_desk_get_day() says was read again
 *   "thermometer" ()                    what th_staff_desk_get_thermometer() says has changed
 *   "doses" ()                          lots and doses were read
 */
#define TH_TYPE_STAFF_DESK (th_staff_desk_get_type ())
G_DECLARE_FINAL_TYPE (ThStaffDesk, th_staff_desk, TH, STAFF_DESK, GObject)

/* @config: outlives the object; its state-dir and device are used. */
ThStaffDesk *th_staff_desk_new (const ThConfig *config);
void th_staff_desk_start (ThStaffDesk *self);
/* Waits until everything given is written, closes the records. Call before the last reference goes.
 */
void th_staff_desk_stop (ThStaffDesk *self);

const ThConfig *th_staff_desk_get_config (ThStaffDesk *self);
const char *th_staff_desk_get_who (ThStaffDesk *self);
gboolean th_staff_desk_get_manager (ThStaffDesk *self); /* who is logged in is one */
const char *const *th_staff_desk_get_names (ThStaffDesk *self);
gboolean th_staff_desk_get_loaded (ThStaffDesk *self);
const GError *th_staff_desk_get_problem (ThStaffDesk *self);
/* @ret_at_us: wall clock of the newest state */
const char *th_staff_desk_get_devices (ThStaffDesk *self, gint64 *ret_at_us);
ThCaseList *th_staff_desk_get_cases (ThStaffDesk *self);
/* @lane_index: in the configuration. Who is in the station's zone. */
ThQueueList *th_staff_desk_get_queue (ThStaffDesk *self, guint lane_index);
/* How long whoever comes now waits in that lane of the station's zone. FALSE: it is not known yet. */
gboolean th_staff_desk_get_forecast (ThStaffDesk *self, guint lane_index, ThWaitRange *ret_range);
/* All of the day, in every zone and lane. */
ThQueueList *th_staff_desk_get_tickets (ThStaffDesk *self);

/* (transfer none) (nullable): the ticket of today of this visit */
ThQueueItem *th_staff_desk_find_ticket (ThStaffDesk *self, const char *visit);
/* The day and its clock; NULL: not read yet. */
const ThDayStatus *th_staff_desk_get_day (ThStaffDesk *self);
/* What time it is to the records, µs since 1970: what cases' clocks and "3 min ago" go by. Not the machine's clock, which may be
 * wrong, or be put right. */
gint64 th_staff_desk_now_us (ThStaffDesk *self);
/* How it stands with the thermometer; NULL: not read yet. */
const ThThermometerStatus *th_staff_desk_get_thermometer (ThStaffDesk *self);
/* (element-type ThCheckRecord), (element-type ThCalibrationRecord) (nullable): newest first: 30 days, three years. */
GArray *th_staff_desk_get_checks (ThStaffDesk *self);
GArray *th_staff_desk_get_calibrations (ThStaffDesk *self);

/* @pin is wiped after use. Finish: @ret_wait_s (nullable): set always: seconds until the next try
 * counts. */
void th_staff_desk_log_in_async (ThStaffDesk *self, const char *name, const char *pin,
                                 GAsyncReadyCallback callback, gpointer user_data);
gboolean th_staff_desk_log_in_finish (ThStaffDesk *self, GAsyncResult *result, guint *ret_wait_s,
                                      GError **error);
void th_staff_desk_lock (ThStaffDesk *self);

/* Each is durable, and the lists are up to date, when the callback comes. All need somebody logged
 * in. */
void th_staff_desk_decide_async (ThStaffDesk *self, const char *visit, ThDecision decision,
                                 const char *reason, GAsyncReadyCallback callback,
                                 gpointer user_data);
void th_staff_desk_report_async (ThStaffDesk *self, const char *visit, gboolean written,
                                 GAsyncReadyCallback callback, gpointer user_data);
/* A manager lets the site measure with rules that are not calibrated. */
void th_staff_desk_confirm_screening_async (ThStaffDesk *self, GAsyncReadyCallback callback,
                                            gpointer user_data);
/* Finish, for those that only do something: */
gboolean th_staff_desk_done_finish (ThStaffDesk *self, GAsyncResult *result, GError **error);

/* th_records_open_day(), a manager's: the day that is open already has its time confirmed. th_records_close_day(): its slip is
 * queued, its anchor goes to the journal. th_staff_desk_done_finish() */
void th_staff_desk_open_day_async (ThStaffDesk *self, const char *day, gint64 at_us,
                                   GAsyncReadyCallback callback, gpointer user_data);
void th_staff_desk_close_day_async (ThStaffDesk *self, GAsyncReadyCallback callback,
                                    gpointer user_data);

/* Where whoever is logged in works: all that is done with the queue is done there. The first zone and its first
 * desk, until a screen says otherwise. */
/* The lists follow at once. */
void th_staff_desk_set_station (ThStaffDesk *self, const char *zone, const char *desk);
const char *th_staff_desk_get_zone (ThStaffDesk *self);
const char *th_staff_desk_get_desk (ThStaffDesk *self);

/* kiosk/records-zones.h, at the station. Refusals are TH_QUEUE_ERROR. th_staff_desk_done_finish(), but for the last two. */
void th_staff_desk_step_async (ThStaffDesk *self, const char *visit, ThQueueAction action,
                               GAsyncReadyCallback callback, gpointer user_data);
void th_staff_desk_move_async (ThStaffDesk *self, const char *visit, const char *to,
                               GAsyncReadyCallback callback, gpointer user_data);
void th_staff_desk_leave_async (ThStaffDesk *self, const char *visit, GAsyncReadyCallback callback,
                                gpointer user_data);
void th_staff_desk_undo_async (ThStaffDesk *self, const char *visit, GAsyncReadyCallback callback,
                               gpointer user_data);
void th_staff_desk_extend_async (ThStaffDesk *self, const char *visit, guint minutes,
                                 GAsyncReadyCallback callback, gpointer user_data);
void th_staff_desk_checks_async (ThStaffDesk *self, const char *visit, guint checks,
                                 GAsyncReadyCallback callback, gpointer user_data);
void th_staff_desk_arrive_async (ThStaffDesk *self, const char *code, GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean th_staff_desk_arrive_finish (ThStaffDesk *self, GAsyncResult *result,
                                      ThQueueEntry *ret_entry, GError **error);
/* @lane: 0: whoever is next by the rules */
void th_staff_desk_call_next_async (ThStaffDesk *self, char lane, GAsyncReadyCallback callback,
                                    gpointer user_data);
/* FALSE with @error unset: nobody waits. @ret_entry: the first, when a household was called. */
gboolean th_staff_desk_call_next_finish (ThStaffDesk *self, GAsyncResult *result,
                                         ThQueueEntry *ret_entry, GError **error);

/* FALSE with @error unset: @person (th_records_find_ticket(); "": somebody without a number) has no number today; then
 * @ret_admission: may they come in @lane now? Nothing of @person is kept. */
void th_staff_desk_find_person_async (ThStaffDesk *self, const char *person, char lane,
                                      GAsyncReadyCallback callback, gpointer user_data);
gboolean th_staff_desk_find_person_finish (ThStaffDesk *self, GAsyncResult *result,
                                           ThTicket *ret_ticket, ThAdmission *ret_admission,
                                           GError **error);
/* th_records_enter(), by who is logged in; whether it is against the rules is found out here. Nothing of @who is kept. */
void th_staff_desk_enter_async (ThStaffDesk *self, const ThStaffEntry *who,
                                GAsyncReadyCallback callback, gpointer user_data);
gboolean th_staff_desk_enter_finish (ThStaffDesk *self, GAsyncResult *result, ThTicket *ret_ticket,
                                     GError **error);
/* th_records_order_slip(), th_records_cancel_slip(); th_staff_desk_done_finish() */
void th_staff_desk_order_slip_async (ThStaffDesk *self, const char *visit,
                                     GAsyncReadyCallback callback, gpointer user_data);
void th_staff_desk_cancel_slip_async (ThStaffDesk *self, const char *visit, guint copy,
                                      GAsyncReadyCallback callback, gpointer user_data);
/* A black body before the kiosk's sensor: th_records_ask_trial(). */
void th_staff_desk_ask_trial_async (ThStaffDesk *self, ThTrialKind kind, int reference_mc,
                                    GAsyncReadyCallback callback, gpointer user_data);
gboolean th_staff_desk_ask_trial_finish (ThStaffDesk *self, GAsyncResult *result, guint *ret_number,
                                         GError **error);
/* What came of trials: th_records_check(), th_records_calibrate(). Finish: th_staff_desk_done_finish(). */
void th_staff_desk_check_async (ThStaffDesk *self, const ThBlackBodyPoint *point, const char *serial,
                                GAsyncReadyCallback callback, gpointer user_data);
void th_staff_desk_calibrate_async (ThStaffDesk *self, const ThBlackBodyPoint *points, guint n,
                                    const char *serial, GAsyncReadyCallback callback,
                                    gpointer user_data);

/* The newest calibration, or the sums of today, on paper at the kiosk: th_records_ask_sheet();
 * th_staff_desk_done_finish(). */
void th_staff_desk_ask_sheet_async (ThStaffDesk *self, ThSheetKind kind,
                                    GAsyncReadyCallback callback, gpointer user_data);
/* Lots, promises and injections: kiosk/staff-doses.h, by who is logged in. th_staff_desk_done_finish() */
void th_staff_desk_doses_async (ThStaffDesk *self, const ThDosesOrder *order,
                                GAsyncReadyCallback callback, gpointer user_data);
/* (element-type ThLot), (element-type ThStock), (element-type ThDose) (transfer none) (nullable): th_records_list_lots(),
 * th_records_list_stock(), th_records_list_doses() of today; NULL: not read yet. "doses" says when they are read again. */
GPtrArray *th_staff_desk_get_lots (ThStaffDesk *self);
GPtrArray *th_staff_desk_get_stock (ThStaffDesk *self);
GPtrArray *th_staff_desk_get_doses (ThStaffDesk *self);

/* What the person who is logged in has begun to decide; kept until it is written. TH_DECISION_NONE
 * and "": nothing. */
void th_staff_desk_set_draft (ThStaffDesk *self, const char *visit, ThDecision decision,
                              const char *reason);
ThDecision th_staff_desk_get_draft (ThStaffDesk *self, const char *visit, const char **ret_reason);

G_END_DECLS
