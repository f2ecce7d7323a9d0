/* What the hand-written clients share: their arguments, the sockets they make, and the line they print. */
#ifndef CHURN_H
#define CHURN_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct plan {
    const char *program;
    struct in_addr base;     /* -a  first target address */
    unsigned addresses;      /* -n  how many consecutive addresses are taken in turn */
    unsigned short port;     /* -p */
    double warmup_seconds;   /* -w  not counted */
    double seconds;          /* -s */
    unsigned long limit;     /* -c  stop after so many connections; 0: after the time */
    int in_flight;           /* -f */
    int reset;               /* -m rst|fin */
    int out, in;             /* -x  bytes of the request and of its answer; 0: none */
    double rate;             /* -r  open loop: connections per second; 0: closed loop of in_flight */
};

struct measurement {
    double start_seconds;
    double start_cpu_us;
    unsigned long connections;
    unsigned long failed;
};

static inline void fail(const char *call) {
    perror(call);
    exit(1);
}

static inline double now_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

/* User and system time of this process. */
static inline double cpu_us(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static inline struct plan parse(int argc, char **argv) {
    struct plan plan = {.program = argv[0], .addresses = 1, .port = 9000, .seconds = 5, .in_flight = 64, .reset = 1};
    inet_aton("127.0.0.1", &plan.base);
    int option;
    while ((option = getopt(argc, argv, "a:n:p:w:s:c:f:m:x:r:")) != -1) {
        switch (option) {
            case 'a': if (!inet_aton(optarg, &plan.base)) { fprintf(stderr, "not an address: %s\n", optarg); exit(2); } break;
            case 'n': plan.addresses = atoi(optarg); break;
            case 'p': plan.port = atoi(optarg); break;
            case 'w': plan.warmup_seconds = atof(optarg); break;
            case 's': plan.seconds = atof(optarg); break;
            case 'c': plan.limit = strtoul(optarg, NULL, 10); break;
            case 'f': plan.in_flight = atoi(optarg); break;
            case 'm': plan.reset = strcmp(optarg, "rst") == 0; break;
            case 'x': if (sscanf(optarg, "%d:%d", &plan.out, &plan.in) != 2) { fprintf(stderr, "not OUT:IN: %s\n", optarg); exit(2); } break;
            case 'r': plan.rate = atof(optarg); break;
            default:
                fprintf(stderr, "usage: %s [-a address] [-n addresses] [-p port] [-w warm-up seconds] [-s seconds | -c connections]"
                                " [-f in flight] [-m rst|fin] [-x OUT:IN] [-r rate]\n", plan.program);
                exit(2);
        }
    }
    return plan;
}

/* The target of the next connection. */
static inline struct sockaddr_in next_target(const struct plan *plan) {
    static unsigned turn;
    struct sockaddr_in target = {.sin_family = AF_INET, .sin_port = htons(plan->port)};
    target.sin_addr.s_addr = htonl(ntohl(plan->base.s_addr) + turn);
    turn = turn + 1 == plan->addresses ? 0 : turn + 1;
    return target;
}

static inline int open_socket(const struct plan *plan) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        fail("socket");
    }
    if (plan->reset) {
        struct linger at_once = {1, 0};
        if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) < 0) {
            fail("setsockopt");
        }
    }
    return fd;
}

/* For programs that cannot do what was asked. */
static inline void refuse(const struct plan *plan, int asked, const char *what) {
    if (asked) {
        fprintf(stderr, "%s does not do %s\n", plan->program, what);
        exit(2);
    }
}

static inline struct measurement begin(void) {
    return (struct measurement) {.start_seconds = now_seconds(), .start_cpu_us = cpu_us()};
}

static inline int finished(const struct plan *plan, const struct measurement *measured) {
    unsigned long done = measured->connections + measured->failed;
    return plan->limit ? done >= plan->limit : now_seconds() - measured->start_seconds >= plan->seconds;
}

/* Whether another connection belongs to the plan: none beyond the limit is begun, so that it is met exactly. */
static inline int may_start(const struct plan *plan, const struct measurement *measured, int in_flight) {
    return !plan->limit || measured->connections + measured->failed + in_flight < plan->limit;
}

static inline void print(const struct plan *plan, const struct measurement *measured) {
    double seconds = now_seconds() - measured->start_seconds;
    double us = cpu_us() - measured->start_cpu_us;
    const char *slash = strrchr(plan->program, '/');
    printf("program=%s connections=%lu failed=%lu seconds=%.3f rate=%.0f cpu_us_per_connection=%.2f\n",
           slash ? slash + 1 : plan->program, measured->connections, measured->failed, seconds,
           measured->connections / seconds, measured->connections ? us / measured->connections : 0);
}

#endif
