/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One ticket in a lane's list: number, state, and what is doubtful about its slip. */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/queue-list.h"

G_BEGIN_DECLS

#define TH_TYPE_TICKET_ROW (th_ticket_row_get_type ())
G_DECLARE_FINAL_TYPE (ThTicketRow, th_ticket_row, TH, TICKET_ROW, GtkWidget)

GtkWidget *th_ticket_row_new (void);
/* @item: (nullable) */
void th_ticket_row_set_item (ThTicketRow *self, ThQueueItem *item);

G_END_DECLS
