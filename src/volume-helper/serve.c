#define _GNU_SOURCE
#include "serve.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fail.h"

enum { NUMBER_BYTES = 16, COMMAND_BYTES = 16, ORDER_BYTES = 512 };

/* A connection that begins with a line saying what it is for. */
static int connect_for(const char *socket_path, const char *purpose, const char *number) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(socket_path) >= sizeof address.sun_path) fail("connect to", socket_path);
  strcpy(address.sun_path, socket_path);
  int line = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (line < 0 || connect(line, (struct sockaddr *)&address, sizeof address)) fail("connect to", socket_path);
  if (dprintf(line, "%s %s\n", purpose, number) < 0) fail("write to", socket_path);
  return line;
}

/* Runs in a process of its own, whose child does the work: what the work ends with is told after its errors. */
static void carry_out(const char *socket_path, const char *order, int (*run)(const char *, const char *)) {
  char number[NUMBER_BYTES], command[COMMAND_BYTES], directory[ORDER_BYTES];
  if (sscanf(order, "%15s %15s %511s", number, command, directory) != 3) fail_damaged("an order is not of the format");
  int content = connect_for(socket_path, "content", number), errors = connect_for(socket_path, "errors", number);
  signal(SIGCHLD, SIG_DFL);
  pid_t worker = fork();
  if (worker < 0) fail("start", "a process");
  if (worker == 0) {
    if (dup2(content, STDIN_FILENO) < 0 || dup2(content, STDOUT_FILENO) < 0 || dup2(errors, STDERR_FILENO) < 0) fail("use", "a connection");
    close(content);
    close(errors);
    _exit(run(command, directory));
  }
  close(content);
  int status = 0;
  if (waitpid(worker, &status, 0) < 0) fail("wait for", "a process");
  dprintf(errors, "%c%d\n", 0, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

void serve(const char *socket_path, int (*run)(const char *, const char *)) {
  FILE *orders = fdopen(connect_for(socket_path, "orders", "0"), "r");
  if (!orders) fail("read", socket_path);
  signal(SIGCHLD, SIG_IGN); /* The kernel takes the processes that ended. */
  char order[ORDER_BYTES];
  while (fgets(order, sizeof order, orders)) {
    pid_t process = fork();
    if (process < 0) fail("start", "a process");
    if (process == 0) {
      close(fileno(orders));
      carry_out(socket_path, order, run);
      _exit(0);
    }
  }
}
