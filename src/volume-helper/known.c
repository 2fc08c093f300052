#define _GNU_SOURCE
#include "known.h"

#include <string.h>

#include "fail.h"
#include "input.h"

/* Open addressing; a slot with the key 0 is free, so that key itself is moved to 1. */
static uint64_t *chunks;
static size_t chunk_capacity, chunk_count;

/* Records as they came, and a table of their positions plus one. */
static uint8_t *files;
static uint32_t *file_slots;
static size_t file_capacity, file_count;

/* FNV-1a. */
static uint64_t hash_text(const char *text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (; *text; text++) hash = (hash ^ (uint8_t)*text) * 0x100000001b3u;
  return hash;
}

static uint64_t u64(const uint8_t *at) { return get_number(at, 8); }

static void read_exactly(uint8_t *to, size_t bytes) { input_read(to, bytes, "the list of what is known"); }

static size_t capacity_for(size_t count) {
  size_t capacity = 1024;
  while (capacity < count * 2) capacity *= 2;
  return capacity;
}

static void *zeroed(size_t bytes) { return memset(allocate(bytes), 0, bytes); }

/* 1 when the key was there. */
static int insert(uint64_t key) {
  size_t at = (size_t)key & (chunk_capacity - 1);
  while (chunks[at] && chunks[at] != key) at = (at + 1) & (chunk_capacity - 1);
  if (chunks[at] == key) return 1;
  chunks[at] = key;
  chunk_count++;
  return 0;
}

static void grow(void) {
  uint64_t *old = chunks;
  size_t old_capacity = chunk_capacity;
  chunk_capacity *= 2;
  chunk_count = 0;
  chunks = zeroed(chunk_capacity * sizeof *chunks);
  for (size_t i = 0; i < old_capacity; i++) {
    if (old[i]) insert(old[i]);
  }
}

int known_chunk(uint64_t prefix) {
  if (chunk_count * 2 >= chunk_capacity) grow();
  return insert(prefix ? prefix : 1);
}

void known_read(void) {
  uint8_t counts[16], prefix[8];
  read_exactly(counts, sizeof counts);
  size_t chunks_coming = u64(counts), files_coming = u64(counts + 8);
  chunk_capacity = capacity_for(chunks_coming);
  chunks = zeroed(chunk_capacity * sizeof *chunks);
  uint8_t *prefixes = allocate(chunks_coming * sizeof prefix);
  read_exactly(prefixes, chunks_coming * sizeof prefix);
  for (size_t i = 0; i < chunks_coming; i++) known_chunk(u64(prefixes + 8 * i));
  files = allocate(files_coming * KNOWN_FILE_BYTES);
  read_exactly(files, files_coming * KNOWN_FILE_BYTES);
  file_count = files_coming;
  file_capacity = capacity_for(files_coming);
  file_slots = zeroed(file_capacity * sizeof *file_slots);
  for (size_t i = 0; i < files_coming; i++) {
    size_t at = (size_t)u64(files + i * KNOWN_FILE_BYTES) & (file_capacity - 1);
    while (file_slots[at]) at = (at + 1) & (file_capacity - 1);
    file_slots[at] = (uint32_t)i + 1;
  }
}

void known_describe(const char *path, const struct stat *now, uint8_t record[KNOWN_FILE_BYTES]) {
  const uint64_t numbers[6] = {
      hash_text(path),
      (uint64_t)now->st_ino,
      (uint64_t)now->st_size,
      (uint64_t)now->st_mtim.tv_sec * 1000000000u + (uint64_t)now->st_mtim.tv_nsec,
      (uint64_t)now->st_ctim.tv_sec * 1000000000u + (uint64_t)now->st_ctim.tv_nsec,
      0,
  };
  for (int i = 0; i < KNOWN_FILE_BYTES; i++) record[i] = (uint8_t)(numbers[i / 8] >> (8 * (i % 8)));
}

int known_files(void) { return file_count > 0; }

int64_t known_file(const char *path, const struct stat *now) {
  uint8_t is[KNOWN_FILE_BYTES];
  known_describe(path, now, is);
  for (size_t at = (size_t)u64(is) & (file_capacity - 1); file_slots[at]; at = (at + 1) & (file_capacity - 1)) {
    if (!memcmp(files + (file_slots[at] - 1) * (size_t)KNOWN_FILE_BYTES, is, KNOWN_FILE_BYTES)) return file_slots[at] - 1;
  }
  return -1;
}
