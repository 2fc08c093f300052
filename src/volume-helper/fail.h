#ifndef FAIL_H
#define FAIL_H

#include <stddef.h>

/* Says on standard error what could not be done with `name`, with errno's text, and ends with status 1. */
void fail(const char *doing, const char *name) __attribute__((noreturn));

/* malloc, or the end. */
void *allocate(size_t bytes);

#endif
