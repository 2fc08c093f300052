#define _GNU_SOURCE
#include "output.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "fail.h"

enum { SLOTS = 24, RECORDS_BYTES = 32 * 1024, MAX_THREADS = 8, LEVEL = 1 };
/* For malloc: frames come and go, and the kernel would clear and map their pages anew each time. */
enum { MAPPED_FROM = 4 << 20, TRIMMED_FROM = 64 << 20 };

/* What is to be written next: bytes as they are, or a frame that some thread compresses. */
struct slot {
  enum { FREE, FILLING, RAW, READY } state;
  uint8_t *bytes;
  size_t length;
  uint32_t chunks;
};

static struct slot slots[SLOTS];
static size_t put_at, compress_at, write_at;
static int ended;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_t writer, compressors[MAX_THREADS];
static int compressor_count;

/* Records gathered for the next slot. */
static uint8_t *gathered;
static size_t gathered_length;

static void put(struct slot filled) {
  pthread_mutex_lock(&lock);
  while (slots[put_at % SLOTS].state != FREE) pthread_cond_wait(&changed, &lock);
  slots[put_at++ % SLOTS] = filled;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

static void write_all(const uint8_t *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, length);
    if (written < 0) fail("write", "the result");
    bytes += written;
    length -= (size_t)written;
  }
}

static void put_u32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (8 * i));
}

/* Turns a raw frame into its record: type, length, raw length, number of chunks, compressed bytes. */
static void compress_slot(struct slot *slot, ZSTD_CCtx *context) {
  size_t bound = ZSTD_compressBound(slot->length);
  uint8_t *record = allocate(13 + bound);
  size_t compressed = ZSTD_compressCCtx(context, record + 13, bound, slot->bytes, slot->length, LEVEL);
  if (ZSTD_isError(compressed)) fail("compress", "content");
  record[0] = 'F';
  put_u32(record + 1, (uint32_t)(8 + compressed));
  put_u32(record + 5, (uint32_t)slot->length);
  put_u32(record + 9, slot->chunks);
  free(slot->bytes);
  slot->bytes = record;
  slot->length = 13 + compressed;
}

static void *compressor(void *unused) {
  (void)unused;
  ZSTD_CCtx *context = ZSTD_createCCtx();
  pthread_mutex_lock(&lock);
  for (;;) {
    while (compress_at < put_at && slots[compress_at % SLOTS].state != RAW) compress_at++;
    if (compress_at == put_at) {
      if (ended) break;
      pthread_cond_wait(&changed, &lock);
      continue;
    }
    struct slot *slot = &slots[compress_at++ % SLOTS];
    slot->state = FILLING;
    pthread_mutex_unlock(&lock);
    compress_slot(slot, context);
    pthread_mutex_lock(&lock);
    slot->state = READY;
    pthread_cond_broadcast(&changed);
  }
  pthread_mutex_unlock(&lock);
  ZSTD_freeCCtx(context);
  return NULL;
}

static void *write_slots(void *unused) {
  (void)unused;
  pthread_mutex_lock(&lock);
  for (;;) {
    struct slot *slot = &slots[write_at % SLOTS];
    if (write_at == put_at && ended) break;
    if (write_at == put_at || slot->state != READY) {
      pthread_cond_wait(&changed, &lock);
      continue;
    }
    pthread_mutex_unlock(&lock);
    write_all(slot->bytes, slot->length);
    free(slot->bytes);
    pthread_mutex_lock(&lock);
    slot->state = FREE;
    write_at++;
    pthread_cond_broadcast(&changed);
  }
  pthread_mutex_unlock(&lock);
  return NULL;
}

void output_start(void) {
  mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
  mallopt(M_TRIM_THRESHOLD, TRIMMED_FROM);
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  compressor_count = processors < 1 ? 1 : processors > MAX_THREADS ? MAX_THREADS : (int)processors;
  if (pthread_create(&writer, NULL, write_slots, NULL)) fail("start", "a thread");
  for (int i = 0; i < compressor_count; i++) {
    if (pthread_create(&compressors[i], NULL, compressor, NULL)) fail("start", "a thread");
  }
}

static void flush_records(void) {
  if (gathered_length == 0) return;
  put((struct slot){READY, gathered, gathered_length, 0});
  gathered = NULL;
  gathered_length = 0;
}

void output_record(char type, const void *content, size_t length) {
  if (gathered_length + 5 + length > RECORDS_BYTES) flush_records();
  if (!gathered) gathered = allocate(5 + length > RECORDS_BYTES ? 5 + length : RECORDS_BYTES);
  gathered[gathered_length] = (uint8_t)type;
  put_u32(gathered + gathered_length + 1, (uint32_t)length);
  memcpy(gathered + gathered_length + 5, content, length);
  gathered_length += 5 + length;
}

void output_frame(uint8_t *raw, uint32_t raw_length, uint32_t chunks) {
  flush_records();
  put((struct slot){RAW, raw, raw_length, chunks});
}

void output_end(void) {
  flush_records();
  pthread_mutex_lock(&lock);
  ended = 1;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  for (int i = 0; i < compressor_count; i++) pthread_join(compressors[i], NULL);
  pthread_join(writer, NULL);
}
