/* channel: what passes between a worker's thread and the one that opened it, as copied values: commands in, a bounded
 * mailbox; events out, a bounded ring that loses none; progress out, the latest alone. One wake tells of both.
 *
 * A plain mutex guards all of it. The end is a flag and no command: whoever waits here waits for that, too. */
#ifndef NNLAB_TRAIN_CHANNEL_H
#define NNLAB_TRAIN_CHANNEL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/wake.h"
#include "lab/message.h"

enum { CHANNEL_MAILBOX = 64 };

typedef struct Channel {
  Wake wake;            /* sent when something is new */
  atomic_bool has_mail; /* a hint that lets the thread skip the lock while it trains */
  atomic_bool over;     /* the thread is to end */

  pthread_mutex_t lock; /* guards what follows */
  pthread_cond_t mail, room;
  int mail_first, mail_count;
  Command mailbox[CHANNEL_MAILBOX];
  int reloads;       /* waiting commands that want nothing of what is being loaded: while there are, `stop` is set */
  atomic_bool *stop; /* the loading's */
  int event_first, event_count;
  Event *events; /* a ring */
  Progress progress;
  bool woken; /* and not read since */
} Channel;

/* `stop` must live as long. False, with errno set, when there is no memory or no pipe. */
bool channel_open(Channel *channel, atomic_bool *stop);
/* When the thread is gone. */
void channel_close(Channel *channel);

/* --- the opener's side; see worker.h --- */

bool channel_post(Channel *channel, const Command *command);
int channel_read(Channel *channel, Progress *progress, Event *events, int max);
/* Asks the thread to end: nothing waits here any more. */
void channel_end(Channel *channel);

/* --- the thread's side --- */

/* Takes the oldest command; false: there is none. `wait`: for one, or for the end. */
bool channel_take(Channel *channel, bool wait, Command *command);
/* Waits while the ring is full. An epoch's end alone wakes nobody: small networks end a thousand a second, and progress
 * follows soon. */
void channel_send(Channel *channel, const Event *event);
/* Sends the first epochs and edits of a run of the history, in order: as if this thread had done them, as run `run`. */
void channel_send_kept(Channel *channel, int run, const KeptRun *kept, int epochs, int edits);
void channel_publish(Channel *channel, const Progress *progress);

#endif
