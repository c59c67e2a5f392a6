/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One key file to a checked struct. Every key, its meaning, unit and bounds: kiosk/threshold.conf. */
#pragma once

#include <glib.h>

#include "drivers/devices.h"
#include "kiosk/eligibility.h"
#include "kiosk/queue-rules.h"
#include "kiosk/records-seal.h"
#include "kiosk/screening.h"
#include "kiosk/slip-template.h"
#include "kiosk/token.h"

G_BEGIN_DECLS

#define TH_CONFIG_DEFAULT_PATH SYSCONFDIR "/threshold/threshold.conf"
#define TH_MAX_LANES 8
#define TH_MAX_APPOINTMENT_KEYS 4

/* What becomes of a person whose card is past its date. */
typedef enum
{
  TH_EXPIRED_ACCEPT,
  TH_EXPIRED_STAFF, /* goes on, with a note for staff */
  TH_EXPIRED_REFUSE,
} ThExpiredCard;

/* What happens when a calibration, or the daily check of it, is due. */
typedef enum
{
  TH_EXPIRY_WARN,
  TH_EXPIRY_CLOSE, /* nobody is measured until it is done */
  TH_EXPIRY_OFF,   /* the daily check alone: it is not asked for */
} ThExpiry;

/* What says that somebody stands in front. */
typedef enum
{
  TH_PRESENCE_SWITCH,
  TH_PRESENCE_HC_SR04,
  TH_PRESENCE_NONE, /* nothing: somebody always does */
} ThPresenceKind;

/* How the thermometer is read. */
typedef enum
{
  TH_WAY_SMBUS,
  TH_WAY_PWM, /* by its pulses */
  TH_WAY_IIO, /* by a driver of the kernel */
} ThSensorWay;

/* How a printer is attached. */
typedef enum
{
  TH_PRINTER_WAY_USB,
  TH_PRINTER_WAY_LP,
  TH_PRINTER_WAY_CUPS,
  TH_PRINTER_WAY_NONE, /* the spare one only */
} ThPrinterWay;

/* What the settings say, or leave to the printer's model. */
typedef enum
{
  TH_SAID_AUTO,
  TH_SAID_TRUE,
  TH_SAID_FALSE,
} ThSaid;

/* One printer. 0 and "" where the model decides. */
typedef struct
{
  guint way;     /* ThPrinterWay */
  char *usb_id;  /* "vvvv:pppp"; "": any */
  char *device;  /* LP: its path */
  char *queue;   /* CUPS */
  char *model;   /* th_printer_model_find(); "auto": by its USB ids */
  guint width_dots;
  guint dpi;
  guint cutter;  /* ThSaid */
  guint answers; /* ThSaid: it can answer status questions */
  guint band_rows;
} ThPrinterSettings;

typedef struct
{
  char letter;     /* 'A' … 'Z' */
  char *name_en;   /* "First dose" */
  char *name_zh_cn;
  char *name_zh_tw;
  char *vaccine;   /* what its people get when their appointment does not say; "": as the first lane */
} ThLane;

#define TH_MAX_DESKS 16

/* A zone of the site, as people read it; its order and its rules: ThConfig.queue. */
typedef struct
{
  char *name[3];               /* indexed by ThLanguage: "Registration" */
  char *desks[TH_MAX_DESKS + 1]; /* NULL-terminated; none: the zone has one desk, without a name */
} ThZone;

typedef struct
{
  /* [threshold] */
  char *state_dir;  /* /var/lib/threshold */
  char *device;     /* this kiosk's name in the log, "kiosk-1"; [a-z0-9-]{1,32} */
  char *site_name[3]; /* en, zh_CN, zh_TW: indexed by ThLanguage */
  char *notice[3];    /* a line on the welcome page, may be "" */
  int default_language; /* ThLanguage */

  /* [reader] */
  gboolean reader; /* false: entry by number only */
  char *reader_serial; /* path of its serial port; "" = by USB */
  guint reader_poll_ms; /* 300 to 2000; 300 */

  guint expired_card;   /* ThExpiredCard */
  guint photo_sealed;   /* 0 drop, 1 sealed */
  char *photo_decoder;  /* a program; "" = none: photos are not shown */

  /* [scanner]: "" = none */
  char *scanner_serial;   /* a path */
  char *scanner_keyboard; /* a path, or "vvvv:pppp" */

  /* [appointments] */
  char *appointment_site; /* [a-z0-9-]{1,32}: which site's appointments are taken here */
  guint8 appointment_keys[TH_MAX_APPOINTMENT_KEYS][TH_TOKEN_KEY_BYTES];
  guint n_appointment_keys; /* 0: appointments are not taken */
  guint early_min;          /* 0 to 720; 30 */

  /* [thermometer] */
  guint sensor_way;     /* ThSensorWay */
  char *gpio_chip;      /* label of the chip, "" = the first Raspberry Pi header found by label */
  guint sda_line;       /* 23 */
  guint scl_line;       /* 24 */
  guint presence;       /* ThPresenceKind */
  guint presence_line;  /* 25; the switch's, or the echo's */
  gboolean presence_active_low;
  guint trigger_line;   /* 22 */
  guint near_cm, far_cm; /* 2 to 200; 2 and 20 */
  guint sample_ms;      /* 100; 60 to 500 */
  int sensor_power_line; /* of a load switch in the sensor's supply; -1: none */
  gboolean sensor_power_active_low;
  guint pwm_line;       /* 23 */
  guint pwm_mode;       /* ThPwmMode */
  guint pwm_period;     /* the chip's P: 20; 10 to 127 */
  int pwm_min_mc, pwm_max_mc;                 /* of the object: 30 and 45 °C */
  int pwm_ambient_min_mc, pwm_ambient_max_mc; /* of the chip itself: 0 and 60 °C */
  char *iio_device;     /* "": found */

  /* [lamps]: line or -1 */
  int ready_lamp_line;     /* 17 */
  int attention_lamp_line; /* 27 */

  int buzzer_line;  /* or -1 */
  int gate_line;    /* or -1 */
  gboolean gate_active_low;
  gboolean gate_safe_closed; /* without power, or without the kiosk, the gate is closed */
  guint gate_open_s; /* 5; 1 to 60 */

  /* [keys] */
  int key_line[TH_N_KEYS]; /* or -1: all or none */
  gboolean keys_active_low;

  /* [printer] */
  ThPrinterSettings printer;
  guint slips_per_roll; /* 0: nobody knows; 300 */

  /* [spare-printer] */
  ThPrinterSettings spare_printer; /* way NONE: there is none */

  /* [slip] */
  char *slip_template_path; /* "": none */
  ThSlipTemplate *slip_template; /* of that file; NULL: none */

  /* [screening] */
  ThScreening screening;
  guint calibration_days;    /* 365; 1 to 1095: a calibration of the records counts for as long */
  guint calibration_expired; /* ThExpiry: warn; or close */
  guint daily_check;         /* ThExpiry: warn; close, off */
  char *room_path; /* the file of the room's own sensor; "" unless screening.room_source is TH_ROOM_FILE */

  /* [eligibility] */
  /* [sealing] */
  char *public_keys; /* state-dir/keys */
  char *key_folder; /* "": this machine's users do not open names */
  char *key_mirror; /* "": none */

  ThRetention retention;

  /* [backup] */
  char *backup_folder; /* of `thresholdctl records backup` without a file */
  guint backup_keep;   /* 14; 1 to 400 */

  char *rules_path;           /* "": everybody may come */
  ThEligibility *eligibility; /* of that file; NULL: none */

  /* [lanes] */
  ThLane lanes[TH_MAX_LANES];
  guint n_lanes;

  /* [doses] */
  gboolean watch_doses;  /* a ticket is a reserved dose */
  char *doses_next[3];   /* when to come again, once all are promised; may be "" */

  /* [zones], [queue], and which lanes are priority lanes */
  ThQueueRules queue;
  ThZone zones[TH_MAX_ZONES]; /* of queue.zones, in the same order */

  /* [timeouts], seconds */
  guint idle_s;     /* a page without a touch: then the 20 s warning; 45; 10 to 300 */
  guint warning_s;  /* 20; 20 to 120 */
  guint done_s;     /* the last page; 12; 5 to 60 */
  guint tap_guard_ms; /* a touch sooner than this after a page has changed does not count; 300; 0 to 1000 */
  guint trouble_s;  /* a visit waits for a device that is being mended; 120; 10 to 900 */

  /* [staff] */
  guint oral_report_min;    /* 20 */
  guint written_report_min; /* 40 */
} ThConfig;

/* A GPIO line that the configuration uses. */
#define TH_MAX_LINE_USES 24

typedef struct
{
  const char *group, *key; /* of the setting */
  int line;                /* th_gpio_lines_request() */
} ThLineUse;

guint th_config_line_uses (const ThConfig *config, ThLineUse ret_uses[TH_MAX_LINE_USES]);

/* Index of per-language values and the gettext language; the order is fixed. */
typedef enum
{
  TH_LANGUAGE_EN,
  TH_LANGUAGE_ZH_CN,
  TH_LANGUAGE_ZH_TW,
  TH_N_LANGUAGES,
} ThLanguage;

const char *th_language_to_string (ThLanguage language); /* "en", "zh_CN", "zh_TW" */
gboolean th_language_from_string (const char *text, ThLanguage *ret_language);

/**
 * th_config_load:
 * @path: (nullable): NULL: TH_CONFIG_DEFAULT_PATH if it exists, else all defaults
 * @ret_warnings: (out) (transfer full) (nullable): one string a line for what works but should be looked at
 * @error: names file, group, key, what it has and what it may have; unknown keys and groups are errors
 */
ThConfig *th_config_load (const char *path, GPtrArray **ret_warnings, GError **error);
ThConfig *th_config_load_data (const char *text, gsize len, GPtrArray **ret_warnings, GError **error);
/* Of @config, which outlives it. */
ThKeyPlaces th_config_key_places (const ThConfig *config);
void th_config_free (ThConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThConfig, th_config_free)

G_END_DECLS
