/*
 * The io_uring client that netchurn's own is compared with: one ring, used without liburing. Per connection: socket and
 * setsockopt (rst only) as system calls, CONNECT and CLOSE as entries of the ring, a share of io_uring_enter.
 */
#include "churn.h"
#include <linux/io_uring.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum { ENTRIES = 4096, COMPLETIONS = 16384, MOST_IN_FLIGHT = 4096 };

struct ring {
    int fd;
    unsigned *sq_tail, *sq_mask, *cq_head, *cq_tail, *cq_mask;
    struct io_uring_sqe *entries;
    struct io_uring_cqe *completions;
    unsigned unsubmitted;
};

/* The kernel reads the address when it takes the entry, so each descriptor in flight has its own. */
static struct sockaddr_in targets[1 << 16];

static void *map(int fd, size_t size, off_t offset) {
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset);
    if (at == MAP_FAILED) {
        fail("mmap");
    }
    return at;
}

static struct ring open_ring(void) {
    struct io_uring_params params = {
        .flags = IORING_SETUP_CQSIZE | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN, .cq_entries = COMPLETIONS};
    struct ring ring = {.fd = syscall(SYS_io_uring_setup, ENTRIES, &params)};
    if (ring.fd < 0) {
        fail("io_uring_setup");
    }
    char *sq = map(ring.fd, params.sq_off.array + params.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
    char *cq = map(ring.fd, params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);
    ring.entries = map(ring.fd, params.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
    ring.sq_tail = (unsigned *) (sq + params.sq_off.tail);
    ring.sq_mask = (unsigned *) (sq + params.sq_off.ring_mask);
    ring.cq_head = (unsigned *) (cq + params.cq_off.head);
    ring.cq_tail = (unsigned *) (cq + params.cq_off.tail);
    ring.cq_mask = (unsigned *) (cq + params.cq_off.ring_mask);
    ring.completions = (struct io_uring_cqe *) (cq + params.cq_off.cqes);
    unsigned *array = (unsigned *) (sq + params.sq_off.array);
    for (unsigned i = 0; i < params.sq_entries; i++) {
        array[i] = i;
    }
    return ring;
}

static void enter(struct ring *ring, unsigned wait_for) {
    long taken = syscall(SYS_io_uring_enter, ring->fd, ring->unsubmitted, wait_for, IORING_ENTER_GETEVENTS, NULL, 0);
    if (taken < 0 && errno != EINTR) {
        fail("io_uring_enter");
    }
    ring->unsubmitted -= taken > 0 ? taken : 0;
}

static void add(struct ring *ring, struct io_uring_sqe entry) {
    if (ring->unsubmitted == ENTRIES) {
        enter(ring, 0);
    }
    unsigned tail = *ring->sq_tail;
    ring->entries[tail & *ring->sq_mask] = entry;
    __atomic_store_n(ring->sq_tail, tail + 1, __ATOMIC_RELEASE);
    ring->unsubmitted++;
}

/* User data of a CONNECT is its descriptor; a CLOSE has this bit as well. */
static const uint64_t CLOSED = 1ull << 32;

static void start_one(const struct plan *plan, struct ring *ring) {
    int fd = open_socket(plan);
    if (fd >= 1 << 16) {
        fprintf(stderr, "more than 65536 descriptors\n");
        exit(1);
    }
    targets[fd] = next_target(plan);
    add(ring, (struct io_uring_sqe) {.opcode = IORING_OP_CONNECT, .fd = fd, .addr = (uintptr_t) &targets[fd],
                                     .off = sizeof targets[fd], .user_data = fd});
}

static int churn(const struct plan *plan, struct ring *ring, int in_flight, struct measurement *measured) {
    while (!finished(plan, measured)) {
        for (; in_flight < plan->in_flight && may_start(plan, measured, in_flight); in_flight++) {
            start_one(plan, ring);
        }
        enter(ring, 1);
        unsigned head = *ring->cq_head;
        unsigned tail = __atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE);
        for (; head != tail; head++) {
            struct io_uring_cqe *completion = &ring->completions[head & *ring->cq_mask];
            if (completion->user_data & CLOSED) {
                continue;
            }
            if (completion->res == 0) {
                measured->connections++;
            } else {
                measured->failed++;
            }
            add(ring, (struct io_uring_sqe) {.opcode = IORING_OP_CLOSE, .fd = completion->user_data,
                                             .user_data = completion->user_data | CLOSED});
            in_flight--;
        }
        __atomic_store_n(ring->cq_head, head, __ATOMIC_RELEASE);
    }
    return in_flight;
}

int main(int argc, char **argv) {
    struct plan plan = parse(argc, argv);
    refuse(&plan, plan.out, "an exchange");
    refuse(&plan, plan.rate > 0, "an open loop");
    refuse(&plan, plan.in_flight > MOST_IN_FLIGHT, "so many in flight");
    struct ring ring = open_ring();
    struct plan warmup = plan;
    warmup.seconds = plan.warmup_seconds;
    warmup.limit = 0;
    struct measurement ignored = begin();
    int in_flight = churn(&warmup, &ring, 0, &ignored);

    struct measurement measured = begin();
    churn(&plan, &ring, in_flight, &measured);
    print(&plan, &measured);
    return measured.failed > 0;
}
