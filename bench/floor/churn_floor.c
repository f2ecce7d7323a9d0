/*
 * The floor: a client that never touches epoll. On loopback and veth the handshake is over when connect() returns, and a
 * second connect() says so. Per connection: socket, setsockopt (rst only), connect, connect, close; one at a time.
 */
#include "churn.h"

static void churn(const struct plan *plan, struct measurement *measured) {
    while (!finished(plan, measured)) {
        struct sockaddr_in target = next_target(plan);
        int fd = open_socket(plan);
        int connected = connect(fd, (struct sockaddr *) &target, sizeof target);
        if (connected < 0 && errno == EINPROGRESS) {
            connected = connect(fd, (struct sockaddr *) &target, sizeof target);
        }
        if (connected == 0) {
            measured->connections++;
        } else {
            measured->failed++; /* refused, or (EALREADY) a network whose handshake takes time */
        }
        close(fd);
    }
}

int main(int argc, char **argv) {
    struct plan plan = parse(argc, argv);
    refuse(&plan, plan.out, "an exchange: it would wait for each answer");
    refuse(&plan, plan.rate > 0, "an open loop");
    struct plan warmup = plan;
    warmup.seconds = plan.warmup_seconds;
    warmup.limit = 0;
    struct measurement ignored = begin();
    churn(&warmup, &ignored);

    struct measurement measured = begin();
    churn(&plan, &measured);
    print(&plan, &measured);
    return measured.failed > 0;
}
