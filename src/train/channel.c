#include "train/channel.h"

#include <math.h>
#include <stdlib.h>

enum { RING_SIZE = 1024 };

/* --- both sides --------------------------------------------------------------------------------------------------- */

static void lock(Channel *channel) { (void)pthread_mutex_lock(&channel->lock); }
static void unlock(Channel *channel) { (void)pthread_mutex_unlock(&channel->lock); }

/* With the lock held. */
static void wake_reader(Channel *channel) {
  if (!channel->woken) {
    channel->woken = true;
    wake_send(&channel->wake);
  }
}

static bool ends_loading(const Command *command) {
  return command->kind == COMMAND_LOAD || command->kind == COMMAND_UNLOAD;
}

/* With the lock held. */
static void note_reloads(Channel *channel, int change) {
  channel->reloads += change;
  atomic_store(channel->stop, channel->reloads > 0 || atomic_load(&channel->over));
}

bool channel_open(Channel *channel, atomic_bool *stop) {
  *channel = (Channel){.stop = stop, .events = calloc(RING_SIZE, sizeof(Event))};
  if (!channel->events || !wake_open(&channel->wake)) {
    free(channel->events);
    return false;
  }
  channel->progress.train = (Metrics){(double)NAN, (double)NAN, (double)NAN};
  (void)pthread_mutex_init(&channel->lock, NULL);
  (void)pthread_cond_init(&channel->mail, NULL);
  (void)pthread_cond_init(&channel->room, NULL);
  return true;
}

void channel_close(Channel *channel) {
  (void)pthread_cond_destroy(&channel->mail);
  (void)pthread_cond_destroy(&channel->room);
  (void)pthread_mutex_destroy(&channel->lock);
  wake_close(&channel->wake);
  free(channel->events);
}

/* --- the opener's side -------------------------------------------------------------------------------------------- */

bool channel_post(Channel *channel, const Command *command) {
  lock(channel);
  int place = channel->mail_first + channel->mail_count;
  Command *last = channel->mail_count > 0 ? &channel->mailbox[(place - 1) % CHANNEL_MAILBOX] : NULL;
  bool replaces = last && last->kind == command->kind &&
                  (last->kind == COMMAND_LOOK ||
                   (last->kind == COMMAND_SET && last->param == command->param && last->layer == command->layer));
  bool fits = replaces || channel->mail_count < CHANNEL_MAILBOX;
  if (replaces) {
    *last = *command;
  } else if (fits) {
    channel->mailbox[place % CHANNEL_MAILBOX] = *command;
    channel->mail_count++;
    note_reloads(channel, ends_loading(command) ? 1 : 0);
  }
  atomic_store(&channel->has_mail, channel->mail_count > 0);
  (void)pthread_cond_signal(&channel->mail);
  unlock(channel);
  return fits;
}

int channel_read(Channel *channel, Progress *progress, Event *events, int max) {
  wake_drain(&channel->wake);
  lock(channel);
  channel->woken = false;
  int count = channel->event_count < max ? channel->event_count : max;
  for (int i = 0; i < count; i++) {
    events[i] = channel->events[(channel->event_first + i) % RING_SIZE];
  }
  channel->event_first = (channel->event_first + count) % RING_SIZE;
  channel->event_count -= count;
  *progress = channel->progress;
  (void)pthread_cond_signal(&channel->room);
  unlock(channel);
  return count;
}

void channel_end(Channel *channel) {
  lock(channel);
  atomic_store(&channel->over, true);
  note_reloads(channel, 0);
  (void)pthread_cond_signal(&channel->mail);
  (void)pthread_cond_signal(&channel->room);
  unlock(channel);
}

/* --- the thread's side -------------------------------------------------------------------------------------------- */

bool channel_take(Channel *channel, bool wait, Command *command) {
  lock(channel);
  while (channel->mail_count == 0 && wait && !atomic_load(&channel->over)) {
    (void)pthread_cond_wait(&channel->mail, &channel->lock);
  }
  bool taken = channel->mail_count > 0;
  if (taken) {
    if (channel->mail_count == CHANNEL_MAILBOX) {
      wake_reader(channel); /* there is room again for who was refused */
    }
    *command = channel->mailbox[channel->mail_first];
    channel->mail_first = (channel->mail_first + 1) % CHANNEL_MAILBOX;
    channel->mail_count--;
    note_reloads(channel, ends_loading(command) ? -1 : 0);
  }
  atomic_store(&channel->has_mail, channel->mail_count > 0);
  unlock(channel);
  return taken;
}

void channel_send(Channel *channel, const Event *event) {
  lock(channel);
  while (channel->event_count == RING_SIZE && !atomic_load(&channel->over)) {
    (void)pthread_cond_wait(&channel->room, &channel->lock);
  }
  if (channel->event_count < RING_SIZE) {
    channel->events[(channel->event_first + channel->event_count++) % RING_SIZE] = *event;
    if (event->kind != EVENT_EPOCH || channel->event_count >= RING_SIZE / 2) {
      wake_reader(channel);
    }
  }
  unlock(channel);
}

void channel_send_kept(Channel *channel, int run, const KeptRun *kept, int epochs, int edits) {
  int edit = 0;
  for (int e = 0; e <= epochs; e++) {
    bool last = e == epochs;
    for (; edit < edits && (last || kept->edits[edit].step < kept->epochs[e].step); edit++) {
      channel_send(channel, &(Event){.kind = EVENT_EDIT, .run = run, .edit = kept->edits[edit]});
    }
    if (!last) {
      channel_send(channel, &(Event){.kind = EVENT_EPOCH, .run = run, .epoch = kept->epochs[e]});
    }
  }
}

void channel_publish(Channel *channel, const Progress *progress) {
  lock(channel);
  channel->progress = *progress;
  wake_reader(channel);
  unlock(channel);
}
