#include "frames.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

#include "fail.h"

enum { STEPS = 32, MAX_THREADS = 4 };

static struct step steps[STEPS];
static size_t put_at, work_at, take_at;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_t taker;
static void (*carry)(struct step *);

static void decompress(struct step *step, ZSTD_DCtx *context) {
  uint8_t *raw = allocate(step->raw_length);
  size_t length = ZSTD_decompressDCtx(context, raw, step->raw_length, step->bytes, step->length);
  if (ZSTD_isError(length) || length != step->raw_length) fail_damaged("a frame does not decompress to what it should");
  free(step->bytes);
  step->bytes = raw;
  step->length = length;
}

static void *decompressor(void *unused) {
  (void)unused;
  ZSTD_DCtx *context = ZSTD_createDCtx();
  pthread_mutex_lock(&lock);
  for (;;) {
    while (work_at < put_at && steps[work_at % STEPS].kind != STEP_COMPRESSED) work_at++;
    if (work_at == put_at) {
      pthread_cond_wait(&changed, &lock);
      continue;
    }
    struct step *step = &steps[work_at++ % STEPS];
    step->kind = STEP_WORKING;
    pthread_mutex_unlock(&lock);
    decompress(step, context);
    pthread_mutex_lock(&lock);
    step->kind = STEP_FRAME;
    pthread_cond_broadcast(&changed);
  }
  return NULL;
}

static void *take(void *unused) {
  (void)unused;
  pthread_mutex_lock(&lock);
  for (;;) {
    struct step *step = &steps[take_at % STEPS];
    if (take_at == put_at || step->kind == STEP_COMPRESSED || step->kind == STEP_WORKING) {
      pthread_cond_wait(&changed, &lock);
      continue;
    }
    if (step->kind == STEP_END) break;
    pthread_mutex_unlock(&lock);
    carry(step);
    pthread_mutex_lock(&lock);
    step->kind = STEP_FREE;
    take_at++;
    if (work_at < take_at) work_at = take_at;
    pthread_cond_broadcast(&changed);
  }
  pthread_mutex_unlock(&lock);
  return NULL;
}

void frames_start(void (*carry_out)(struct step *)) {
  carry = carry_out;
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  int threads = processors < 1 ? 1 : processors > MAX_THREADS ? MAX_THREADS : (int)processors;
  pthread_t thread;
  if (pthread_create(&taker, NULL, take, NULL)) fail("start", "a thread");
  for (int i = 0; i < threads; i++) {
    if (pthread_create(&thread, NULL, decompressor, NULL)) fail("start", "a thread");
  }
}

void frames_put(struct step step) {
  pthread_mutex_lock(&lock);
  while (put_at - take_at == STEPS) pthread_cond_wait(&changed, &lock);
  steps[put_at++ % STEPS] = step;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

void frames_finish(void) {
  frames_put((struct step){.kind = STEP_END});
  pthread_join(taker, NULL);
}
