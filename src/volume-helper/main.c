#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"

/* As the first process of a container, which gets no default action for signals. */
static void end(int signal_number) {
  (void)signal_number;
  _exit(0);
}

static void wait_for_end(void) {
  signal(SIGTERM, end);
  signal(SIGINT, end);
  for (;;) pause();
}

int main(int count, char **arguments) {
  if (count == 2 && !strcmp(arguments[1], "wait")) wait_for_end();
  if (count == 3 && !strcmp(arguments[1], "clear")) return clear(arguments[2]), 0;
  if (count == 3 && !strcmp(arguments[1], "capture")) return capture(arguments[2]), 0;
  if (count == 3 && !strcmp(arguments[1], "apply")) return apply(arguments[2]), 0;
  fprintf(stderr, "usage: volume-helper wait | clear DIRECTORY | capture DIRECTORY | apply DIRECTORY\n");
  return 2;
}
