#ifndef FRAMES_H
#define FRAMES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Instructions on their way from standard input to whoever carries them out. Frames among them are decompressed by
 * threads of their own; everything arrives in the order in which it was put, and putting waits while too much is under
 * way.
 */
struct step {
  /* Instructions as they came, or a decompressed frame for a slot. */
  enum { STEP_FREE, STEP_COMPRESSED, STEP_WORKING, STEP_FRAME, STEP_RECORDS, STEP_END } kind;
  uint8_t *bytes;
  size_t length;
  uint32_t slot, raw_length;
};

/* Starts the threads that decompress, and one that calls `carry_out` with every step. */
void frames_start(void (*carry_out)(struct step *));

/* Takes over `bytes` (of `allocate`). */
void frames_put(struct step step);

/* Puts the end and waits until everything has been carried out. */
void frames_finish(void);

#endif
