/*
 * A target that does nothing but accept, answer if asked to, and close: one thread, one listener per address, epoll.
 * usage: accept_loop [-a address] [-n addresses] [-p port] [-m after-client|first|http] [-x IN:OUT]
 * http reads what comes first, answers "200 OK" and closes, as a server without keep-alive does.
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
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 256, BACKLOG = 4096, MOST_BYTES = 4096 };
enum mode { AFTER_CLIENT, FIRST, HTTP };

static const char OK[] = "HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

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

static void watch(int epoll, int fd) {
    struct epoll_event interest = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &interest) < 0) {
        fail("epoll_ctl");
    }
}

/* Goes on with a connection that is readable; returns 1 when it is to be closed. */
static int advance(int fd, enum mode mode, int answer) {
    static char bytes[MOST_BYTES];
    ssize_t got = read(fd, bytes, sizeof bytes);
    if (got > 0 && mode == HTTP) {
        send(fd, OK, sizeof OK - 1, MSG_NOSIGNAL);
        return 1;
    }
    if (got > 0 && answer) {
        send(fd, bytes, answer, MSG_NOSIGNAL);
    }
    return got == 0 || (got < 0 && errno != EAGAIN); /* the client's FIN or RST */
}

static double cpu_us(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9000)};
    enum mode mode = AFTER_CLIENT;
    int addresses = 1, in = 0, out = 0;
    int option;
    while ((option = getopt(argc, argv, "a:n:p:m:x:")) != -1) {
        switch (option) {
            case 'a': inet_aton(optarg, &address.sin_addr); break;
            case 'n': addresses = atoi(optarg); break;
            case 'p': address.sin_port = htons(atoi(optarg)); break;
            case 'm': mode = strcmp(optarg, "first") == 0 ? FIRST : strcmp(optarg, "http") == 0 ? HTTP : AFTER_CLIENT; break;
            case 'x': if (sscanf(optarg, "%d:%d", &in, &out) == 2 && out <= MOST_BYTES) { break; } /* fall through */
            default:
                fprintf(stderr, "usage: %s [-a address] [-n addresses] [-p port] [-m after-client|first|http] [-x IN:OUT]\n",
                        argv[0]);
                return 2;
        }
    }
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);

    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int last_listener = -1;
    for (int i = 0; i < addresses; i++) {
        watch(epoll, last_listener = listen_on(address));
        address.sin_addr.s_addr = htonl(ntohl(address.sin_addr.s_addr) + 1);
    }
    unsigned long accepted = 0, closed = 0;
    struct epoll_event ready[BATCH];
    while (!stopped) {
        int count = epoll_wait(epoll, ready, BATCH, -1);
        for (int i = 0; i < count; i++) {
            int fd = ready[i].data.fd;
            if (fd > last_listener) {
                if (advance(fd, mode, out)) {
                    close(fd);
                    closed++;
                }
                continue;
            }
            int connection;
            while ((connection = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
                accepted++;
                if (mode == FIRST) {
                    close(connection);
                    closed++;
                } else {
                    watch(epoll, connection);
                }
            }
        }
    }
    printf("program=accept_loop accepted=%lu closed=%lu cpu_us_per_connection=%.2f\n", accepted, closed,
           accepted ? cpu_us() / accepted : 0);
    return 0;
}
