/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/gpio-lines.h"
#include "kiosk/config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

static ThConfig *
load (const char *text, GError **error)
{
  return th_config_load_data (text, strlen (text), NULL, error);
}

/* Every part of @parts stands in the message: group, key, what it has, what it may have. */
#define KEY_HEX "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static void
assert_refused (const char *text, const char *const *parts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThConfig) config = load (text, &error);

  g_test_message ("%s", error != NULL ? error->message : "(taken)");
  g_assert_null (config);
  g_assert_nonnull (error);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (strstr (error->message, parts[i]) == NULL)
        g_error ("\"%s\" does not say \"%s\"", error->message, parts[i]);
    }
}

#define REFUSED(text, ...) assert_refused (text, (const char *const[]){ __VA_ARGS__, NULL })

static void
test_what_is_not_known_is_refused_by_name (void)
{
  REFUSED ("[treshold]\n", "[treshold]", "[threshold]");
  REFUSED ("[threshold]\nstatedir=/x\n", "[threshold]", "statedir", "state-dir");
  REFUSED ("[threshold]\nsite-name[fr]=Centre\n", "site-name[fr]", "[zh_CN]");
  REFUSED ("[threshold]\ndevice[zh_CN]=kiosk\n", "device[zh_CN]");
  REFUSED ("[lanes]\nlane=A\n", "[lanes]", "lane", "lanes");
  REFUSED ("[lane C]\nname=Third\n", "[lane C]", "[lanes]");
  REFUSED ("[lane AB]\nname=Third\n", "[lane AB]");
  REFUSED ("[lane A]\ntitle=First\n", "[lane A]", "title", "name");
  REFUSED ("state-dir=/x\n", "group");
  REFUSED ("[threshold\n", "[threshold");
}

static void
test_values_out_of_bounds_are_refused_with_the_bounds (void)
{
  REFUSED ("[threshold]\nstate-dir=data\n", "[threshold]", "state-dir", "data", "absolute");
  REFUSED ("[threshold]\nstate-dir=\n", "state-dir", "absolute");
  REFUSED ("[threshold]\ndevice=Kiosk 1\n", "device", "Kiosk 1", "a to z");
  REFUSED ("[threshold]\ndevice=\n", "device", "1 to 32");
  REFUSED ("[threshold]\ndevice=aaaaaaaaaabbbbbbbbbbccccccccccddd\n", "device", "1 to 32");
  REFUSED ("[threshold]\nsite-name=\n", "site-name", "1 to 60");
  REFUSED ("[threshold]\nsite-name=a\\nb\n", "site-name", "backslash");
  REFUSED ("[threshold]\nlanguage=zh\n", "language", "zh", "en, zh_CN or zh_TW");
  REFUSED ("[reader]\nenabled=yes\n", "enabled", "yes", "true or false");
  REFUSED ("[reader]\nexpired-card=maybe\n", "expired-card", "maybe", "accept, staff, refuse");
  REFUSED ("[reader]\nphoto=keep\n", "photo", "keep", "drop", "sealed");
  REFUSED ("[sealing]\nfolder=keys\n", "folder", "keys", "absolute");
  REFUSED ("[retention]\nvisit-days=0\n", "visit-days", "1", "365");
  REFUSED ("[backup]\nfolder=\n", "folder", "absolute");
  REFUSED ("[backup]\nfolder=backups\n", "folder", "absolute");
  REFUSED ("[backup]\nkeep=0\n", "keep", "1", "400");
  REFUSED ("[backup]\nkeep=401\n", "keep", "1", "400");
  REFUSED ("[reader]\nphoto-decoder=decoder\n", "photo-decoder", "decoder", "absolute");
  REFUSED ("[scanner]\nserial=ttyACM0\n", "serial", "below /dev");
  REFUSED ("[scanner]\nserial=/dev/../etc/passwd\n", "serial", "below /dev");
  REFUSED ("[scanner]\nkeyboard=05e0-1200\n", "keyboard", "05e0:1200");
  REFUSED ("[appointments]\nsite=\n", "site", "1 to 32");
  REFUSED ("[appointments]\npublic-keys=00ff\n", "public-keys", "64 hex");
  REFUSED ("[appointments]\npublic-keys=" KEY_HEX "00\n", "public-keys", "64 hex");
  REFUSED ("[appointments]\npublic-keys=" KEY_HEX ";" KEY_HEX ";" KEY_HEX ";" KEY_HEX ";" KEY_HEX "\n",
           "public-keys", "up to 4");
  REFUSED ("[appointments]\nearly-minutes=721\n", "early-minutes", "0 to 720");
  REFUSED ("[reader]\nserial=ttyUSB0\n", "serial", "below /dev");
  REFUSED ("[reader]\npoll-ms=299\n", "poll-ms", "299", "300 to 2000");
  REFUSED ("[reader]\npoll-ms=2001\n", "poll-ms", "2001");
  REFUSED ("[reader]\npoll-ms=300ms\n", "poll-ms", "300ms");
  REFUSED ("[reader]\npoll-ms=-300\n", "poll-ms", "-300");
  REFUSED ("[reader]\npoll-ms=99999999999999999999\n", "poll-ms");
  REFUSED ("[thermometer]\nway=i2c\n", "way", "i2c", "smbus, pwm, iio");
  REFUSED ("[thermometer]\npwm-line=none\n", "pwm-line", "none");
  REFUSED ("[thermometer]\npwm-mode=double\n", "pwm-mode", "double", "single, extended");
  REFUSED ("[thermometer]\npwm-period=9\n", "pwm-period", "9", "10 to 127");
  REFUSED ("[thermometer]\npwm-period=128\n", "pwm-period", "128");
  REFUSED ("[thermometer]\npwm-min=32.5\n", "pwm-min", "32.5", "0 to 32");
  REFUSED ("[thermometer]\npwm-max=42.9\n", "pwm-max", "42.9", "43 to 60");
  REFUSED ("[thermometer]\npwm-ambient-min=-21\n", "pwm-ambient-min", "-21", "-20 to 10");
  REFUSED ("[thermometer]\npwm-ambient-max=44\n", "pwm-ambient-max", "44", "45 to 85");
  REFUSED ("[thermometer]\niio-device=iio:device0\n", "iio-device", "below /sys");
  REFUSED ("[thermometer]\niio-device=/sys/../etc\n", "iio-device", "below /sys");
  REFUSED ("[thermometer]\nsda-line=1024\n", "sda-line", "0 to 1023");
  REFUSED ("[thermometer]\nsda-line=none\n", "sda-line", "none");
  REFUSED ("[thermometer]\ngpio-chip=a chip with a label that is far too long\n", "gpio-chip");
  REFUSED ("[thermometer]\nsample-ms=59\n", "sample-ms", "60 to 500");
  REFUSED ("[thermometer]\npower-line=1024\n", "power-line", "0 to 1023");
  REFUSED ("[thermometer]\npower-line=17\n", "power-line", "17", "ready-line");
  REFUSED ("[thermometer]\npower-active-low=1\n", "power-active-low", "true or false");
  REFUSED ("[lamps]\nready-line=-1\n", "ready-line", "none, 0 to 1023");
  REFUSED ("[lamps]\nready-line=GPIO 17\n", "ready-line", "gpioinfo");
  REFUSED ("[lamps]\nready-line=0x11\n", "ready-line", "gpioinfo");
  REFUSED ("[thermometer]\nsda-line=A2345678901234567890123456789012\n", "sda-line", "gpioinfo");
  REFUSED ("[thermometer]\npresence=laser\n", "presence", "laser", "switch, hc-sr04, none");
  REFUSED ("[thermometer]\nnear-cm=1\n", "near-cm", "2 to 200");
  REFUSED ("[thermometer]\nfar-cm=201\n", "far-cm", "2 to 200");
  REFUSED ("[thermometer]\nnear-cm=20\n", "far-cm", "near-cm, which is 20");
  REFUSED ("[gate]\nopen-seconds=0\n", "open-seconds", "1 to 60");
  REFUSED ("[gate]\nsafe=shut\n", "safe", "open, closed");
  REFUSED ("[keys]\nyes-line=5\nno-line=6\nback-line=12\n", "help-line", "all four none");
  REFUSED ("[keys]\nhelp-line=5\n", "yes-line", "all four none");
  REFUSED ("[printer]\nwidth-dots=300\n", "width-dots", "300", "auto", "360 to 832");
  REFUSED ("[slip]\ntemplate=slip.conf\n", "template", "slip.conf", "absolute");
  REFUSED ("[slip]\ntemplate=/nonexistent/slip.conf\n", "[slip] template", "/nonexistent/slip.conf");
  REFUSED ("[eligibility]\nrules=rules\n", "rules", "absolute");
  REFUSED ("[eligibility]\nrules=/nonexistent/rules\n", "[eligibility] rules", "/nonexistent/rules");
  REFUSED ("[eligibility]\nrules=/dev/null\n", "[eligibility] rules", "no regular file");
  REFUSED ("[printer]\nway=network\n", "way", "network", "usb, lp, cups");
  REFUSED ("[printer]\nway=none\n", "way", "none", "usb, lp, cups");
  REFUSED ("[printer]\nmodel=laser\n", "model", "laser", "epson-t88-180", "generic-80");
  REFUSED ("[printer]\nusb-id=epson\n", "usb-id", "epson", "04b8:0e03");
  REFUSED ("[printer]\nway=cups\n", "[printer] queue", "empty");
  REFUSED ("[printer]\nqueue=-o job\n", "queue", "-o job", "lpstat");
  REFUSED ("[printer]\ndevice=../lp0\n", "device", "below /dev");
  REFUSED ("[printer]\ncutter=1\n", "cutter", "auto, true, false");
  REFUSED ("[printer]\ndpi=72\n", "dpi", "150 to 300");
  REFUSED ("[printer]\nslips-per-roll=5001\n", "slips-per-roll", "0 to 5000");
  REFUSED ("[printer]\nway=lp\n[spare-printer]\nway=lp\n", "[spare-printer]", "same");
  REFUSED ("[printer]\nband-rows=129\n", "band-rows", "24 to 128");
  REFUSED ("[screening]\nlimit=38.6\n", "[screening]", "limit", "38.6", "36.5 to 38.5");
  REFUSED ("[screening]\nlimit=36.4\n", "limit", "36.4");
  REFUSED ("[screening]\nlimit=37.35\n", "limit", "37.35", "one decimal");
  REFUSED ("[screening]\nlimit=37,3\n", "limit", "37,3");
  REFUSED ("[screening]\nlimit=37.\n", "limit", "37.");
  REFUSED ("[screening]\nlimit=37.3 # fever\n", "limit");
  REFUSED ("[screening]\nsupply-mv=2599\n", "supply-mv", "2600 to 3600");
  REFUSED ("[screening]\nemissivity=1.01\n", "emissivity", "1.01", "0.9 to 1");
  REFUSED ("[screening]\nemissivity=nan\n", "emissivity", "nan");
  REFUSED ("[screening]\nemissivity=0x1p-1\n", "emissivity");
  REFUSED ("[screening]\ngain=0.96\n", "gain", "0.97 to 1.03");
  REFUSED ("[screening]\noffset=0.501\n", "offset", "-0.5 to 0.5");
  REFUSED ("[screening]\noffset=-0.501\n", "offset", "-0.501");
  REFUSED ("[screening]\nk=-0.01\n", "k is", "-0.01", "0 to 0.4");
  REFUSED ("[screening]\nk=0.41\n", "k is", "0.41");
  REFUSED ("[screening]\nbody-offset=0.51\n", "body-offset is 0.51", "-0.5 to 0.5");
  REFUSED ("[screening]\ncalibration-days=0\n", "calibration-days", "1 to 1095");
  REFUSED ("[screening]\ncalibration-expired=off\n", "calibration-expired", "off", "warn");
  REFUSED ("[screening]\ndaily-check=never\n", "daily-check", "never", "off");
  REFUSED ("[screening]\nroom-temperature=15.9\n", "room-temperature", "15.9", "16 to 35");
  REFUSED ("[screening]\nroom-temperature=wall\n", "room-temperature", "wall", "sensor");
  REFUSED ("[screening]\nattempts=0\n", "attempts", "1 to 3");
  REFUSED ("[screening]\nattempts=4\n", "attempts", "1 to 3");
  REFUSED ("[screening]\nrest-seconds=4\n", "rest-seconds", "5 to 600");
  REFUSED ("[screening]\nlow-rest-seconds=901\n", "low-rest-seconds", "5 to 900");
  REFUSED ("[screening]\nreturn-minutes=4\n", "return-minutes", "5 to 120");
  REFUSED ("[screening]\nwarm-up-minutes=61\n", "warm-up-minutes", "0 to 60");
  REFUSED ("[screening]\nwarm-up-minutes=-1\n", "warm-up-minutes", "whole number");
  REFUSED ("[screening]\nroom-temperature=../temp1_input\n", "room-temperature", "absolute path");
  REFUSED ("[screening]\nsettle-ms=-100\n", "settle-ms", "-100");
  REFUSED ("[screening]\nwindow-samples=21\n", "window-samples", "4 to 20");
  REFUSED ("[screening]\nstable-spread=1.001\n", "stable-spread", "0.1 to 1");
  REFUSED ("[screening]\ntimeout-seconds=121\n", "timeout-seconds", "5 to 120");
  REFUSED ("[timeouts]\nidle-seconds=9\n", "idle-seconds", "10 to 300");
  REFUSED ("[timeouts]\nwarning-seconds=19\n", "warning-seconds", "20 to 120");
  REFUSED ("[timeouts]\ndone-seconds=61\n", "done-seconds", "5 to 60");
  REFUSED ("[timeouts]\ntrouble-seconds=901\n", "trouble-seconds", "10 to 900");
  REFUSED ("[staff]\noral-report-minutes=0\n", "oral-report-minutes", "1 to 240");
  REFUSED ("[staff]\nwritten-report-minutes=19\n", "written-report-minutes", "19", "20");
}

static void
test_lanes_that_cannot_be_are_refused (void)
{
  REFUSED ("[lanes]\nlanes=\n", "[lanes]", "lanes", "1 to 8");
  REFUSED ("[lanes]\nlanes=;\n", "lanes", "1 to 8");
  REFUSED ("[lanes]\nlanes=A;;B\n", "lanes", "A;;B");
  REFUSED ("[lanes]\nlanes=A;A\n", "lanes", "A;A");
  REFUSED ("[lanes]\nlanes=a\n", "lanes", "A to Z");
  REFUSED ("[lanes]\nlanes=AB\n", "lanes", "AB");
  REFUSED ("[lanes]\nlanes=A;B;C;D;E;F;G;H;I\n", "lanes", "1 to 8");
  REFUSED ("[lanes]\nlanes=P\n", "[lane P]", "name", "missing");
  REFUSED ("[lanes]\nlanes=P\n[lane P]\nname[zh_CN]=优先\n", "[lane P]", "name", "missing");
  REFUSED ("[lane A]\nvaccine=123456789012345678901234567890123\n", "[lane A]", "vaccine", "32 bytes");
  REFUSED ("[lane A]\nvaccine=A\xe2\x80\x8b" "B\n", "[lane A]", "vaccine");
  REFUSED ("[doses]\nwatch=true\n", "[doses]", "watch", "[lane A] vaccine");
  REFUSED ("[doses]\nwatch=true\n[lane B]\nvaccine=V\n", "[doses]", "watch", "[lane A] vaccine");
  REFUSED ("[doses]\nwatch=perhaps\n", "[doses]", "watch", "perhaps");
  REFUSED ("[lanes]\nlanes=A\n[lane B]\nname=Second\n", "[lane B]", "[lanes]");
  REFUSED ("[lane A]\nname=1234567890123456789012345678901\n", "[lane A]", "name", "1 to 30");
  REFUSED ("[lane A]\npriority=first\n", "[lane A]", "priority", "true or false");
}

static void
test_zones_that_cannot_be_are_refused (void)
{
  REFUSED ("[zones]\nzones=\n", "[zones]", "zones", "1 to 8");
  REFUSED ("[zones]\nzones=inquiry;;observation\n", "zones", "1 to 8");
  REFUSED ("[zones]\nzones=inquiry;inquiry\n", "zones", "different");
  REFUSED ("[zones]\nzones=Inquiry\n", "zones", "a to z");
  REFUSED ("[zones]\nzones=waiting-for-a-long-time\n", "zones", "1 to 16");
  REFUSED ("[zones]\nzones=a;b;c;d;e;f;g;h;i\n", "zones", "1 to 8");
  REFUSED ("[zones]\nzones=inquiry;rest\n", "[zone rest]", "name", "missing");
  REFUSED ("[zones]\nzones=inquiry\n[zone vaccination]\nname=X\n", "[zone vaccination]", "[zones]");
  REFUSED ("[zone inquiry]\ntitle=X\n", "[zone inquiry]", "title", "desks");
  REFUSED ("[zone inquiry]\ndesks=1;1\n", "[zone inquiry]", "desks", "different");
  REFUSED ("[zone inquiry]\ndesks=1;;2\n", "[zone inquiry]", "desks", "1 to 16");
  REFUSED ("[zone inquiry]\ndesks=12345678901234567\n", "[zone inquiry]", "desks", "1 to 16");
  REFUSED ("[zones]\nobservation-minutes=241\n", "observation-minutes", "0 to 240");
  REFUSED ("[queue]\npriority-share=0\n", "priority-share", "1 to 10");
  REFUSED ("[queue]\nput-back=51\n", "put-back", "0 to 50");
  REFUSED ("[queue]\nno-show-after=10\n", "no-show-after", "0 to 9");
}

static void
test_zones_desks_and_priority_lanes_are_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThConfig) config = load ("[lanes]\nlanes=A;P;Q\n[lane P]\nname=Old people\npriority=true\n"
                                      "[lane Q]\nname=Late\npriority=false\n"
                                      "[zones]\nzones=inquiry; weighing ;vaccination;\nobservation-minutes=15\n"
                                      "[zone weighing]\nname=Scales\nname[zh_CN]=称重\ndesks=左;右;\n"
                                      "[zone vaccination]\ndesks=\n"
                                      "[queue]\npriority-share=1\nput-back=0\nno-show-after=9\n",
                                      &error);

  g_assert_no_error (error);
  g_assert_cmpuint (config->queue.n_zones, ==, 3);
  g_assert_cmpstr (config->queue.zones[1], ==, "weighing");
  g_assert_cmpstr (config->zones[1].name[TH_LANGUAGE_ZH_CN], ==, "称重");
  g_assert_cmpstr (config->zones[1].name[TH_LANGUAGE_ZH_TW], ==, "Scales");
  g_assert_cmpstr (config->zones[1].desks[1], ==, "右");
  g_assert_null (config->zones[1].desks[2]);
  g_assert_cmpstr (config->zones[2].name[TH_LANGUAGE_ZH_TW], ==, "接種區");
  g_assert_null (config->zones[2].desks[0]);
  g_assert_cmpstr (config->queue.priority_lanes, ==, "P");
  g_assert_cmpuint (config->queue.observation_min, ==, 15);
  g_assert_cmpuint (config->queue.priority_share, ==, 1);
  g_assert_cmpuint (config->queue.put_back, ==, 0);
  g_assert_cmpuint (config->queue.no_show_after, ==, 9);
}

static void
test_one_line_for_two_uses_is_refused (void)
{
  REFUSED ("[thermometer]\nscl-line=23\n", "scl-line", "23", "sda-line");
  REFUSED ("[lamps]\nready-line=25\n", "ready-line", "25", "presence-line");
  REFUSED ("[lamps]\nattention-line=17\n", "attention-line", "ready-line");
  REFUSED ("[lamps]\nattention-line=GPIO17\n", "attention-line", "GPIO17", "ready-line");
  REFUSED ("[thermometer]\npresence=hc-sr04\ntrigger-line=25\n", "trigger-line", "presence-line");
  REFUSED ("[buzzer]\nline=17\n", "[buzzer] line", "ready-line");
  REFUSED ("[gate]\nline=27\n", "[gate] line", "attention-line");
  REFUSED ("[gate]\nline=5\n[keys]\nyes-line=5\nno-line=6\nback-line=12\nhelp-line=13\n",
           "yes-line", "[gate] line");
  REFUSED ("[thermometer]\ngpio-chip=mine\nsda-line=LEFT\nscl-line=LEFT\n", "scl-line", "sda-line");
  /* What is not connected has no line, and another chip's names are no numbers. */
  g_autoptr (ThConfig) spare
      = load ("[thermometer]\ngpio-chip=mine\npresence=none\nscl-line=GPIO23\n[gate]\nline=25\n", NULL);
  g_autofree char *name = th_gpio_line_to_string (spare->scl_line);

  g_assert_cmpint (spare->gate_line, ==, 25);
  g_assert_cmpstr (name, ==, "GPIO23");

  g_autoptr (ThConfig) config = load ("[lamps]\nready-line=none\nattention-line=none\n", NULL);

  g_assert_nonnull (config);
  g_assert_cmpint (config->ready_lamp_line, ==, -1);
  g_assert_cmpint (config->attention_lamp_line, ==, -1);
}

static void
test_text_that_is_not_plain_is_refused (void)
{
  static const char nul[] = "[threshold]\ndevice=a\0b\n";
  static const char not_utf8[] = "[threshold]\nsite-name=\xff\xfe\n";
  static const char bell[] = "[threshold]\n# \a\n";
  static const char c1[] = "[threshold]\nsite-name=a\xc2\x85" "b\n";
  g_autofree char *big = g_strnfill (64 * 1024 + 1, '\n');
  g_autoptr (GError) error = NULL;

  g_assert_null (th_config_load_data (nul, sizeof nul - 1, NULL, &error));
  g_assert_nonnull (strstr (error->message, "NUL"));
  g_clear_error (&error);
  REFUSED (not_utf8, "UTF-8");
  REFUSED (bell, "0x07");
  REFUSED ("[threshold]\nsite-name=a\\x\n", "[threshold] site-name", "backslash");
  REFUSED (c1, "site-name", "control character");
  REFUSED (big, "65536");

  big[64 * 1024] = '\0';
  g_autoptr (ThConfig) config = load (big, &error);

  g_assert_no_error (error);
  g_assert_nonnull (config);
}

static void
test_a_file_that_cannot_be_read_is_named (void)
{
  g_autofree char *dir = g_dir_make_tmp ("threshold-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "none.conf", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (th_config_load (path, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);

  g_assert_null (th_config_load (dir, NULL, &error));
  g_assert_nonnull (strstr (error->message, dir));
  g_clear_error (&error);

  g_assert_null (th_config_load ("/dev/zero", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (path, "[reader]\npoll-ms=1\n", -1, NULL));
  g_assert_null (th_config_load (path, NULL, &error));
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_nonnull (strstr (error->message, "[reader] poll-ms is \"1\", it may be 300 to 2000"));

  g_remove (path);
  g_rmdir (dir);
}

static void
test_an_empty_file_is_all_defaults (void)
{
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ThConfig) config = th_config_load_data ("", 0, &warnings, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (config->backup_folder, ==, "/var/lib/threshold-backup");
  g_assert_cmpuint (config->backup_keep, ==, 14);
  g_assert_cmpstr (config->state_dir, ==, "/var/lib/threshold");
  g_assert_cmpstr (config->device, ==, "kiosk-1");
  g_assert_cmpint (config->screening.limit_tenths, ==, 373);
  g_assert_cmpuint (config->n_lanes, ==, 2);
  g_assert_cmpint (config->lanes[0].letter, ==, 'A');
  g_assert_cmpstr (config->lanes[0].name_en, ==, "First dose");
  g_assert_cmpstr (config->lanes[1].name_zh_tw, ==, "第二劑");
  g_assert_cmpuint (warnings->len, ==, 2);
}

static void
test_every_key_is_read (void)
{
  static const char text[] =
    "\xef\xbb\xbf[threshold]\r\n"
    "state-dir=/srv//threshold/\r\n"
    "device=village-7\n"
    "site-name=North Hall\n"
    "site-name[zh_TW]=北廳\n"
    "notice[zh_CN]=请戴口罩\n"
    "language=en\n"
    "[reader]\nenabled=false\nserial=/dev/ttyUSB0\npoll-ms=2000\nexpired-card=refuse\nphoto=drop\n"
    "photo-decoder=/opt/decoder/wlt\n"
    "[scanner]\nserial=/dev/ttyACM0\nkeyboard=05e0:1200\n"
    "[appointments]\nsite=north-1\nearly-minutes=0\n"
    "public-keys=" KEY_HEX "; " KEY_HEX ";\n"
    "[thermometer]\ngpio-chip=pinctrl-rp1\nsda-line=2\nscl-line=3\npresence-line=4\n"
    "presence-active-low=true\nsample-ms=500\npower-line=26\npower-active-low=true\n"
    "presence=hc-sr04\ntrigger-line=GPIO22\nnear-cm=5\nfar-cm=60\n"
    "[lamps]\nready-line=5\nattention-line=none\n"
    "[buzzer]\nline=6\n"
    "[gate]\nline=GPIO7\nactive-low=true\nopen-seconds=9\nsafe=closed\n"
    "[keys]\nyes-line=8\nno-line=9\nback-line=10\nhelp-line=11\nactive-low=false\n"
    "[printer]\nwidth-dots=384\ncutter=false\nanswers=false\nband-rows=24\nway=lp\ndevice=/dev/usb/lp1\n"
    "model=clone-58\ndpi=180\nslips-per-roll=0\n"
    "[spare-printer]\nway=cups\nqueue=slips\nusb-id=04b8:0e03\n"
    "[screening]\nlimit=38\nsupply-mv=3000\nemissivity=0.97\ngain=1.012\noffset=-0.125\nk=0.15\nbody-offset=-0.25\n"
    "calibration-days=30\ncalibration-expired=close\ndaily-check=off\n"
    "calibrated=true\nroom-temperature=22.5\nattempts=3\nrest-seconds=180\nsettle-ms=650\n"
    "low-rest-seconds=300\nreturn-minutes=30\nwarm-up-minutes=10\n"
    "window-samples=8\nstable-spread=0.3\ntimeout-seconds=30\n"
    "[lanes]\nlanes= A ; P ;\n"
    "[lane A]\nname=Dose 1\nname[zh_CN]=首剂\nvaccine=Inactivated 灭活\n"
    "[lane P]\nname=Priority\n"
    "[doses]\nwatch=true\nnext-time=Come on Friday.\nnext-time[zh_TW]=週五再來\n"
    "[timeouts]\nidle-seconds=10\nwarning-seconds=21\ndone-seconds=5\ntrouble-seconds=900\n"
    "[staff]\noral-report-minutes=15\nwritten-report-minutes=15\n";
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ThConfig) config = th_config_load_data (text, sizeof text - 1, &warnings, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (warnings->len, ==, 0);
  g_assert_cmpstr (config->state_dir, ==, "/srv/threshold");
  g_assert_cmpstr (config->device, ==, "village-7");
  g_assert_cmpstr (config->site_name[TH_LANGUAGE_EN], ==, "North Hall");
  g_assert_cmpstr (config->site_name[TH_LANGUAGE_ZH_CN], ==, "North Hall");
  g_assert_cmpstr (config->site_name[TH_LANGUAGE_ZH_TW], ==, "北廳");
  g_assert_cmpstr (config->notice[TH_LANGUAGE_EN], ==, "");
  g_assert_cmpstr (config->notice[TH_LANGUAGE_ZH_CN], ==, "请戴口罩");
  g_assert_cmpint (config->default_language, ==, TH_LANGUAGE_EN);
  g_assert_false (config->reader);
  g_assert_cmpstr (config->reader_serial, ==, "/dev/ttyUSB0");
  g_assert_cmpuint (config->reader_poll_ms, ==, 2000);
  g_assert_cmpuint (config->expired_card, ==, TH_EXPIRED_REFUSE);
  g_assert_cmpstr (config->photo_decoder, ==, "/opt/decoder/wlt");
  g_assert_cmpstr (config->scanner_serial, ==, "/dev/ttyACM0");
  g_assert_cmpstr (config->scanner_keyboard, ==, "05e0:1200");
  g_assert_cmpstr (config->appointment_site, ==, "north-1");
  g_assert_cmpuint (config->early_min, ==, 0);
  g_assert_cmpuint (config->n_appointment_keys, ==, 2);
  g_assert_cmphex (config->appointment_keys[1][1], ==, 0x11);
  g_assert_cmphex (config->appointment_keys[1][31], ==, 0xff);
  g_assert_cmpstr (config->gpio_chip, ==, "pinctrl-rp1");
  g_assert_cmpuint (config->sda_line, ==, 2);
  g_assert_cmpuint (config->scl_line, ==, 3);
  g_assert_cmpuint (config->presence_line, ==, 4);
  g_assert_true (config->presence_active_low);
  g_assert_cmpuint (config->sample_ms, ==, 500);
  g_assert_cmpint (config->sensor_power_line, ==, 26);
  g_assert_true (config->sensor_power_active_low);
  g_assert_cmpint (config->ready_lamp_line, ==, 5);
  g_assert_cmpint (config->attention_lamp_line, ==, -1);
  g_assert_cmpuint (config->presence, ==, TH_PRESENCE_HC_SR04);
  g_assert_cmpuint (config->trigger_line, ==, th_gpio_line_named ("GPIO22"));
  g_assert_cmpuint (config->near_cm, ==, 5);
  g_assert_cmpuint (config->far_cm, ==, 60);
  g_assert_cmpint (config->buzzer_line, ==, 6);
  g_assert_cmpint (config->gate_line, ==, (int) th_gpio_line_named ("GPIO7"));
  g_assert_true (config->gate_active_low);
  g_assert_true (config->gate_safe_closed);
  g_assert_cmpuint (config->gate_open_s, ==, 9);
  for (guint key = 0; key < TH_N_KEYS; key++)
    g_assert_cmpint (config->key_line[key], ==, 8 + (int) key);
  g_assert_false (config->keys_active_low);
  g_assert_cmpuint (config->printer.width_dots, ==, 384);
  g_assert_cmpuint (config->printer.cutter, ==, TH_SAID_FALSE);
  g_assert_cmpuint (config->printer.answers, ==, TH_SAID_FALSE);
  g_assert_cmpuint (config->printer.band_rows, ==, 24);
  g_assert_cmpuint (config->printer.way, ==, TH_PRINTER_WAY_LP);
  g_assert_cmpstr (config->printer.device, ==, "/dev/usb/lp1");
  g_assert_cmpstr (config->printer.model, ==, "clone-58");
  g_assert_cmpuint (config->printer.dpi, ==, 180);
  g_assert_cmpuint (config->slips_per_roll, ==, 0);
  g_assert_cmpuint (config->spare_printer.way, ==, TH_PRINTER_WAY_CUPS);
  g_assert_cmpstr (config->spare_printer.queue, ==, "slips");
  g_assert_cmpstr (config->spare_printer.usb_id, ==, "04b8:0e03");
  g_assert_cmpint (config->screening.limit_tenths, ==, 380);
  g_assert_cmpint (config->screening.supply_mv, ==, 3000);
  g_assert_cmpfloat (config->screening.emissivity, ==, 0.97);
  g_assert_cmpfloat (config->screening.gain, ==, 1.012);
  g_assert_cmpint (config->screening.offset_mc, ==, -125);
  g_assert_cmpfloat (config->screening.k, ==, 0.15);
  g_assert_cmpint (config->screening.body_offset_mc, ==, -250);
  g_assert_cmpuint (config->calibration_days, ==, 30);
  g_assert_cmpuint (config->calibration_expired, ==, TH_EXPIRY_CLOSE);
  g_assert_cmpuint (config->daily_check, ==, TH_EXPIRY_OFF);
  g_assert_true (config->screening.calibrated);
  g_assert_cmpint (config->screening.room_source, ==, TH_ROOM_ENTERED);
  g_assert_cmpint (config->screening.room_mc, ==, 22500);
  g_assert_cmpuint (config->screening.low_rest_s, ==, 300);
  g_assert_cmpuint (config->screening.return_min, ==, 30);
  g_assert_cmpuint (config->screening.warm_up_min, ==, 10);
  g_assert_cmpuint (config->screening.attempts, ==, 3);
  g_assert_cmpuint (config->screening.rest_s, ==, 180);
  g_assert_cmpuint (config->screening.settle_ms, ==, 650);
  g_assert_cmpuint (config->screening.window_samples, ==, 8);
  g_assert_cmpint (config->screening.stable_mc, ==, 300);
  g_assert_cmpuint (config->screening.timeout_s, ==, 30);
  g_assert_cmpuint (config->n_lanes, ==, 2);
  g_assert_cmpint (config->lanes[1].letter, ==, 'P');
  g_assert_cmpstr (config->lanes[0].name_en, ==, "Dose 1");
  g_assert_cmpstr (config->lanes[0].vaccine, ==, "Inactivated 灭活");
  g_assert_cmpstr (config->lanes[1].vaccine, ==, "");
  g_assert_true (config->watch_doses);
  g_assert_cmpstr (config->doses_next[TH_LANGUAGE_ZH_CN], ==, "Come on Friday.");
  g_assert_cmpstr (config->doses_next[TH_LANGUAGE_ZH_TW], ==, "週五再來");
  g_assert_cmpstr (config->lanes[0].name_zh_cn, ==, "首剂");
  g_assert_cmpstr (config->lanes[0].name_zh_tw, ==, "Dose 1");
  g_assert_cmpstr (config->lanes[1].name_zh_cn, ==, "Priority");
  g_assert_cmpuint (config->idle_s, ==, 10);
  g_assert_cmpuint (config->warning_s, ==, 21);
  g_assert_cmpuint (config->done_s, ==, 5);
  g_assert_cmpuint (config->trouble_s, ==, 900);
  g_assert_cmpuint (config->oral_report_min, ==, 15);
  g_assert_cmpuint (config->written_report_min, ==, 15);
}

static void
test_the_ways_to_the_thermometer_fit_together (void)
{
  static const char pwm[] = "[thermometer]\nway=pwm\npwm-line=GPIO24\npwm-mode=extended\npwm-period=30\n"
                            "pwm-min=25\npwm-max=50\npwm-ambient-min=-10\npwm-ambient-max=70\n";
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (ThConfig) iio = NULL;
  g_autoptr (GError) error = NULL;

  REFUSED ("[thermometer]\nway=pwm\n", "[screening] room-temperature", "sensor", "number of °C",
           "pwm-mode single");
  REFUSED ("[thermometer]\nway=pwm\npwm-line=25\n[screening]\nroom-temperature=24\n", "pwm-line",
           "presence-line");
  REFUSED ("[thermometer]\nway=iio\npower-line=5\n", "power-line", "5", "way is smbus");

  config = load (pwm, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (config->sensor_way, ==, TH_WAY_PWM);
  g_assert_cmpuint (config->pwm_line, ==, th_gpio_line_named ("GPIO24"));
  g_assert_cmpuint (config->pwm_mode, ==, 1);
  g_assert_cmpuint (config->pwm_period, ==, 30);
  g_assert_cmpint (config->pwm_min_mc, ==, 25000);
  g_assert_cmpint (config->pwm_max_mc, ==, 50000);
  g_assert_cmpint (config->pwm_ambient_min_mc, ==, -10000);
  g_assert_cmpint (config->pwm_ambient_max_mc, ==, 70000);
  /* The lines of one way are free for other uses with another. */
  iio = load ("[thermometer]\nway=iio\niio-device=/sys/bus/i2c/devices/1-005a\n[gate]\nline=23\n"
              "[buzzer]\nline=24\n",
              &error);
  g_assert_no_error (error);
  g_assert_cmpuint (iio->sensor_way, ==, TH_WAY_IIO);
  g_assert_cmpstr (iio->iio_device, ==, "/sys/bus/i2c/devices/1-005a");
}

static void
assert_same_printer (const ThPrinterSettings *a, const ThPrinterSettings *b)
{
  g_assert_cmpuint (a->way, ==, b->way);
  g_assert_cmpstr (a->usb_id, ==, b->usb_id);
  g_assert_cmpstr (a->device, ==, b->device);
  g_assert_cmpstr (a->queue, ==, b->queue);
  g_assert_cmpstr (a->model, ==, b->model);
  g_assert_cmpuint (a->width_dots, ==, b->width_dots);
  g_assert_cmpuint (a->dpi, ==, b->dpi);
  g_assert_cmpuint (a->cutter, ==, b->cutter);
  g_assert_cmpuint (a->answers, ==, b->answers);
  g_assert_cmpuint (a->band_rows, ==, b->band_rows);
}

static void
assert_same (const ThConfig *a, const ThConfig *b)
{
  g_assert_cmpstr (a->state_dir, ==, b->state_dir);
  g_assert_cmpstr (a->device, ==, b->device);
  for (guint i = 0; i < TH_N_LANGUAGES; i++)
    {
      g_assert_cmpstr (a->site_name[i], ==, b->site_name[i]);
      g_assert_cmpstr (a->notice[i], ==, b->notice[i]);
    }
  g_assert_cmpint (a->default_language, ==, b->default_language);
  g_assert_cmpint (a->reader, ==, b->reader);
  g_assert_cmpstr (a->reader_serial, ==, b->reader_serial);
  g_assert_cmpuint (a->reader_poll_ms, ==, b->reader_poll_ms);
  g_assert_cmpuint (a->expired_card, ==, b->expired_card);
  g_assert_cmpstr (a->scanner_serial, ==, b->scanner_serial);
  g_assert_cmpstr (a->scanner_keyboard, ==, b->scanner_keyboard);
  g_assert_cmpstr (a->appointment_site, ==, b->appointment_site);
  g_assert_cmpuint (a->n_appointment_keys, ==, b->n_appointment_keys);
  g_assert_cmpstr (a->backup_folder, ==, b->backup_folder);
  g_assert_cmpuint (a->backup_keep, ==, b->backup_keep);
  g_assert_cmpuint (a->early_min, ==, b->early_min);
  g_assert_cmpstr (a->gpio_chip, ==, b->gpio_chip);
  g_assert_cmpuint (a->sda_line, ==, b->sda_line);
  g_assert_cmpuint (a->scl_line, ==, b->scl_line);
  g_assert_cmpuint (a->presence_line, ==, b->presence_line);
  g_assert_cmpint (a->presence_active_low, ==, b->presence_active_low);
  g_assert_cmpuint (a->sample_ms, ==, b->sample_ms);
  g_assert_cmpint (a->sensor_power_line, ==, b->sensor_power_line);
  g_assert_cmpuint (a->sensor_way, ==, b->sensor_way);
  g_assert_cmpuint (a->pwm_line, ==, b->pwm_line);
  g_assert_cmpuint (a->pwm_mode, ==, b->pwm_mode);
  g_assert_cmpuint (a->pwm_period, ==, b->pwm_period);
  g_assert_cmpint (a->pwm_min_mc, ==, b->pwm_min_mc);
  g_assert_cmpint (a->pwm_max_mc, ==, b->pwm_max_mc);
  g_assert_cmpint (a->pwm_ambient_min_mc, ==, b->pwm_ambient_min_mc);
  g_assert_cmpint (a->pwm_ambient_max_mc, ==, b->pwm_ambient_max_mc);
  g_assert_cmpstr (a->iio_device, ==, b->iio_device);
  g_assert_cmpint (a->sensor_power_active_low, ==, b->sensor_power_active_low);
  g_assert_cmpint (a->ready_lamp_line, ==, b->ready_lamp_line);
  g_assert_cmpint (a->attention_lamp_line, ==, b->attention_lamp_line);
  g_assert_cmpuint (a->presence, ==, b->presence);
  g_assert_cmpuint (a->trigger_line, ==, b->trigger_line);
  g_assert_cmpuint (a->near_cm, ==, b->near_cm);
  g_assert_cmpuint (a->far_cm, ==, b->far_cm);
  g_assert_cmpint (a->buzzer_line, ==, b->buzzer_line);
  g_assert_cmpint (a->gate_line, ==, b->gate_line);
  g_assert_cmpint (a->gate_active_low, ==, b->gate_active_low);
  g_assert_cmpint (a->gate_safe_closed, ==, b->gate_safe_closed);
  g_assert_cmpuint (a->gate_open_s, ==, b->gate_open_s);
  for (guint key = 0; key < TH_N_KEYS; key++)
    g_assert_cmpint (a->key_line[key], ==, b->key_line[key]);
  g_assert_cmpint (a->keys_active_low, ==, b->keys_active_low);
  g_assert_cmpstr (a->slip_template_path, ==, b->slip_template_path);
  g_assert_cmpstr (a->rules_path, ==, b->rules_path);
  assert_same_printer (&a->printer, &b->printer);
  assert_same_printer (&a->spare_printer, &b->spare_printer);
  g_assert_cmpuint (a->slips_per_roll, ==, b->slips_per_roll);
  g_assert_cmpint (a->screening.limit_tenths, ==, b->screening.limit_tenths);
  g_assert_cmpint (a->screening.supply_mv, ==, b->screening.supply_mv);
  g_assert_cmpfloat (a->screening.emissivity, ==, b->screening.emissivity);
  g_assert_cmpfloat (a->screening.gain, ==, b->screening.gain);
  g_assert_cmpint (a->screening.offset_mc, ==, b->screening.offset_mc);
  g_assert_cmpfloat (a->screening.k, ==, b->screening.k);
  g_assert_cmpint (a->screening.body_offset_mc, ==, b->screening.body_offset_mc);
  g_assert_cmpuint (a->calibration_days, ==, b->calibration_days);
  g_assert_cmpuint (a->calibration_expired, ==, b->calibration_expired);
  g_assert_cmpuint (a->daily_check, ==, b->daily_check);
  g_assert_cmpint (a->screening.calibrated, ==, b->screening.calibrated);
  g_assert_cmpint (a->screening.room_source, ==, b->screening.room_source);
  g_assert_cmpint (a->screening.room_mc, ==, b->screening.room_mc);
  g_assert_cmpuint (a->screening.attempts, ==, b->screening.attempts);
  g_assert_cmpuint (a->screening.rest_s, ==, b->screening.rest_s);
  g_assert_cmpuint (a->screening.settle_ms, ==, b->screening.settle_ms);
  g_assert_cmpuint (a->screening.window_samples, ==, b->screening.window_samples);
  g_assert_cmpint (a->screening.stable_mc, ==, b->screening.stable_mc);
  g_assert_cmpuint (a->screening.timeout_s, ==, b->screening.timeout_s);
  g_assert_cmpuint (a->n_lanes, ==, b->n_lanes);
  for (guint i = 0; i < a->n_lanes; i++)
    {
      g_assert_cmpint (a->lanes[i].letter, ==, b->lanes[i].letter);
      g_assert_cmpstr (a->lanes[i].name_en, ==, b->lanes[i].name_en);
      g_assert_cmpstr (a->lanes[i].name_zh_cn, ==, b->lanes[i].name_zh_cn);
      g_assert_cmpstr (a->lanes[i].name_zh_tw, ==, b->lanes[i].name_zh_tw);
      g_assert_cmpstr (a->lanes[i].vaccine, ==, b->lanes[i].vaccine);
    }
  g_assert_cmpuint (a->queue.n_zones, ==, b->queue.n_zones);
  for (guint i = 0; i < a->queue.n_zones; i++)
    {
      g_assert_cmpstr (a->queue.zones[i], ==, b->queue.zones[i]);
      for (guint language = 0; language < TH_N_LANGUAGES; language++)
        g_assert_cmpstr (a->zones[i].name[language], ==, b->zones[i].name[language]);
      g_assert_true (g_strv_equal ((const char *const *) a->zones[i].desks,
                                   (const char *const *) b->zones[i].desks));
    }
  g_assert_cmpstr (a->queue.priority_lanes, ==, b->queue.priority_lanes);
  g_assert_cmpuint (a->queue.observation_min, ==, b->queue.observation_min);
  g_assert_cmpuint (a->queue.priority_share, ==, b->queue.priority_share);
  g_assert_cmpuint (a->queue.put_back, ==, b->queue.put_back);
  g_assert_cmpuint (a->queue.no_show_after, ==, b->queue.no_show_after);
  g_assert_cmpuint (a->idle_s, ==, b->idle_s);
  g_assert_cmpuint (a->tap_guard_ms, ==, b->tap_guard_ms);
  g_assert_cmpuint (a->warning_s, ==, b->warning_s);
  g_assert_cmpuint (a->done_s, ==, b->done_s);
  g_assert_cmpuint (a->trouble_s, ==, b->trouble_s);
  g_assert_cmpuint (a->oral_report_min, ==, b->oral_report_min);
  g_assert_cmpuint (a->written_report_min, ==, b->written_report_min);
}

/* A line of the documentation, "#key=value" or "#[group]", without its "#". */
static gboolean
is_setting (const char *line)
{
  return line[0] == '#' && (line[1] == '[' || (g_ascii_islower (line[1]) && strchr (line, '=')));
}

static void
test_the_documented_file_says_what_is_built_in (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "kiosk", "threshold.conf", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GString) whole = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *group = g_strdup ("");
  g_autoptr (ThConfig) built_in = load ("", NULL);
  guint n_settings = 0;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  g_autoptr (ThConfig) as_it_is = load (text, &error);
  g_assert_no_error (error);
  assert_same (as_it_is, built_in);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = is_setting (lines[i]) ? lines[i] + 1 : lines[i];

      g_string_append_printf (whole, "%s\n", line);
      if (line[0] == '[')
        {
          g_free (group);
          group = g_strdup (line);
        }
      else if (line != lines[i])
        {
          /* Each key alone is known, and changes nothing. */
          g_autofree char *alone = g_strdup_printf ("%s\n%s\n", group, line);
          g_autoptr (ThConfig) config = load (alone, &error);

          g_assert_no_error (error);
          g_assert_nonnull (config);
          n_settings++;
        }
    }
  g_assert_cmpuint (n_settings, ==, 145); /* another key, another line of documentation */

  g_autoptr (ThConfig) documented = load (whole->str, &error);
  g_assert_no_error (error);
  assert_same (documented, built_in);
}

static void
test_languages_have_their_gettext_names (void)
{
  ThLanguage language = TH_LANGUAGE_EN;

  g_assert_false (th_language_from_string ("zh", &language));
  g_assert_false (th_language_from_string ("", &language));
  g_assert_false (th_language_from_string (NULL, &language));
  for (guint i = 0; i < TH_N_LANGUAGES; i++)
    {
      g_assert_true (th_language_from_string (th_language_to_string (i), &language));
      g_assert_cmpint (language, ==, i);
    }
  g_assert_cmpstr (th_language_to_string (TH_LANGUAGE_ZH_CN), ==, "zh_CN");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/unknown", test_what_is_not_known_is_refused_by_name);
  g_test_add_func ("/config/bounds", test_values_out_of_bounds_are_refused_with_the_bounds);
  g_test_add_func ("/config/lanes", test_lanes_that_cannot_be_are_refused);
  g_test_add_func ("/config/zones", test_zones_that_cannot_be_are_refused);
  g_test_add_func ("/config/zones read", test_zones_desks_and_priority_lanes_are_read);
  g_test_add_func ("/config/lines", test_one_line_for_two_uses_is_refused);
  g_test_add_func ("/config/text", test_text_that_is_not_plain_is_refused);
  g_test_add_func ("/config/file", test_a_file_that_cannot_be_read_is_named);
  g_test_add_func ("/config/empty", test_an_empty_file_is_all_defaults);
  g_test_add_func ("/config/every-key", test_every_key_is_read);
  g_test_add_func ("/config/documented", test_the_documented_file_says_what_is_built_in);
  g_test_add_func ("/config/languages", test_languages_have_their_gettext_names);
  g_test_add_func ("/config/the-ways-to-the-thermometer-fit-together",
                   test_the_ways_to_the_thermometer_fit_together);
  return g_test_run ();
}
