/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What systemd wants to know (sd_notify(3)), in one datagram each; nothing happens outside of
 * systemd. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * th_notify:
 * @message: lines as in sd_notify(3), "READY=1"; never anything about a person
 *
 * Sends to $NOTIFY_SOCKET (a path, or '@' and an abstract name). Never waits: what cannot be sent
 * at once is dropped. FALSE: there is no such socket, or it did not take the message.
 */
gboolean th_notify (const char *message);

/* Pings the watchdog twice in WATCHDOG_USEC from the main loop, so that a main loop that stands
 * still is restarted. WATCHDOG_PID is not looked at: under a compositor it is the compositor's, and
 * the unit takes our word (NotifyAccess=all). Returns the source's id, 0 if systemd did not ask. */
guint th_notify_watchdog (void);

G_END_DECLS
