/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines of the emulated chip, with what hangs on them. All functions are called under the
 * shim's lock and return 0 or the errno value that the kernel would give.
 */
#pragma once

#include <linux/gpio.h>

#include "tests/bench/gpio-state.h"

typedef struct
{
  int fd;       /* the reading end of a pipe: edge events */
  int write_fd; /* -1 when the chip is gone: readers see the end */
  int32_t unplugs; /* which chip */
  int32_t pid;     /* a child that closes what it inherited releases nothing */
  uint32_t n;
  uint32_t offsets[GPIO_V2_LINES_MAX];
  uint64_t flags[GPIO_V2_LINES_MAX];
  int seen[GPIO_V2_LINES_MAX]; /* logical level when last looked for edges */
  uint32_t line_seqno[GPIO_V2_LINES_MAX];
  uint32_t seqno;
  uint32_t kept;  /* edges that wait for the program at most */
  int drop_fd;    /* the reading end once more, for taking the oldest away */
  char consumer[GPIO_MAX_NAME_SIZE];
} ThShimRequest;

void th_shim_lines_init (ThBenchGpio *shared);
int th_shim_lines_info (struct gpio_v2_line_info *info);
int th_shim_lines_request (struct gpio_v2_line_request *arg, ThShimRequest **ret_request);
int th_shim_lines_get (ThShimRequest *request, struct gpio_v2_line_values *values);
int th_shim_lines_set (ThShimRequest *request, const struct gpio_v2_line_values *values);
int th_shim_lines_configure (ThShimRequest *request, const struct gpio_v2_line_config *config);
/* Frees @request and its writing end; @request->fd is the program's to close. */
void th_shim_lines_release (ThShimRequest *request);
/* Writes the pulses that have come by now. True: there will be more. */
bool th_shim_lines_pulse (void);
/* The bench changed something: write the edges that this makes. */
void th_shim_lines_world_changed (ThShimRequest *request);

/* What happens outside at a time of its own: the line changes then, and its edge has that time.
 * @time_ns: CLOCK_MONOTONIC. */
void th_shim_lines_plan (int line, bool high, uint64_t time_ns);
/* Lets happen what is due. Returns: when something is due again, 0: nothing is planned. */
uint64_t th_shim_lines_play (uint64_t now_ns);

/* gpio-shim.c: th_shim_lines_play() is called in time for what was just planned. */
void th_shim_play (void);
/* gpio-shim.c: from now on th_shim_lines_world_changed() is called for every change. */
void th_shim_watch (ThBenchGpio *state);
/* gpio-shim.c: from now on th_shim_lines_pulse() is called every few milliseconds. */
void th_shim_watch_pulses (void);
