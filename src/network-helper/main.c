/*
 * Tries a TCP connection as a container's own programs would: run in that container's network namespace, it looks the
 * name up and connects to every address found. One finding a line, fields separated by a space, the last one free text:
 *
 *   resolved MICROSECONDS
 *   unresolved MICROSECONDS REASON
 *   open ADDRESS MICROSECONDS
 *   closed ADDRESS MICROSECONDS REASON
 *
 * Arguments: HOST PORT TIMEOUT_MS. Ends with 0 when an address accepted, 1 when none did, 2 on wrong usage.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static long long now_us(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000000LL + at.tv_nsec / 1000;
}

/* 0 when the connection was accepted, else the reason as errno. */
static int try_address(const struct addrinfo *address, int timeout_ms) {
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    int reason = 0;
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        reason = errno;
        if (reason == EINPROGRESS) {
            struct pollfd waiting = {.fd = fd, .events = POLLOUT};
            int ready = poll(&waiting, 1, timeout_ms);
            socklen_t size = sizeof reason;
            if (ready == 0) reason = ETIMEDOUT;
            else if (ready < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &reason, &size) != 0) reason = errno;
        }
    }
    close(fd);
    return reason;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: %s HOST PORT TIMEOUT_MS\n", argv[0]);
        return 2;
    }
    const struct addrinfo wanted = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    long long started = now_us();
    int failure = getaddrinfo(argv[1], argv[2], &wanted, &found);
    if (failure != 0) {
        printf("unresolved %lld %s\n", now_us() - started, gai_strerror(failure));
        return 1;
    }
    printf("resolved %lld\n", now_us() - started);
    int accepted = 0;
    for (const struct addrinfo *address = found; address != NULL; address = address->ai_next) {
        char text[INET6_ADDRSTRLEN] = "?";
        const void *raw = address->ai_family == AF_INET6 ? (const void *)&((const struct sockaddr_in6 *)address->ai_addr)->sin6_addr
                                                         : (const void *)&((const struct sockaddr_in *)address->ai_addr)->sin_addr;
        inet_ntop(address->ai_family, raw, text, sizeof text);
        started = now_us();
        int reason = try_address(address, atoi(argv[3]));
        long long took = now_us() - started;
        if (reason == 0) {
            printf("open %s %lld\n", text, took);
            accepted = 1;
        } else {
            printf("closed %s %lld %s\n", text, took, strerror(reason));
        }
    }
    freeaddrinfo(found);
    return accepted ? 0 : 1;
}
