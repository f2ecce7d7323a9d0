/*
 * A target that does nothing but accept and close: one thread, one listener, epoll.
 * usage: accept_loop [-a address] [-p port] [-m after-client|first]
 * On SIGTERM or SIGINT it prints what it did.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 256, BACKLOG = 4096 };

static volatile sig_atomic_t stopped;

static void stop(int signal) {
    (void) signal;
    stopped = 1;
}

static void fail(const char *call) {
    perror(call);
    exit(1);
}

static int listen_on(struct sockaddr_in address) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) {
        fail("socket");
    }
    if (bind(fd, (struct sockaddr *) &address, sizeof address) < 0) {
        fail("bind");
    }
    if (listen(fd, BACKLOG) < 0) {
        fail("listen");
    }
    return fd;
}

static void watch(int epoll, int fd, unsigned events) {
    struct epoll_event interest = {.events = events, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &interest) < 0) {
        fail("epoll_ctl");
    }
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9000)};
    int server_first = 0;
    int option;
    while ((option = getopt(argc, argv, "a:p:m:")) != -1) {
        switch (option) {
            case 'a': inet_aton(optarg, &address.sin_addr); break;
            case 'p': address.sin_port = htons(atoi(optarg)); break;
            case 'm': server_first = strcmp(optarg, "first") == 0; break;
            default: fprintf(stderr, "usage: %s [-a address] [-p port] [-m after-client|first]\n", argv[0]); return 2;
        }
    }
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);

    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_on(address);
    watch(epoll, listener, EPOLLIN);
    unsigned long accepted = 0, closed = 0;
    struct epoll_event ready[BATCH];
    while (!stopped) {
        int count = epoll_wait(epoll, ready, BATCH, -1);
        for (int i = 0; i < count; i++) {
            int fd = ready[i].data.fd;
            if (fd != listener) {
                char bytes[4096];
                ssize_t got = read(fd, bytes, sizeof bytes);
                if (got == 0 || (got < 0 && errno != EAGAIN)) { /* the client's FIN or RST */
                    close(fd);
                    closed++;
                }
                continue;
            }
            int connection;
            while ((connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
                accepted++;
                if (server_first) {
                    close(connection);
                    closed++;
                } else {
                    watch(epoll, connection, EPOLLIN);
                }
            }
        }
    }
    printf("program=accept_loop accepted=%lu closed=%lu\n", accepted, closed);
    return 0;
}
