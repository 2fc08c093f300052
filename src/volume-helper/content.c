#include "content.h"

#include <math.h>
#include <string.h>

#include "fail.h"
#include "hashing.h"
#include "known.h"
#include "output.h"
#include "sha256.h"
#include "stretch.h"

/* The store's choice of chunks (FORMAT.md, "Choice of chunks"). */
enum { SMALL = 16 * 1024, PAGE = 4096, GROUP_LIMIT = 128 * 1024, SAMPLE = 8192, PAGE_CHUNK = 8192, PLAIN_CHUNK = 128 * 1024, PACKED_CHUNK = 1024 * 1024 };
enum { FRAME_TARGET = 64 * 1024, FRAME_LIMIT = 1024 * 1024, CHUNK_BYTES = 37, CHUNK_BATCH = 512 };

static uint8_t *frame;
static uint32_t frame_length, frame_chunks;

/* Chunks of the file at hand that have not been told yet: 36 bytes each, and one that says whether it is new. */
static uint8_t batch[CHUNK_BATCH * CHUNK_BYTES];
static size_t batch_length;

static void end_batch(void) {
  if (batch_length) output_record('C', batch, batch_length);
  batch_length = 0;
}

static void end_frame(void) {
  if (!frame_chunks) return;
  end_batch();
  output_frame(frame, frame_length, frame_chunks);
  frame = NULL;
  frame_length = frame_chunks = 0;
}

/* Puts a chunk into the frame when it is new, and describes it in 37 bytes. */
static void keep_chunk(const uint8_t *bytes, uint32_t length, const uint8_t hash[32], uint8_t *entry) {
  memcpy(entry, hash, 32);
  uint64_t prefix = 0;
  for (int i = 7; i >= 0; i--) prefix = prefix << 8 | entry[i];
  int known = known_chunk(prefix);
  if (!known && (frame_length >= FRAME_TARGET || frame_length + length > FRAME_LIMIT)) end_frame();
  for (int i = 0; i < 4; i++) entry[32 + i] = (uint8_t)(length >> (8 * i));
  entry[36] = !known;
  if (!known) {
    if (!frame) frame = allocate(FRAME_LIMIT);
    memcpy(frame + frame_length, bytes, length);
    frame_length += length;
    frame_chunks++;
  }
}

static void add_chunk(const uint8_t *bytes, uint32_t length, const uint8_t hash[32]) {
  uint8_t entry[CHUNK_BYTES];
  keep_chunk(bytes, length, hash, entry);
  memcpy(batch + batch_length, entry, sizeof entry);
  batch_length += sizeof entry;
  if (batch_length == sizeof batch) end_batch();
}

/* Small files that will be one chunk together (FORMAT.md, "Choice of chunks"). */
static uint8_t group[GROUP_LIMIT];
static uint32_t group_length;

static void end_group(void) {
  if (!group_length) return;
  uint8_t hash[32], entry[CHUNK_BYTES];
  sha256(group, group_length, hash);
  keep_chunk(group, group_length, hash, entry);
  output_record('G', entry, sizeof entry);
  group_length = 0;
}

static int is_small(uint64_t size) { return size > 0 && size < SMALL && size % PAGE; }

/* FNV-1a, 32 bits: one path in 32 begins a group. */
static int begins_group(const char *path) {
  uint32_t hash = 0x811c9dc5u;
  for (; *path; path++) hash = (hash ^ (uint8_t)*path) * 0x01000193u;
  return ((hash >> 16) & 31) == 0;
}

static double entropy(const uint8_t *bytes, size_t length) {
  uint32_t counts[256] = {0};
  double bits = 0;
  for (size_t i = 0; i < length; i++) counts[bytes[i]]++;
  for (int i = 0; i < 256; i++) {
    double share = (double)counts[i] / (double)length;
    if (counts[i]) bits -= share * log2(share);
  }
  return bits;
}

static uint32_t choose_chunk(uint64_t size, const uint8_t *sample) {
  if (size < SAMPLE) return PLAIN_CHUNK;
  if (entropy(sample, SAMPLE) > 7.9) return PACKED_CHUNK;
  return size % 4096 == 0 ? PAGE_CHUNK : PLAIN_CHUNK;
}

void content_before(const char *path, uint64_t size) {
  if (is_small(size) && (group_length + size > GROUP_LIMIT || begins_group(path))) end_group();
}

static void read_small(int file, const char *path, uint32_t size) {
  uint8_t offset[4];
  for (int i = 0; i < 4; i++) offset[i] = (uint8_t)(group_length >> (8 * i));
  output_record('P', offset, sizeof offset);
  stretch_read(file, 0, group + group_length, size, path);
  group_length += size;
}

static void read_large(int file, const char *path, uint64_t size) {
  uint8_t sample[SAMPLE];
  if (size >= SAMPLE) stretch_read(file, 0, sample, SAMPLE, path);
  hashing_chunks(file, path, size, choose_chunk(size, sample), add_chunk);
  end_batch();
}

void content_add(int file, const char *path, uint64_t size) {
  if (is_small(size)) read_small(file, path, (uint32_t)size);
  else read_large(file, path, size);
}

void content_end(void) {
  end_group();
  end_frame();
  hashing_end();
}
