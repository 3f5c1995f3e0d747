#include "store/query.h"

/* What the epochs of a run add up to. The last epoch's training score is in inference mode where that was measured. */
#define OF_RUN "FROM epochs e WHERE e.run = runs.id"
/* The best of a fork are of its own epochs: what its parent has reached is no merit of the fork. */
#define OWN OF_RUN " AND e.epoch >= coalesce(runs.fork_epoch, 0)"
#define LAST OWN " ORDER BY e.epoch DESC LIMIT 1"
#define EPOCHS "(SELECT count(*) " OF_RUN ")"
#define STEPS "(SELECT max(e.step) " OF_RUN ")"
#define SECONDS "(SELECT sum(e.seconds) " OF_RUN ")"
#define BEST_SCORE "(SELECT max(e.val_score) " OWN ")"
#define BEST_EPOCH "(SELECT e.epoch " OWN " AND e.val_score NOTNULL ORDER BY e.val_score DESC, e.epoch LIMIT 1)"
#define LAST_SCORE "(SELECT e.val_score " LAST ")"
#define GAP "(SELECT coalesce(e.eval_score, e.score) - e.val_score " LAST ")"
#define VAL_LOSS "(SELECT min(e.val_loss) " OWN ")"
#define TOTALS                                                                              \
  "epochs = " EPOCHS ", steps = " STEPS ", seconds = " SECONDS ", best_score = " BEST_SCORE \
  ", best_epoch = " BEST_EPOCH ", last_score = " LAST_SCORE ", gap = " GAP ", val_loss = " VAL_LOSS
/* A run's own edits in words: of those of a setting in one epoch the last. */
#define EDITS                                                                                           \
  "(SELECT group_concat(words, ', ') FROM (SELECT iif(layer < 0, '', 'layers.' || (layer + 1) || '.')"  \
  " || param || '=' || new_value || ' at ' || printf('%.15g', round(at, 1)) AS words, max(number) AS n" \
  " FROM edits WHERE run = runs.id AND at >= coalesce(runs.fork_epoch, 0)"                              \
  " GROUP BY param, layer, epoch ORDER BY n))"

/* Every run as history.c reads it. */
#define RUNS                                                                                                \
  "SELECT id, name, preset, title, differences, experiment, dataset, fingerprint, regression, seed,"        \
  " parameters, train_rows, validation_rows, test_rows, weights, cpu, cores, threads, kernels,"             \
  " version, parent, (SELECT p.name FROM runs p WHERE p.id = runs.parent), coalesce(fork_epoch, -1), twin," \
  " (SELECT t.name FROM runs t WHERE t.twin = runs.twin AND t.id <> runs.id LIMIT 1), note,"                \
  " (SELECT group_concat(tag, ' ') FROM (SELECT tag FROM tags WHERE run = runs.id ORDER BY tag)),"          \
  " started, ended, outcome, coalesce(epochs, 0), coalesce(steps, 0), seconds, best_score,"                 \
  " coalesce(best_epoch, -1), last_score, gap, val_loss, coalesce(kept_epoch, -1), restored,"               \
  " early, test_loss, test_score, test_mae, digest, bad_step, bad_layer, bad_value, " EDITS " FROM runs"

const char *const QUERY_SQL[QUERY_COUNT] = {
    [QUERY_BEGIN] = "BEGIN IMMEDIATE",
    [QUERY_COMMIT] = "COMMIT",
    [QUERY_APPLICATION] = "PRAGMA application_id",
    [QUERY_VERSION] = "PRAGMA user_version",
    [QUERY_TABLES] = "SELECT count(*) FROM sqlite_master",
    /* Ends of up to nine digits: another's "overfitting-2024-01" or "-12345678901" is no number of ours. */
    [QUERY_NEXT_NAME] =
        "SELECT ?1 || '-' || (1 + coalesce(max(CAST(substr(name, length(?1) + 2) AS INTEGER)), 0))"
        " FROM runs WHERE substr(name, 1, length(?1) + 1) = ?1 || '-'"
        " AND substr(name, length(?1) + 2) NOT GLOB '*[^0-9]*' AND length(name) <= length(?1) + 10",
    [QUERY_ADD_RUN] =
        "INSERT INTO runs (name, preset, title, differences, experiment, dataset, fingerprint,"
        " regression, seed, parameters, train_rows, validation_rows, test_rows, weights, cpu, cores,"
        " threads, kernels, version, parent, fork_epoch, twin, started, outcome)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,(SELECT id FROM runs WHERE id = ?),?,?,?,'running')",
    [QUERY_TAKE_UP] = "UPDATE runs SET outcome = 'running', ended = NULL WHERE id = ?1 AND outcome = 'interrupted'",
    [QUERY_KEPT] =
        "SELECT name, (SELECT count(*) FROM epochs WHERE run = ?1), (SELECT count(*) FROM edits WHERE run = ?1)"
        " FROM runs WHERE id = ?1",
    [QUERY_COPY_EPOCHS] =
        "INSERT INTO epochs SELECT ?1, epoch, step, loss, score, mae, eval_loss, eval_score, eval_mae,"
        " val_loss, val_score, val_mae, learning_rate, seconds FROM epochs WHERE run = ?2 AND epoch < ?3",
    [QUERY_COPY_EDITS] =
        "INSERT INTO edits SELECT ?1, number, epoch, step, at, param, layer, old_value, new_value"
        " FROM edits WHERE run = ?2 AND step < ?3",
    [QUERY_ADD_EPOCH] = "INSERT OR IGNORE INTO epochs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    /* What epochs that have just ended add to the totals. Nothing is better than none. */
    [QUERY_ADD_TOTALS] =
        "UPDATE runs SET epochs = ?2, steps = ?3, seconds = coalesce(seconds, 0) + ?4,"
        " best_epoch = iif(?5 > best_score OR best_score ISNULL, ?6, best_epoch),"
        " best_score = iif(?5 > best_score OR best_score ISNULL, ?5, best_score),"
        " last_score = ?7, gap = ?8, val_loss = iif(?9 < val_loss OR val_loss ISNULL, ?9, val_loss) WHERE id = ?1",
    [QUERY_SUM_UP] = "UPDATE runs SET " TOTALS " WHERE id = ?1",
    [QUERY_ADD_EDIT] = "INSERT INTO edits VALUES (?,?,?,?,?,?,?,?,?)",
    [QUERY_END_RUN] = "UPDATE runs SET outcome = ?2, ended = ?3, " TOTALS " WHERE id = ?1 AND outcome = 'running'",
    [QUERY_END_DETAILS] =
        "UPDATE runs SET steps = ?2, seconds = ?3, kept_epoch = ?4, restored = ?5, early = ?6,"
        " test_loss = ?7, test_score = ?8, test_mae = ?9, digest = ?10, bad_step = ?11,"
        " bad_layer = ?12, bad_value = ?13 WHERE id = ?1",
    [QUERY_UNFINISHED] = "SELECT id FROM runs WHERE outcome = 'running' ORDER BY id",
    [QUERY_RUNS] = RUNS " ORDER BY id",
    [QUERY_PAGE] = RUNS " WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
    [QUERY_EPOCHS] =
        "SELECT epoch, step, loss, score, mae, eval_loss, eval_score, eval_mae, val_loss, val_score,"
        " val_mae, learning_rate, seconds FROM epochs WHERE run = ?1 AND epoch >= ?2 ORDER BY epoch LIMIT ?3",
    [QUERY_EDITS] =
        "SELECT epoch, step, at, param, layer, old_value, new_value FROM edits WHERE run = ?1"
        " ORDER BY number",
    [QUERY_RENAME] = "UPDATE runs SET name = ?2 WHERE id = ?1",
    [QUERY_NOTE] = "UPDATE runs SET note = ?2 WHERE id = ?1",
    [QUERY_ADD_TAG] = "INSERT OR IGNORE INTO tags VALUES (?1, ?2)",
    [QUERY_REMOVE_TAG] = "DELETE FROM tags WHERE run = ?1 AND tag = ?2",
    [QUERY_DELETE] = "DELETE FROM runs WHERE id = ?1",
};
