/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules file, read strictly: a rule that was written and does not count is worse than no start. */
#include "kiosk/eligibility-private.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/id-number.h"

#define NAME_LIMIT 60 /* characters */
#define MAX_NAMES 200 /* in one list */
#define MAX_DAYS 3650
#define MAX_MINUTES 720
#define FIRST_YEAR 1900
#define LAST_YEAR 2199

/* What a key may be in. */
#define IN(kind) (1u << TH_RULE_##kind)
#define DATED (IN (ARRIVAL) | IN (WALK_INS) | IN (ANSWERS) | IN (PHASE) | IN (VACCINE))

typedef gboolean (*ReadFunc) (ThRule *rule, const char *key, const char *value, GError **error);

static gboolean G_GNUC_PRINTF (2, 3)
refuse (GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list values;

  va_start (values, format);
  text = g_strdup_vprintf (format, values);
  va_end (values);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, text);
  return FALSE;
}

static const char *const kind_words[TH_N_RULES] = {
  [TH_RULE_ARRIVAL] = "arrival", [TH_RULE_WALK_INS] = "walk-ins", [TH_RULE_ANSWERS] = "answers",
  [TH_RULE_GROUP] = "group",     [TH_RULE_PHASE] = "phase",       [TH_RULE_VACCINE] = "vaccine",
};

/* --- values ------------------------------------------------------------------------------------ */

static gboolean
read_number (const char *text, guint min, guint max, guint *ret_number)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, min, max, &number, NULL))
    return FALSE;
  *ret_number = (guint) number;
  return TRUE;
}

static gboolean
read_day (ThRule *rule, const char *key, const char *value, GError **error)
{
  ThDate *where = strcmp (key, "from") == 0 ? &rule->from : &rule->until;

  if (!th_date_from_string (value, where) || where->year < FIRST_YEAR || where->year > LAST_YEAR)
    return refuse (error, "%s is \"%s\", it may be a day such as 2021-03-15", key, value);
  return TRUE;
}

/* "18-59", "60-", "-17", "18". */
static gboolean
read_range (const char *value, guint least, guint most, guint *ret_min, guint *ret_max)
{
  g_auto (GStrv) ends = g_strsplit (value, "-", 3);
  guint n = g_strv_length (ends);
  guint min = 0, max = TH_NO_LIMIT;

  if (n < 1 || n > 2)
    return FALSE;
  for (guint i = 0; i < n; i++)
    g_strstrip (ends[i]);
  if (n == 2 && *ends[0] == '\0' && *ends[1] == '\0')
    return FALSE;
  if ((n == 1 || *ends[0] != '\0') && !read_number (ends[0], least, most, &min))
    return FALSE;
  if (n == 1)
    max = min;
  else if (*ends[1] != '\0' && !read_number (ends[1], least, most, &max))
    return FALSE;
  if (max < min)
    return FALSE;
  *ret_min = min;
  *ret_max = max;
  return TRUE;
}

static gboolean
read_ages (ThRule *rule, const char *key, const char *value, GError **error)
{
  rule->has_ages = TRUE;
  if (!read_range (value, 0, TH_MAX_AGE, &rule->age_min, &rule->age_max))
    return refuse (error, "ages is \"%s\", it may be whole years: 18-59, 60- or -17, up to %d", value,
                   TH_MAX_AGE);
  return TRUE;
}

static gboolean
read_births (ThRule *rule, const char *key, const char *value, GError **error)
{
  rule->has_births = TRUE;
  if (!read_range (value, FIRST_YEAR - TH_MAX_AGE, LAST_YEAR, &rule->birth_min, &rule->birth_max))
    return refuse (error, "born is \"%s\", it may be years: 1961-2002, 2003- or -1960", value);
  return TRUE;
}

/* Words with ; between them, without the spaces around each; one after the last is no word. NULL: bad. */
static char **
split (const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, ";", -1);
  guint n = g_strv_length (words);

  for (guint i = 0; i < n; i++)
    g_strstrip (words[i]);
  if (n > 1 && *words[n - 1] == '\0')
    g_clear_pointer (&words[--n], g_free);
  for (guint i = 0; i < n; i++)
    if (*words[i] == '\0' || g_utf8_strlen (words[i], -1) > NAME_LIMIT)
      return NULL;
  return n == 0 || n > MAX_NAMES ? NULL : g_steal_pointer (&words);
}

static gboolean
read_names (ThRule *rule, const char *key, const char *value, GError **error)
{
  char ***where = strcmp (key, "groups") == 0        ? &rule->groups
                  : strcmp (key, "communities") == 0 ? &rule->communities
                                                     : &rule->employers;
  char **names = split (value);

  if (names == NULL)
    return refuse (error, "%s is \"%s\", it may be 1 to %d names of up to %d characters with ; between them",
                   key, value, MAX_NAMES, NAME_LIMIT);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *written = names[i];

      names[i] = th_eligibility_fold (written);
    }
  *where = names;
  return TRUE;
}

static gboolean
read_doses (ThRule *rule, const char *key, const char *value, GError **error)
{
  g_auto (GStrv) words = split (value);
  guint dose;

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      if (!read_number (words[i], 1, TH_ELIGIBILITY_MAX_DOSE, &dose))
        g_clear_pointer (&words, g_strfreev);
      else
        rule->doses |= 1u << dose;
      if (words == NULL)
        break;
    }
  if (words == NULL)
    return refuse (error, "doses is \"%s\", it may be numbers 1 to %d with ; between them", value,
                   TH_ELIGIBILITY_MAX_DOSE);
  return TRUE;
}

/* "interval-2" */
static gboolean
read_interval (ThRule *rule, const char *key, const char *value, GError **error)
{
  guint dose = (guint) (key[strlen (key) - 1] - '0');

  if (!read_range (value, 1, MAX_DAYS, &rule->interval_min[dose], &rule->interval_max[dose])
      || rule->interval_min[dose] == 0 || strchr (value, '-') == NULL)
    return refuse (error, "%s is \"%s\", it may be days: 21- or 21-56, from 1 to %d", key, value, MAX_DAYS);
  return TRUE;
}

static gboolean
read_early (ThRule *rule, const char *key, const char *value, GError **error)
{
  rule->has_early = TRUE;
  if (!read_number (value, 0, MAX_MINUTES, &rule->early_min))
    return refuse (error, "%s is \"%s\", it may be minutes, 0 to %d", key, value, MAX_MINUTES);
  return TRUE;
}

static gboolean
read_late (ThRule *rule, const char *key, const char *value, GError **error)
{
  if (strcmp (value, "any") == 0)
    return TRUE;
  if (!read_number (value, 0, MAX_MINUTES, &rule->late_min))
    return refuse (error, "%s is \"%s\", it may be minutes, 0 to %d, or any", key, value, MAX_MINUTES);
  return TRUE;
}

static gboolean
read_who (ThRule *rule, const char *key, const char *value, GError **error)
{
  static const char *const words[] = { "none", "phase", "all" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (value, words[i]) == 0)
      {
        rule->walk_ins = (ThWalkIns) i;
        return TRUE;
      }
  return refuse (error, "who is \"%s\", it may be none, phase or all", value);
}

static gboolean
read_answer (ThRule *rule, const char *key, const char *value, GError **error)
{
  ThQuestion question = TH_QUESTION_SYMPTOMS;

  while (strcmp (th_question_to_string (question), key) != 0)
    question++;
  if (strcmp (value, "not-today") == 0)
    rule->answers[question] = TH_ANSWER_NOT_TODAY;
  else if (strcmp (value, "health-desk") != 0)
    return refuse (error, "%s is \"%s\", it may be health-desk or not-today", key, value);
  return TRUE;
}

static const struct
{
  const char *key;
  guint kinds;
  ReadFunc read;
} keys[] = {
  { "from", DATED, read_day },
  { "until", DATED, read_day },
  { "ages", IN (PHASE) | IN (VACCINE), read_ages },
  { "born", IN (PHASE) | IN (VACCINE), read_births },
  { "doses", IN (PHASE) | IN (VACCINE), read_doses },
  { "groups", IN (PHASE), read_names },
  { "communities", IN (PHASE) | IN (GROUP), read_names },
  { "employers", IN (PHASE) | IN (GROUP), read_names },
  { "interval-2", IN (VACCINE), read_interval },
  { "interval-3", IN (VACCINE), read_interval },
  { "interval-4", IN (VACCINE), read_interval },
  { "interval-5", IN (VACCINE), read_interval },
  { "interval-6", IN (VACCINE), read_interval },
  { "interval-7", IN (VACCINE), read_interval },
  { "interval-8", IN (VACCINE), read_interval },
  { "interval-9", IN (VACCINE), read_interval },
  { "early-minutes", IN (ARRIVAL), read_early },
  { "late-minutes", IN (ARRIVAL), read_late },
  { "who", IN (WALK_INS), read_who },
  { "symptoms", IN (ANSWERS), read_answer },
  { "travel", IN (ANSWERS), read_answer },
  { "contact", IN (ANSWERS), read_answer },
};

G_STATIC_ASSERT (TH_QUESTION_CONSENT == 3); /* a question that is added has a key above */
G_STATIC_ASSERT (G_N_ELEMENTS (keys) <= 32);

/* --- sections ---------------------------------------------------------------------------------- */

static void
rule_free (gpointer data)
{
  ThRule *rule = data;

  g_free (rule->title);
  g_free (rule->name);
  g_strfreev (rule->groups);
  g_strfreev (rule->communities);
  g_strfreev (rule->employers);
  g_free (rule);
}

/* @text: what stands between the brackets; it is changed. (transfer full) */
static ThRule *
section_new (char *text, guint line, GError **error)
{
  g_auto (GStrv) words = g_strsplit (g_strstrip (text), " ", 2);
  const char *name = words[0] != NULL && words[1] != NULL ? g_strstrip (words[1]) : "";
  ThRuleKind kind = 0;
  ThRule *rule;

  while (kind < TH_N_RULES && g_strcmp0 (words[0], kind_words[kind]) != 0)
    kind++;
  if (kind == TH_N_RULES)
    {
      refuse (error, "[%s] may be [arrival], [walk-ins], [answers], [group NAME], [phase NAME] or "
                     "[vaccine NAME]",
              text);
      return NULL;
    }
  if (kind >= TH_RULE_GROUP && *name == '\0')
    {
      refuse (error, "[%s] needs a name: [%s NAME]", text, kind_words[kind]);
      return NULL;
    }
  if (g_utf8_strlen (name, -1) > NAME_LIMIT)
    {
      refuse (error, "the name has more than %d characters", NAME_LIMIT);
      return NULL;
    }
  rule = g_new0 (ThRule, 1);
  rule->kind = kind;
  rule->title = *name != '\0' ? g_strdup_printf ("%s %s", kind_words[kind], name)
                              : g_strdup (kind_words[kind]);
  rule->name = th_eligibility_fold (name);
  rule->line = line;
  rule->age_max = rule->birth_max = rule->late_min = TH_NO_LIMIT;
  for (guint dose = 0; dose <= TH_ELIGIBILITY_MAX_DOSE; dose++)
    rule->interval_max[dose] = TH_NO_LIMIT;
  rule->walk_ins = TH_WALK_INS_PHASE;
  return rule;
}

static gboolean
check_section (const ThRule *rule, GError **error)
{
  if (rule->seen == 0)
    return refuse (error, "line %u: [%s] says nothing", rule->line, rule->title);
  if (rule->from.year != 0 && rule->until.year != 0
      && th_eligibility_day_number (rule->until) < th_eligibility_day_number (rule->from))
    return refuse (error, "line %u: [%s] ends before it begins", rule->line, rule->title);
  if (rule->has_ages && rule->has_births)
    return refuse (error, "line %u: [%s] may have ages or born, not both", rule->line, rule->title);
  for (guint dose = 2; rule->doses != 0 && dose <= TH_ELIGIBILITY_MAX_DOSE; dose++)
    if (rule->interval_min[dose] != 0 && !(rule->doses & 1u << dose))
      return refuse (error, "line %u: [%s] has interval-%u, and no dose %u in doses", rule->line,
                     rule->title, dose, dose);
  return TRUE;
}

static gboolean
read_key (ThRule *rule, char *line, GError **error)
{
  char *equals = strchr (line, '=');
  g_autoptr (GString) may = g_string_new (NULL);
  const char *key, *value;

  if (equals == NULL)
    return refuse (error, "there may be a [section], key=value, or a # and a remark");
  *equals = '\0';
  key = g_strstrip (line);
  value = g_strstrip (equals + 1);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      if (!(keys[i].kinds & 1u << rule->kind))
        continue;
      if (strcmp (keys[i].key, key) != 0)
        {
          g_string_append_printf (may, "%s%s", may->len > 0 ? ", " : "", keys[i].key);
          continue;
        }
      if (rule->seen & 1u << i)
        return refuse (error, "%s stands twice in [%s]", key, rule->title);
      rule->seen |= 1u << i;
      return keys[i].read (rule, key, value, error);
    }
  return refuse (error, "%s is not a key of [%s], it may be %s", key, rule->title, may->str);
}

/* --- the whole file ---------------------------------------------------------------------------- */

static gboolean
overlap (const ThRule *a, const ThRule *b)
{
  gboolean a_before = a->until.year != 0 && b->from.year != 0
                      && th_eligibility_day_number (a->until) < th_eligibility_day_number (b->from);
  gboolean b_before = b->until.year != 0 && a->from.year != 0
                      && th_eligibility_day_number (b->until) < th_eligibility_day_number (a->from);

  return !a_before && !b_before;
}

/* Of these one counts on a day, whatever their names are. */
static gboolean
is_alone (ThRuleKind kind)
{
  return kind == TH_RULE_ARRIVAL || kind == TH_RULE_WALK_INS || kind == TH_RULE_ANSWERS;
}

static gboolean
check_different (const GPtrArray *rules, const ThRule *rule, GError **error)
{
  for (guint i = 0; rules->pdata[i] != rule; i++)
    {
      const ThRule *other = rules->pdata[i];

      if (rule->kind == other->kind && (is_alone (rule->kind) || strcmp (rule->name, other->name) == 0)
          && overlap (rule, other))
        return refuse (error, "line %u: [%s] is about days that [%s] of line %u is about", rule->line,
                       rule->title, other->title, other->line);
    }
  return TRUE;
}

static gboolean
check_groups (const GPtrArray *rules, const ThRule *rule, GError **error)
{
  for (guint i = 0; rule->groups != NULL && rule->groups[i] != NULL; i++)
    {
      gboolean known = FALSE;

      for (guint k = 0; k < rules->len && !known; k++)
        {
          const ThRule *group = rules->pdata[k];

          known = group->kind == TH_RULE_GROUP && strcmp (group->name, rule->groups[i]) == 0;
        }
      if (!known)
        return refuse (error, "line %u: [%s] names the group \"%s\", and there is no [group %s]",
                       rule->line, rule->title, rule->groups[i], rule->groups[i]);
    }
  return TRUE;
}

static gboolean
check_together (const GPtrArray *rules, GError **error)
{
  for (guint i = 0; i < rules->len; i++)
    if (!check_section (rules->pdata[i], error) || !check_different (rules, rules->pdata[i], error)
        || !check_groups (rules, rules->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* One line without white space around it. */
static gboolean
read_line (GPtrArray *rules, char *line, guint number, GError **error)
{
  ThRule *last = rules->len > 0 ? rules->pdata[rules->len - 1] : NULL;
  gsize len = strlen (line);

  if (len == 0 || *line == '#')
    return TRUE;
  if (*line != '[')
    return last != NULL ? read_key (last, line, error)
                        : refuse (error, "there may be a [section] first");
  if (line[len - 1] != ']')
    return refuse (error, "a [section] ends with ]");
  if (rules->len == TH_ELIGIBILITY_MAX_SECTIONS)
    return refuse (error, "there may be %d sections", TH_ELIGIBILITY_MAX_SECTIONS);
  line[len - 1] = '\0';
  last = section_new (line + 1, number, error);
  if (last == NULL)
    return FALSE;
  g_ptr_array_add (rules, last);
  return TRUE;
}

static gboolean
check_text (const char *text, gsize len, GError **error)
{
  if (len > TH_ELIGIBILITY_MAX_BYTES)
    return refuse (error, "the file has more than %d bytes", TH_ELIGIBILITY_MAX_BYTES);
  if (len > 0 && !g_utf8_validate_len (text, len, NULL))
    return refuse (error, "the file is not UTF-8 text");
  for (gsize i = 0; i < len; i++)
    if (g_ascii_iscntrl (text[i]) && strchr ("\t\r\n", text[i]) == NULL)
      return refuse (error, "the file has the control character 0x%02x at byte %zu", text[i], i);
  return TRUE;
}

ThEligibility *
th_eligibility_parse (const char *text, gsize len, GError **error)
{
  g_autoptr (GPtrArray) rules = g_ptr_array_new_with_free_func (rule_free);
  g_autofree char *whole = NULL;
  g_auto (GStrv) lines = NULL;
  ThEligibility *made;
  guint number = 0;

  if (!check_text (text, len, error))
    return NULL;
  whole = g_strndup (text, len);
  /* Notepad puts a byte order mark before what it saves. */
  lines = g_strsplit (g_str_has_prefix (whole, "\xef\xbb\xbf") ? whole + 3 : whole, "\n", -1);
  for (; lines[number] != NULL; number++)
    if (!read_line (rules, g_strstrip (lines[number]), number + 1, error))
      {
        g_prefix_error (error, "line %u: ", number + 1);
        return NULL;
      }
  if (rules->len == 0)
    {
      refuse (error, "there is no rule in it");
      return NULL;
    }
  if (!check_together (rules, error))
    return NULL;
  made = g_new0 (ThEligibility, 1);
  made->rules = g_steal_pointer (&rules);
  return made;
}

void
th_eligibility_free (ThEligibility *rules)
{
  if (rules == NULL)
    return;
  g_ptr_array_unref (rules->rules);
  g_free (rules);
}

/* A device or a pipe named by mistake must not hang us. */
static GBytes *
read_file (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  g_autofree char *data = g_malloc (TH_ELIGIBILITY_MAX_BYTES + 1);
  struct stat info;
  gsize len = 0;
  gssize n = 1;
  int code = errno;

  if (fd >= 0)
    {
      if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
        {
          close (fd);
          refuse (error, "it is no regular file");
          return NULL;
        }
      while (n > 0 && len <= TH_ELIGIBILITY_MAX_BYTES)
        {
          n = read (fd, data + len, TH_ELIGIBILITY_MAX_BYTES + 1 - len);
          len += n > 0 ? (gsize) n : 0;
        }
      code = errno;
      close (fd);
    }
  if (fd < 0 || n < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
      return NULL;
    }
  return g_bytes_new (data, len);
}

ThEligibility *
th_eligibility_load (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = read_file (path, error);
  ThEligibility *rules = NULL;

  if (bytes != NULL)
    rules = th_eligibility_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
  if (rules == NULL)
    g_prefix_error (error, "%s: ", path);
  return rules;
}
