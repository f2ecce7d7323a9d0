#!/bin/bash
# Compares netchurn with the hand-written C epoll loop (and the floor below it) on this machine: same target, same close
# mode, interleaved, in a private network namespace without root.
#
# usage: bench/compare.sh [-r rounds] [-d seconds] [-w warm-up seconds]
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
rounds=5 seconds=5 warmup=2
while getopts r:d:w: option; do
    case $option in
        r) rounds=$OPTARG ;;
        d) seconds=$OPTARG ;;
        w) warmup=$OPTARG ;;
        *) echo "usage: $0 [-r rounds] [-d seconds] [-w warm-up seconds]" >&2; exit 2 ;;
    esac
done
addresses=16 port=9000 in_flight=64

if [[ -z ${NETCHURN_COMPARE_FOLDER-} ]]; then
    NETCHURN_COMPARE_FOLDER=$(mktemp -d)
    export NETCHURN_COMPARE_FOLDER
    trap 'rm -rf "$NETCHURN_COMPARE_FOLDER"' EXIT
    "$root/netchurn" --version >&2 # builds when needed, while there is a network
    "$root/bench/floor/build.sh" "$NETCHURN_COMPARE_FOLDER"
    unshare --user --map-root-user --net "$0" -r "$rounds" -d "$seconds" -w "$warmup"
    exit
fi

folder=$NETCHURN_COMPARE_FOLDER
ip link set lo up
ulimit -n "$(ulimit -H -n)"

targets=
for ((i = 1; i <= addresses; i++)); do targets+=${targets:+,}127.0.0.$i:$port; done

listening() { grep -c " 00000000:0000 0A " /proc/net/tcp || true; }

"$root/netchurn" serve --listen "$targets" --close after-client --metrics off >"$folder/serve.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" || true' EXIT
for ((i = 0; $(listening) < addresses; i++)); do
    if ((i == 100)) || ! kill -0 "$server" 2>/dev/null; then
        cat "$folder/serve.log" >&2
        echo "the target does not listen" >&2
        exit 4
    fi
    sleep 0.1
done

# The number behind key $1 in a JSON file.
number() { tr ',{}' '\n\n\n' <"$2" | sed -n 's/^[[:space:]]*"'"$1"'"[[:space:]]*:[[:space:]]*\([-+.0-9eE]*\).*/\1/p' | head -n 1; }

# Each run appends "PROGRAM RATE CPU_US" to the file of results.
c_loop() {
    "$folder/$1" -a 127.0.0.1 -n "$addresses" -p "$port" -w "$warmup" -s "$seconds" -f "$in_flight" -m rst |
        sed -n "s/.* rate=\([^ ]*\) cpu_us_per_connection=\([^ ]*\).*/$1 \1 \2/p" | tee -a "$folder/results"
}

netchurn() {
    "$root/netchurn" run --target "$targets" --topology host --close rst --concurrency "$in_flight" \
        --warmup "${warmup}s" --duration "${seconds}s" --quiet --metrics off \
        --out "$folder/run-$1" --json "$folder/netchurn-$1.json"
    local cpu_ns
    cpu_ns=$(number clientNsPerConnection "$folder/netchurn-$1.json")
    echo "netchurn $(number achievedPerSecond "$folder/netchurn-$1.json") $cpu_ns" |
        awk '{ printf "%s %.0f %.2f\n", $1, $2, $3 / 1000 }' | tee -a "$folder/results"
}

echo "warming the target up"
"$folder/churn_epoll" -n "$addresses" -p "$port" -s 3 -m rst >/dev/null
for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds (program, connections/s, client CPU in us per connection)"
    c_loop churn_epoll
    netchurn "$round"
    c_loop churn_floor
done

# The median of column $2 of program $1.
median() {
    awk -v program="$1" -v column="$2" '$1 == program { print $column }' "$folder/results" | sort -n |
        awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

echo
printf '%-12s %16s %16s %8s\n' "medians" "connections/s" "us/connection" "ratio"
base=$(median churn_epoll 2)
for program in churn_epoll netchurn churn_floor; do
    rate=$(median "$program" 2)
    printf '%-12s %16s %16s %8s\n' "$program" "$rate" "$(median "$program" 3)" \
        "$(awk -v a="$rate" -v b="$base" 'BEGIN { printf "%.3f", a / b }')"
done
