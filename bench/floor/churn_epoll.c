/*
 * The measure that netchurn is compared with: connect and close as fast as one thread with an epoll loop can.
 * Per connection: socket, setsockopt (rst only), connect, epoll_ctl, a share of epoll_wait, close.
 */
#include "churn.h"
#include <sys/epoll.h>

enum { BATCH = 256 };

static void start_one(const struct plan *plan, int epoll) {
    struct sockaddr_in target = next_target(plan);
    int fd = open_socket(plan);
    if (connect(fd, (struct sockaddr *) &target, sizeof target) < 0 && errno != EINPROGRESS) {
        fail("connect");
    }
    struct epoll_event interest = {.events = EPOLLOUT, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &interest) < 0) {
        fail("epoll_ctl");
    }
}

/* Keeps in_flight connections going until the plan is fulfilled; returns how many are still in flight then. */
static int churn(const struct plan *plan, int epoll, int in_flight, struct measurement *measured) {
    struct epoll_event ready[BATCH];
    while (!finished(plan, measured)) {
        for (; in_flight < plan->in_flight; in_flight++) {
            start_one(plan, epoll);
        }
        int count = epoll_wait(epoll, ready, BATCH, 1000);
        for (int i = 0; i < count; i++) {
            if (ready[i].events & EPOLLERR) {
                measured->failed++;
            } else {
                measured->connections++;
            }
            close(ready[i].data.fd);
            in_flight--;
        }
    }
    return in_flight;
}

int main(int argc, char **argv) {
    struct plan plan = parse(argc, argv);
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
