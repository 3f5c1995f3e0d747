/* query: every SQL statement of the history, once. Prepared when first needed (db.h). */
#ifndef NNLAB_STORE_QUERY_H
#define NNLAB_STORE_QUERY_H

typedef enum QueryId {
  QUERY_BEGIN = 0,
  QUERY_COMMIT,
  QUERY_APPLICATION,
  QUERY_VERSION,
  QUERY_TABLES,
  QUERY_NEXT_NAME,   /* ?1 what it begins with */
  QUERY_ADD_RUN,     /* see recording.c */
  QUERY_TAKE_UP,     /* ?1 run: one that was interrupted goes on */
  QUERY_KEPT,        /* ?1 run: its name, how many epochs and edits it has */
  QUERY_COPY_EPOCHS, /* ?1 run, ?2 parent, ?3 the epochs before this one */
  QUERY_COPY_EDITS,  /* ?1 run, ?2 parent, ?3 the edits before this step */
  QUERY_ADD_EPOCH,
  QUERY_ADD_TOTALS,
  QUERY_SUM_UP,      /* ?1 run, then the columns in their order */
  QUERY_ADD_EDIT,    /* likewise */
  QUERY_END_RUN,     /* ?1 run, ?2 outcome, ?3 time: with what the epochs add up to */
  QUERY_END_DETAILS, /* ?1 run, then Ended's fields */
  QUERY_UNFINISHED,  /* the runs that have not ended */
  QUERY_RUNS,        /* see history.c */
  QUERY_PAGE,        /* ?1 the id above them, ?2 how many */
  QUERY_EPOCHS,      /* ?1 run, ?2 the first epoch, ?3 how many; -1: all */
  QUERY_EDITS,       /* ?1 run */
  QUERY_RENAME,      /* ?1 run, ?2 name */
  QUERY_NOTE,        /* ?1 run, ?2 note */
  QUERY_ADD_TAG,     /* ?1 run, ?2 tag */
  QUERY_REMOVE_TAG,  /* ?1 run, ?2 tag */
  QUERY_DELETE,      /* ?1 run */
  QUERY_COUNT
} QueryId;

extern const char *const QUERY_SQL[QUERY_COUNT];

#endif
