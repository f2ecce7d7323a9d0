#!/bin/sh
# Compiles the hand-written C programs into the folder $1, by default bench/target/floor.
set -eu
here=$(dirname "$(readlink -f "$0")")
out=${1:-$here/../target/floor}
mkdir -p "$out"
for program in churn_epoll churn_floor churn_uring accept_loop; do
    "${CC:-cc}" -O2 -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -o "$out/$program" "$here/$program.c"
done
