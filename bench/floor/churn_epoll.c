/*
 * The measure that netchurn is compared with: connect and close as fast as one thread with an epoll loop can.
 * Per connection: socket, setsockopt (rst only), connect, epoll_ctl, a share of epoll_wait, close; with an exchange also one
 * send and one recv. One edge-triggered registration serves all of it. With a rate, connections start when they are due.
 */
#include "churn.h"
#include <sys/epoll.h>

enum { BATCH = 256, MOST_BYTES = 4096, MOST_OPEN = 10000 };

/* By descriptor: whether the request was sent. Small answers come in one piece, so this is all there is to know. */
static char asked[1 << 20];

static void start_one(const struct plan *plan, int epoll) {
    struct sockaddr_in target = next_target(plan);
    int fd = open_socket(plan);
    if (connect(fd, (struct sockaddr *) &target, sizeof target) < 0 && errno != EINPROGRESS) {
        fail("connect");
    }
    unsigned events = plan->out ? EPOLLOUT | EPOLLIN | EPOLLET : EPOLLOUT;
    struct epoll_event interest = {.events = events, .data.fd = fd};
    asked[fd] = 0;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &interest) < 0) {
        fail("epoll_ctl");
    }
}

/* Goes on with a connection that is ready; returns 1 when it is over. */
static int advance(const struct plan *plan, int fd, unsigned events, struct measurement *measured) {
    static char bytes[MOST_BYTES];
    if (events & EPOLLERR) {
        measured->failed++;
        return 1;
    }
    if (plan->out && !asked[fd]) {
        asked[fd] = 1;
        if (send(fd, bytes, plan->out, MSG_NOSIGNAL) != plan->out) {
            measured->failed++;
            return 1;
        }
        return 0;
    }
    if (plan->out) {
        ssize_t got = recv(fd, bytes, sizeof bytes, 0);
        if (got < 0 && errno == EAGAIN) {
            return 0;
        }
        if (got != plan->in) {
            measured->failed++;
            return 1;
        }
    }
    measured->connections++;
    return 1;
}

/* How many connections are to be started now, and how long to wait at most for an event. */
static long due(const struct plan *plan, const struct measurement *measured, unsigned long started, int in_flight,
                struct timespec *wait) {
    *wait = (struct timespec) {.tv_sec = 1};
    if (plan->rate <= 0) {
        return plan->in_flight - in_flight;
    }
    double elapsed = now_seconds() - measured->start_seconds;
    long owed = (long) (elapsed * plan->rate) + 1 - (long) started;
    if (owed > MOST_OPEN - in_flight) {
        owed = MOST_OPEN - in_flight; /* what cannot be started now is started late */
    }
    double until_next = (started + (owed > 0 ? owed : 0)) / plan->rate - elapsed;
    *wait = (struct timespec) {.tv_nsec = until_next <= 0 ? 0 : until_next >= 1 ? 999999999 : (long) (until_next * 1e9)};
    return owed;
}

/* Keeps connections going until the plan is fulfilled; returns how many are still in flight then. */
static int churn(const struct plan *plan, int epoll, int in_flight, struct measurement *measured) {
    struct epoll_event ready[BATCH];
    unsigned long started = 0;
    while (!finished(plan, measured)) {
        struct timespec wait;
        long owed = due(plan, measured, started, in_flight, &wait);
        for (; owed > 0 && may_start(plan, measured, in_flight); owed--) {
            start_one(plan, epoll);
            started++;
            in_flight++;
        }
        int count = epoll_pwait2(epoll, ready, BATCH, &wait, NULL);
        for (int i = 0; i < count; i++) {
            if (advance(plan, ready[i].data.fd, ready[i].events, measured)) {
                close(ready[i].data.fd);
                in_flight--;
            }
        }
    }
    return in_flight;
}

int main(int argc, char **argv) {
    struct plan plan = parse(argc, argv);
    if (plan.out > MOST_BYTES || plan.in > MOST_BYTES) {
        fprintf(stderr, "an exchange has at most %d bytes each way\n", MOST_BYTES);
        return 2;
    }
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        fail("epoll_create1");
    }
    struct plan warmup = plan;
    warmup.seconds = plan.warmup_seconds;
    warmup.limit = 0;
    struct measurement ignored = begin();
    int in_flight = churn(&warmup, epoll, 0, &ignored);

    struct measurement measured = begin();
    churn(&plan, epoll, in_flight, &measured);
    print(&plan, &measured);
    return measured.failed > 0;
}
