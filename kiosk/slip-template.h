/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a site puts on every slip of its own: a logo, a notice, a hot line. */
#pragma once

#include <glib.h>

#include "drivers/devices.h"

G_BEGIN_DECLS

/* On every paper there is, with its margins. */
#define TH_LOGO_MAX_WIDTH 336
#define TH_LOGO_MAX_HEIGHT 160

typedef struct
{
  ThRaster *logo;  /* NULL: none */
  char *notice[3]; /* up to 80 characters each, may be ""; indexed by ThLanguage */
  char *hot_line;  /* up to 24 characters, may be "" */
} ThSlipTemplate;

/**
 * th_slip_template_load: (transfer full)
 * @path: a key file with one group, [slip]: logo= (a PNG or binary PBM; its path counts from the file's own folder),
 *   notice= (also with [zh_CN], [zh_TW]), hot-line=
 * @error: says what it may be; unknown keys and groups are errors
 *
 * Grey in a PNG becomes a pattern of black dots, what is transparent stays white.
 */
ThSlipTemplate *th_slip_template_load (const char *path, GError **error);
void th_slip_template_free (ThSlipTemplate *template);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThSlipTemplate, th_slip_template_free)

G_END_DECLS
