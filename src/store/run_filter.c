#include "store/run_filter.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

static const struct {
  const char *text;
  FilterOperator op;
} OPERATORS[] = {{"!=", FILTER_NOT_EQUAL}, {"<=", FILTER_AT_MOST}, {">=", FILTER_AT_LEAST}, {"==", FILTER_EQUAL},
                 {"=", FILTER_EQUAL},      {"<", FILTER_LESS},     {">", FILTER_GREATER}};

/* --- reading ------------------------------------------------------------------------------------------------------ */

typedef struct Scanner {
  const char *start, *at;
} Scanner;

static void skip_blanks(Scanner *scanner) {
  while (isspace((unsigned char)*scanner->at)) {
    scanner->at++;
  }
}

static int place(const Scanner *scanner) { return (int)(scanner->at - scanner->start) + 1; }

static bool take_op(Scanner *scanner, FilterOperator *op) {
  skip_blanks(scanner);
  for (size_t i = 0; i < sizeof OPERATORS / sizeof *OPERATORS; i++) {
    size_t length = strlen(OPERATORS[i].text);
    if (strncmp(scanner->at, OPERATORS[i].text, length) == 0) {
      scanner->at += length;
      *op = OPERATORS[i].op;
      return true;
    }
  }
  return false;
}

/* A word, or what stands between quotes. */
static Status take_word(Scanner *scanner, char *out, Error *err) {
  int begin = place(scanner);
  bool quoted = *scanner->at == '"';
  const char *word = scanner->at + quoted;
  size_t length = quoted ? strcspn(word, "\"") : strcspn(word, " \t\n\"!=<>");
  if (quoted && word[length] != '"') {
    return error_set(err, STATUS_USAGE, "filter, place %d: a quote is not closed", begin);
  }
  if (length == 0) {
    return error_set(err, STATUS_USAGE, "filter, place %d: a word or a number belongs here, not '%.1s'", begin, word);
  }
  if (length >= RUN_FILTER_MAX_WORD) {
    return error_set(err, STATUS_USAGE, "filter, place %d: the word is too long", begin);
  }
  memcpy(out, word, length);
  out[length] = '\0';
  scanner->at = word + length + quoted;
  return STATUS_OK;
}

static Status unknown_column(const char *key, int at, Error *err) {
  const char *keys[RUN_COLUMN_COUNT];
  char list[400] = "";
  for (int i = 0; i < RUN_COLUMN_COUNT; i++) {
    keys[i] = RUN_COLUMNS[i].key;
    size_t used = strlen(list);
    str_copy(list + used, sizeof list - used, i > 0 ? ", " : "");
    used = strlen(list);
    str_copy(list + used, sizeof list - used, keys[i]);
  }
  const char *near = str_nearest(key, keys, RUN_COLUMN_COUNT);
  near = near ? near : param_nearest_key(key);
  return error_set(err, STATUS_USAGE,
                   "filter, place %d: no column '%s'%s%s%s: there are %s, and every setting of "
                   "nnlab params",
                   at, key, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "", list);
}

static bool is_order(FilterOperator op) { return op >= FILTER_LESS; }

static Status check_column(FilterTerm *term, const char *key, int at, Error *err) {
  bool numeric = !RUN_COLUMNS[term->column].is_text;
  if (numeric && !str_to_double(term->text, &term->number)) {
    return error_set(err, STATUS_USAGE, "filter, place %d: %s is compared with a number, not '%s'", at, key,
                     term->text);
  }
  return !numeric && is_order(term->op)
             ? error_set(err, STATUS_USAGE, "filter, place %d: %s has words: compare it by = or !=", at, key)
             : STATUS_OK;
}

/* Of a setting the value must be one that it can have. */
static Status check_param(FilterTerm *term, const char *key, int at, Error *err) {
  ParamType type = param_at(term->param)->type;
  bool numeric = type == PARAM_INT || type == PARAM_REAL;
  if (numeric) {
    return str_to_double(term->text, &term->number)
               ? STATUS_OK
               : error_set(err, STATUS_USAGE, "filter, place %d: %s is compared with a number, not '%s'", at, key,
                           term->text);
  }
  if (is_order(term->op)) {
    return error_set(err, STATUS_USAGE, "filter, place %d: %s has words: compare it by = or !=", at, key);
  }
  Experiment scratch = experiment_default();
  if (type == PARAM_TEXT) {
    return STATUS_OK;
  }
  Status status = param_set_text(&scratch, term->param, 0, term->text, err);
  if (status == STATUS_OK) {
    term->number = param_get(&scratch, term->param, 0);
  }
  return status == STATUS_OK ? status : (err->status = STATUS_USAGE);
}

static Status take_value(Scanner *scanner, FilterTerm *term, const char *key, int at, Error *err) {
  skip_blanks(scanner);
  int value_at = place(scanner);
  if (!*scanner->at) {
    return error_set(err, STATUS_USAGE, "filter, place %d: %s is compared with nothing", value_at, key);
  }
  Status status = take_word(scanner, term->text, err);
  if (status != STATUS_OK) {
    return status;
  }
  if (run_column_find(key, &term->column)) {
    return check_column(term, key, value_at, err);
  }
  term->is_param = param_find(key, &term->param);
  return term->is_param ? check_param(term, key, value_at, err) : unknown_column(key, at, err);
}

static Status take_term(Scanner *scanner, FilterTerm *term, Error *err) {
  *term = (FilterTerm){.op = FILTER_WORD};
  int at = place(scanner);
  if (*scanner->at == '!' && scanner->at[1] != '=') {
    term->op = FILTER_NOT_WORD;
    scanner->at++;
    return take_word(scanner, term->text, err);
  }
  Status status = take_word(scanner, term->text, err);
  if (status != STATUS_OK || !take_op(scanner, &term->op)) {
    return status;
  }
  char key[RUN_FILTER_MAX_WORD];
  str_copy(key, sizeof key, term->text);
  return take_value(scanner, term, key, at, err);
}

Status run_filter_parse(const char *text, RunFilter *filter, Error *err) {
  Scanner scanner = {text, text};
  filter->count = 0;
  for (skip_blanks(&scanner); *scanner.at; skip_blanks(&scanner)) {
    if (filter->count == RUN_FILTER_MAX_TERMS) {
      return error_set(err, STATUS_USAGE, "filter, place %d: more than %d conditions", place(&scanner),
                       RUN_FILTER_MAX_TERMS);
    }
    Status status = take_term(&scanner, &filter->terms[filter->count++], err);
    if (status != STATUS_OK) {
      return status;
    }
  }
  return STATUS_OK;
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

/* Whether `word` is somewhere in `text`, in any case. */
static bool contains(const char *text, const char *word) { return strcasestr(text, word) != NULL; }

static bool has_word(const StoredRun *run, const char *word) {
  return contains(run->name, word) || contains(run->preset, word) || contains(run->differences, word) ||
         contains(run->dataset, word) || contains(run->tags, word) || contains(run->edits, word);
}

/* What is not a number is neither more nor less nor equal. */
static bool compare(FilterOperator op, double left, double right) {
  switch (op) {
    case FILTER_EQUAL:
      return left == right;
    case FILTER_NOT_EQUAL:
      return left != right;
    case FILTER_LESS:
      return left < right;
    case FILTER_AT_MOST:
      return left <= right;
    case FILTER_GREATER:
      return left > right;
    default:
      return left >= right;
  }
}

static bool compare_texts(FilterOperator op, const char *left, const char *right) {
  return (strcasecmp(left, right) == 0) == (op == FILTER_EQUAL);
}

static bool param_holds(const FilterTerm *term, const Experiment *experiment) {
  const Param *param = param_at(term->param);
  if (param->type == PARAM_TEXT) {
    char value[512];
    param_format(experiment, term->param, 0, value, sizeof value);
    return compare_texts(term->op, value, term->text);
  }
  for (int layer = 0; layer < (param->per_layer ? experiment->net.hidden : 1); layer++) {
    if (compare(term->op, param_get(experiment, term->param, layer), term->number)) {
      return true;
    }
  }
  return false;
}

static bool has_tag(const char *tags, const char *tag) {
  size_t length = strlen(tag);
  for (const char *at = tags; (at = strcasestr(at, tag)); at++) {
    if ((at == tags || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0')) {
      return true;
    }
  }
  return false;
}

static bool column_holds(const FilterTerm *term, const StoredRun *run) {
  if (term->column == RUN_COLUMN_TAGS) {
    return has_tag(run->tags, term->text) == (term->op == FILTER_EQUAL);
  }
  return RUN_COLUMNS[term->column].is_text ? compare_texts(term->op, run_column_text(run, term->column), term->text)
                                           : compare(term->op, run_column_number(run, term->column), term->number);
}

static bool params_hold(const RunFilter *filter, const StoredRun *run) {
  Arena arena;
  Experiment experiment;
  arena_init(&arena, 0);
  bool holds = history_experiment(&arena, run, &experiment, NULL) == STATUS_OK;
  for (int i = 0; holds && i < filter->count; i++) {
    holds = !filter->terms[i].is_param || param_holds(&filter->terms[i], &experiment);
  }
  arena_deinit(&arena);
  return holds;
}

bool run_filter_holds(const RunFilter *filter, const StoredRun *run) {
  bool asks_params = false;
  for (int i = 0; i < filter->count; i++) {
    const FilterTerm *term = &filter->terms[i];
    bool is_word = term->op == FILTER_WORD || term->op == FILTER_NOT_WORD;
    if (is_word ? has_word(run, term->text) != (term->op == FILTER_WORD)
                : !term->is_param && !column_holds(term, run)) {
      return false;
    }
    asks_params = asks_params || term->is_param;
  }
  return !asks_params || params_hold(filter, run);
}
