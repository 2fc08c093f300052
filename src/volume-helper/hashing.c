#include "hashing.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "fail.h"
#include "sha256.h"
#include "stretch.h"

/* A block that was read is still in the processor's cache when it is hashed; a chunk of 1 MiB is a block of its own. */
enum { BLOCK = 256 * 1024, MIN_CHUNK = 8 * 1024, MAX_CHUNK = 1024 * 1024, HASH = 32, PAGE = 4096 };
enum { MAX_THREADS = 8, SPARE = 2, MAX_BLOCKS = MAX_THREADS + SPARE };

struct block {
  int file;
  const char *path;
  uint64_t from;
  uint32_t length, chunk;
  int ready;
  uint8_t hashes[BLOCK / MIN_CHUNK][HASH];
  /* Begins where a page does: a few bytes further on, the kernel takes ten times as long to copy into it. */
  uint8_t *bytes;
};

/* A ring: blocks are put and taken by the caller, and worked on in between. */
static struct block blocks[MAX_BLOCKS];
static size_t put_at, work_at, take_at;
static int block_count, thread_count, ended;
static pthread_t threads[MAX_THREADS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER, done = PTHREAD_COND_INITIALIZER;

static void fill(struct block *block) {
  if (!block->bytes && !(block->bytes = aligned_alloc(PAGE, MAX_CHUNK))) fail("allocate", "memory");
  stretch_read(block->file, block->from, block->bytes, block->length, block->path);
  uint32_t whole = block->length / block->chunk, rest = block->length % block->chunk;
  sha256_each(block->bytes, whole, block->chunk, block->hashes);
  if (rest) sha256(block->bytes + block->length - rest, rest, block->hashes[whole]);
}

static void tell(const struct block *block, take_chunk *take) {
  for (uint32_t at = 0, length; at < block->length; at += length) {
    length = block->length - at < block->chunk ? block->length - at : block->chunk;
    take(block->bytes + at, length, block->hashes[at / block->chunk]);
  }
}

static void *worker(void *unused) {
  (void)unused;
  pthread_mutex_lock(&lock);
  for (;;) {
    while (work_at == put_at && !ended) pthread_cond_wait(&work, &lock);
    if (work_at == put_at) break;
    struct block *block = &blocks[work_at++ % block_count];
    pthread_mutex_unlock(&lock);
    fill(block);
    pthread_mutex_lock(&lock);
    block->ready = 1;
    pthread_cond_signal(&done);
  }
  pthread_mutex_unlock(&lock);
  return NULL;
}

static void start(void) {
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  thread_count = processors < 1 ? 1 : processors > MAX_THREADS ? MAX_THREADS : (int)processors;
  block_count = thread_count + SPARE;
  for (int i = 0; i < thread_count; i++) {
    if (pthread_create(&threads[i], NULL, worker, NULL)) fail("start", "a thread");
  }
}

static void put(struct block *block, int file, const char *path, uint64_t from, uint32_t length, uint32_t chunk) {
  block->file = file;
  block->path = path;
  block->from = from;
  block->length = length;
  block->chunk = chunk;
  block->ready = 0;
}

void hashing_chunks(int file, const char *path, uint64_t size, uint32_t chunk, take_chunk *take) {
  uint32_t most = chunk > BLOCK ? chunk : BLOCK;
  if (size <= most) {
    put(&blocks[0], file, path, 0, (uint32_t)size, chunk);
    fill(&blocks[0]);
    tell(&blocks[0], take);
    return;
  }
  if (!thread_count) start();
  pthread_mutex_lock(&lock);
  for (uint64_t from = 0; from < size || take_at < put_at;) {
    if (from < size && put_at - take_at < (size_t)block_count) {
      uint32_t length = size - from < most ? (uint32_t)(size - from) : most;
      put(&blocks[put_at++ % block_count], file, path, from, length, chunk);
      from += length;
      pthread_cond_signal(&work);
      continue;
    }
    struct block *next = &blocks[take_at % block_count];
    while (!next->ready) pthread_cond_wait(&done, &lock);
    pthread_mutex_unlock(&lock);
    tell(next, take);
    pthread_mutex_lock(&lock);
    take_at++;
  }
  pthread_mutex_unlock(&lock);
}

void hashing_end(void) {
  pthread_mutex_lock(&lock);
  ended = 1;
  pthread_cond_broadcast(&work);
  pthread_mutex_unlock(&lock);
  for (int i = 0; i < thread_count; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < MAX_BLOCKS; i++) {
    free(blocks[i].bytes);
    blocks[i].bytes = NULL;
  }
  thread_count = ended = 0;
}
