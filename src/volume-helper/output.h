#ifndef OUTPUT_H
#define OUTPUT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Standard output as a sequence of records (WIRE.md). Frames are compressed by threads of their own; everything leaves
 * in the order in which it was put, and putting waits while too much is under way.
 */
void output_start(void);

/* Adds one record: its type, the length of its content, the content. */
void output_record(char type, const void *content, size_t length);

/* Adds a frame record; takes over `raw` (of `allocate`) and gives it back by `free`. */
void output_frame(uint8_t *raw, uint32_t raw_length, uint32_t chunks);

/* Waits until everything has been written. */
void output_end(void);

#endif
