/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "drivers/devices.h"
#include "kiosk/config.h"

G_BEGIN_DECLS

/* The configured thermometer with what tells it that somebody stands in front, not started: the same for
 * the kiosk and for a technician. */
ThThermometer *th_thermometer_new_configured (const ThConfig *config);

G_END_DECLS
