#!/bin/bash
# Compares netchurn with hand-written C on this machine: the same work, interleaved, in a private network namespace, without
# root. Each scenario prints a table of medians; a ratio is the median of the rounds' ratios, so that a machine whose speed
# drifts from round to round does not disturb it.
#
# usage: bench/compare.sh [-r rounds] [-d seconds] [-w warm-up seconds] [SCENARIO...]
#   rst       aborts instead of closes (SO_LINGER 0), 64 in flight
#   fin       close(2) with FIN
#   exchange  one byte there, one byte back, then RST
#   rate      open loop at 80 % of what the C epoll loop reached in the closed loop, RST
#   events    as rst, but netchurn waits for epoll as on a real network (--eager off)
#   target    what accepting costs: netchurn's target against a C accept loop, the C epoll loop as client
#   http      one GET per connection, the server closes; with wrk and ab, where they are installed
# Without a scenario: all of them. Needs cc; more than one scenario takes many minutes.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
all=(rst fin exchange rate events target http)
rounds=5 seconds=5 warmup=2

usage() {
    sed -n '6,15s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

while getopts r:d:w: option; do
    case $option in
        r) rounds=$OPTARG ;;
        d) seconds=$OPTARG ;;
        w) warmup=$OPTARG ;;
        *) usage ;;
    esac
done
shift $((OPTIND - 1))
(($# > 0)) || set -- "${all[@]}"
for scenario in "$@"; do
    [[ " ${all[*]} " == *" $scenario "* ]] || usage
done
addresses=16 port=9000 in_flight=64

if [[ -z ${NETCHURN_COMPARE_FOLDER-} ]]; then
    NETCHURN_COMPARE_FOLDER=$(mktemp -d)
    export NETCHURN_COMPARE_FOLDER
    trap 'rm -rf "$NETCHURN_COMPARE_FOLDER"' EXIT
    "$root/netchurn" --version >&2 # builds when needed, while there is a network
    "$root/bench/floor/build.sh" "$NETCHURN_COMPARE_FOLDER"
    echo "$(nproc) CPUs, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), Linux $(uname -r), $(date +%F)," \
        "$rounds rounds of $seconds s after $warmup s of warm-up"
    unshare --user --map-root-user --net "$0" -r "$rounds" -d "$seconds" -w "$warmup" "$@"
    exit
fi

folder=$NETCHURN_COMPARE_FOLDER
ip link set lo up
ulimit -n "$(ulimit -H -n)"
# Room, so that neither ports nor TIME_WAIT become the subject.
echo 10000 65535 >/proc/sys/net/ipv4/ip_local_port_range
echo $port >/proc/sys/net/ipv4/ip_local_reserved_ports
echo 4000000 >/proc/sys/net/ipv4/tcp_max_tw_buckets
echo 65535 >/proc/sys/net/core/somaxconn

targets=
for ((i = 1; i <= addresses; i++)); do targets+=${targets:+,}127.0.0.$i:$port; done

server=
trap '[[ -z $server ]] || kill "$server" 2>/dev/null; wait' EXIT

listening() { grep -c " 00000000:0000 0A " /proc/net/tcp || true; }

# Starts a target, and waits until it listens on every address.
start_target() {
    "$@" >"$folder/target.log" 2>&1 &
    server=$!
    for ((i = 0; $(listening) < addresses; i++)); do
        if ((i == 100)) || ! kill -0 "$server" 2>/dev/null; then
            cat "$folder/target.log" >&2
            echo "the target does not listen" >&2
            exit 4
        fi
        sleep 0.1
    done
}

c_target() { start_target "$folder/accept_loop" -a 127.0.0.1 -n "$addresses" -p "$port" "$@"; }

java_target() { start_target "$root/netchurn" serve --listen "$targets" --metrics off "$@"; }

stop_target() {
    kill "$server"
    wait "$server" || true
    server=
}

# User and system time of a process so far, in microseconds.
cpu_us_of() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); printf "%.0f\n", ($12 + $13) * 1e6 / hz }' "/proc/$1/stat"; }

# The number behind key $1 in a JSON file.
number() { tr ',{}' '\n\n\n' <"$2" | sed -n 's/^[[:space:]]*"'"$1"'"[[:space:]]*:[[:space:]]*\([-+.0-9eE]*\).*/\1/p' | head -n 1; }

# Every program below prints "RATE CPU_US" of one round.
c_client() {
    "$folder/$1" -a 127.0.0.1 -n "$addresses" -p "$port" -w "$warmup" -s "$seconds" -f "$in_flight" "${@:2}" |
        sed -n 's/.* rate=\([^ ]*\) cpu_us_per_connection=\([^ ]*\).*/\1 \2/p'
}

netchurn() {
    local status=0
    rm -rf "$folder/run" "$folder/result.json"
    "$root/netchurn" run --target "$targets" --topology host --warmup "${warmup}s" --duration "${seconds}s" --quiet \
        --metrics off --out "$folder/run" --json "$folder/result.json" "$@" 2>"$folder/netchurn.log" || status=$?
    if ((status != 0)); then
        cat "$folder/netchurn.log" >&2
        echo "netchurn run $* ended with $status" >&2
        exit 1
    fi
    echo "$(number achievedPerSecond "$folder/result.json") $(number clientNsPerConnection "$folder/result.json")" |
        awk '{ printf "%.0f %.2f\n", $1, $2 / 1000 }'
}

closed() { netchurn --concurrency "$in_flight" "$@"; }

peer_wrk() { # prints requests per second; every request is one connection
    local before after
    before=$(cpu_children_us)
    wrk -t 1 -c "$in_flight" -d "${seconds}s" -H 'Connection: close' "http://127.0.0.1:$port/" >"$folder/wrk.log"
    after=$(cpu_children_us)
    awk -v us=$((after - before)) '/requests in/ { n = $1 } /^Requests\/sec/ { r = $2 } END { printf "%.0f %.2f\n", r, us / n }' \
        "$folder/wrk.log"
}

peer_ab() {
    local before after
    before=$(cpu_children_us)
    ab -q -c "$in_flight" -t "$seconds" -n 100000000 "http://127.0.0.1:$port/" >"$folder/ab.log" 2>&1
    after=$(cpu_children_us)
    awk -v us=$((after - before)) '/^Complete requests/ { n = $3 } /^Requests per second/ { r = $4 } END { printf "%.0f %.2f\n", r, us / n }' \
        "$folder/ab.log"
}

# CPU time of the children of this shell that have ended, in microseconds.
cpu_children_us() {
    awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); printf "%.0f\n", ($14 + $15) * 1e6 / hz }' "/proc/$BASHPID/stat"
}

# CPU of the target per connection while the C client runs: "CONNECTIONS_PER_SECOND TARGET_US".
target_cost() {
    local before after line
    before=$(cpu_us_of "$server")
    line=$("$folder/churn_epoll" -a 127.0.0.1 -n "$addresses" -p "$port" -s "$seconds" -f "$in_flight" -m "$1")
    after=$(cpu_us_of "$server")
    sed 's/.*connections=\([0-9]*\) .* rate=\([^ ]*\) .*/\1 \2/' <<<"$line" |
        awk -v us=$((after - before)) '{ printf "%.0f %.2f\n", $2, us / $1 }'
}

# Runs each "NAME|COMMAND" once per round and prints the table of ratios to the first.
table() {
    local title=$1 entry line
    shift
    : >"$folder/results"
    for ((round = 1; round <= rounds; round++)); do
        for entry in "$@"; do
            line=$(eval "${entry#*|}")
            [[ $line == *" "* ]] || { echo "${entry%%|*} gave no figures" >&2; exit 1; }
            echo "$round|${entry%%|*}|${line% *}|${line#* }" >>"$folder/results"
        done
    done
    echo
    echo "$title"
    awk -F'|' -f "$root/bench/ratios.awk" "$folder/results"
}

engines() { # one entry per engine that this netchurn has
    local flags=$1 engine
    for engine in epoll io_uring channel; do
        echo "netchurn $engine|closed --engine $engine $flags"
    done
}

scenario_rst() {
    c_target
    mapfile -t mine < <(engines "--close rst")
    table "rst: connect and abort, $in_flight in flight, C target" \
        "C epoll loop|c_client churn_epoll -m rst" "${mine[@]}" \
        "C floor|c_client churn_floor -m rst" "C io_uring|c_client churn_uring -m rst"
    stop_target
}

scenario_fin() {
    c_target
    mapfile -t mine < <(engines "--close fin")
    table "fin: connect and close, $in_flight in flight, C target" \
        "C epoll loop|c_client churn_epoll -m fin" "${mine[@]}" \
        "C floor|c_client churn_floor -m fin" "C io_uring|c_client churn_uring -m fin"
    stop_target
}

scenario_exchange() {
    c_target -x 1:1
    mapfile -t mine < <(engines "--close rst --exchange request:1:1")
    table "exchange: one byte there and back, then RST, $in_flight in flight, C target" \
        "C epoll loop|c_client churn_epoll -m rst -x 1:1" "${mine[@]}"
    stop_target
}

scenario_rate() {
    c_target
    local most rate
    most=$(c_client churn_epoll -m rst)
    rate=$(awk '{ printf "%.0f", $1 * 0.8 }' <<<"$most")
    table "rate: open loop of $rate/s, RST, C target" \
        "C epoll loop|c_client churn_epoll -m rst -r $rate" \
        "netchurn epoll|netchurn --rate $rate --close rst" "netchurn io_uring|netchurn --rate $rate --close rst --engine io_uring"
    stop_target
}

scenario_events() {
    c_target
    table "events: connect and abort, completion from epoll only, $in_flight in flight, C target" \
        "C epoll loop|c_client churn_epoll -m rst" "netchurn epoll|closed --close rst --eager off"
    stop_target
}

scenario_target() {
    local mode close
    for mode in after-client first; do
        for close in rst fin; do
            # Both targets stay up in turn, because only one can have the port.
            table "target: accept and close $mode, client closes with $close; us = CPU of the target per connection" \
                "C accept loop|c_target -m $mode; target_cost $close; stop_target" \
                "netchurn epoll|java_target --close $mode; target_cost $close >/dev/null; target_cost $close; stop_target"
        done
    done
}

scenario_http() {
    c_target -m http
    local get="--close peer --payload 'GET / HTTP/1.0\\r\\n\\r\\n' --expect 'HTTP/1.0 200 OK'" peers=()
    ! command -v wrk >/dev/null || peers+=("wrk|peer_wrk")
    ! command -v ab >/dev/null || peers+=("ab|peer_ab")
    table "http: one GET per connection, the server closes, $in_flight in flight, C target" \
        "netchurn epoll|closed $get" ${peers[@]+"${peers[@]}"}
    stop_target
}

for scenario in "$@"; do
    "scenario_$scenario"
done
