#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "serve.h"

/* As the first process of a container, which gets no default action for signals. */
static void end(int signal_number) {
  (void)signal_number;
  _exit(0);
}

static void end_by_signals(void) {
  signal(SIGTERM, end);
  signal(SIGINT, end);
}

static void wait_for_end(void) {
  end_by_signals();
  for (;;) pause();
}

static int usage(void) {
  fprintf(stderr, "usage: volume-helper wait | serve SOCKET | clear DIRECTORY | capture DIRECTORY | apply DIRECTORY\n");
  return 2;
}

static int run(const char *command, const char *directory) {
  if (!strcmp(command, "clear")) return clear(directory), 0;
  if (!strcmp(command, "capture")) return capture(directory), 0;
  if (!strcmp(command, "apply")) return apply(directory), 0;
  return usage();
}

int main(int count, char **arguments) {
  if (count == 2 && !strcmp(arguments[1], "wait")) wait_for_end();
  if (count != 3) return usage();
  if (strcmp(arguments[1], "serve")) return run(arguments[1], arguments[2]);
  end_by_signals();
  serve(arguments[2], run);
  return 0;
}
