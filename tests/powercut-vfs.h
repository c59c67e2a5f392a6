/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk whose plug is pulled: a VFS over SQLite's own that keeps what is written in memory until it is synced. When
 * the power is cut, each 512-byte sector that was written since reaches the disk or not, by chance and in no order,
 * and so do new lengths and deletions; what was synced is there. For a program of its own, which ends with the cut:
 * whoever looks at the files then opens them with SQLite's own VFS.
 */
#pragma once

#include <glib.h>

/**
 * powercut_arm:
 * @seed: of what chance does
 * @after: the power is cut in the so-many-th write, sync, truncation or deletion: from 1
 *
 * Registers the VFS as the one that is used unless another is named. At the cut the process exits with POWERCUT_EXIT.
 */
void powercut_arm (guint32 seed, guint after);

/* Now, if it did not happen before. */
G_GNUC_NORETURN void powercut_now (void);

#define POWERCUT_EXIT 77
