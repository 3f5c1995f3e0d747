/* surveyor: a thread that surveys data (data/survey.h) for the data screen, so that neither the screen nor a run that
 * trains waits for a file. It works on one survey at a time; a newer question makes it give up an older one. Threads:
 * the functions below belong to the one thread that opened it. */
#ifndef NNLAB_TRAIN_SURVEYOR_H
#define NNLAB_TRAIN_SURVEYOR_H

#include "data/survey.h"

typedef struct Surveyor Surveyor;

/* Starts the thread. `datasets` is the folder of the data sets that go by name; it must outlive the surveyor. */
MUST_USE Status surveyor_open(Surveyor **surveyor, const char *datasets, Error *err);
/* Ends the thread, within a moment even while it reads a large file, and frees everything. With NULL does nothing. */
void surveyor_close(Surveyor *surveyor);
/* Asks for a survey of these data. Never waits. */
void surveyor_ask(Surveyor *surveyor, const DataSpec *spec, uint64_t seed);
/* Becomes readable when a question is answered. */
int surveyor_wake_fd(const Surveyor *surveyor);
/* What there is to say now; never waits. */
void surveyor_read(Surveyor *surveyor, SurveyNews *news);

#endif
