/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cage for a program that is not ours, entered between fork and exec. What is granted to it:
 *
 *   always: the calls of the kernel that a program needs to think, to read files and to write to what it
 *   was given open; no network, no other processes, no writing or changing of files, no new
 *   privileges, no core dump, bounds on memory, time and files. Where this cannot be had there is no
 *   program.
 *   where the kernel can (Landlock, Linux 5.13): it sees only its own folder, /usr, /lib and what the
 *   loader reads in /etc; not the records.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @program: an absolute path. A rule set for th_confine(), close-on-exec; -1: none here. */
int th_confine_prepare (const char *program);

/* For the child, after fork: only async-signal-safe calls. FALSE: do not start the program. */
gboolean th_confine (int rules);

G_END_DECLS
