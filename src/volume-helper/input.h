#ifndef INPUT_H
#define INPUT_H

#include <stddef.h>
#include <stdint.h>

/* Fills `to` from standard input, or ends the program: `what` names what was cut off. */
void input_read(void *to, size_t bytes, const char *what);

uint64_t get_number(const uint8_t *at, int bytes);

#endif
