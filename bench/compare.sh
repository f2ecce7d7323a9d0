#!/bin/bash
# Compares netchurn with hand-written C on this machine: the same work, in a private network namespace, without root.
#
# The speed of a machine that is shared drifts by tens of percent within seconds. So all clients of a scenario are kept
# running and warm, but only one at a time is let go (SIGCONT), and after a moment to settle a slice of a second is measured;
# then it is stopped again. What it did is read from the kernel's own counters. A ratio is the median, over the rounds, of the
# ratio of two slices of one round. Every other round goes backwards.
#
# usage: bench/compare.sh [-r rounds] [-s seconds of a slice] [-w warm-up seconds] [SCENARIO...]
#   rst       aborts instead of closes (SO_LINGER 0), 64 in flight
#   fin       close(2) with FIN
#   exchange  one byte there, one byte back, then RST; with neper and netperf, where they are installed
#   events    as rst, but netchurn waits for epoll as on a real network (--eager off)
#   rate      open loop at 80 % of what the C epoll loop reaches in a closed loop, RST; runs of 5 s instead of slices
#   target    what accepting costs: netchurn's target against a C accept loop, the C epoll loop as client
#   http      one GET per connection, the server closes; with wrk, ab and tcpkali, where they are installed
# Without a scenario: all of them, about 16 minutes. Needs cc.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
here=$root/bench
all=(rst fin exchange events rate target http)
rounds=15 slice=1 settle=0.3 warmup=6

usage() {
    sed -n '9,17s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

while getopts r:s:w: option; do
    case $option in
        r) rounds=$OPTARG ;;
        s) slice=$OPTARG ;;
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
netperf_port=12865 neper_control=12866 neper_data=12867

if [[ -z ${NETCHURN_COMPARE_FOLDER-} ]]; then
    NETCHURN_COMPARE_FOLDER=$(mktemp -d)
    export NETCHURN_COMPARE_FOLDER
    trap 'rm -rf "$NETCHURN_COMPARE_FOLDER"' EXIT
    "$root/netchurn" --version >&2 # builds when needed, while there is a network
    "$here/floor/build.sh" "$NETCHURN_COMPARE_FOLDER"
    echo "$(nproc) CPUs, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), Linux $(uname -r), $(date +%F)," \
        "$rounds rounds of slices of $slice s after $warmup s of warm-up"
    unshare --user --map-root-user --net "$0" -r "$rounds" -s "$slice" -w "$warmup" "$@"
    exit
fi

folder=$NETCHURN_COMPARE_FOLDER
ip link set lo up
ulimit -n "$(ulimit -H -n)"
# Room, so that neither ports nor TIME_WAIT become the subject.
echo 10000 65535 >/proc/sys/net/ipv4/ip_local_port_range
echo $port,$netperf_port,$neper_control,$neper_data >/proc/sys/net/ipv4/ip_local_reserved_ports
echo 4000000 >/proc/sys/net/ipv4/tcp_max_tw_buckets
echo 65535 >/proc/sys/net/core/somaxconn

# Every program is the leader of a process group of its own, which is stopped, let go and ended as a whole.
groups=()
trap end_groups EXIT
trap 'exit 1' INT TERM HUP

start_group() { # leaves its number in $group
    setsid "$@" >"$folder/out.${#groups[@]}" 2>&1 &
    group=$!
    groups+=("$group")
}

end_groups() {
    local each
    for each in ${groups[@]+"${groups[@]}"}; do
        kill -TERM -- "-$each" 2>/dev/null || true
        kill -CONT -- "-$each" 2>/dev/null || true
        wait "$each" 2>/dev/null || true
    done
    groups=()
}

fail() {
    cat "$folder"/out.* >&2 || true
    echo "$*" >&2
    exit 1
}

listening() { grep -c " 00000000:0000 0A " /proc/net/tcp || true; }

# Starts a target on 127.0.SUBNET.1 and the addresses after it, and waits until it listens on all of them.
start_target() {
    local before
    before=$(listening)
    start_group "$@"
    for ((i = 0; $(listening) < before + addresses; i++)); do
        ((i < 100)) && kill -0 "$group" 2>/dev/null || fail "a target does not listen"
        sleep 0.1
    done
}

addresses_of() { # comma-separated, of a subnet
    local i list=
    for ((i = 1; i <= addresses; i++)); do list+=${list:+,}127.0.$1.$i:$port; done
    echo "$list"
}

c_target() { start_target "$folder/accept_loop" -a 127.0.0.1 -n "$addresses" -p "$port" "$@"; }

c_client() { echo "$folder/$1 -a 127.0.${subnet-0}.1 -n $addresses -p $port -s $longest -f $in_flight ${*:2}"; }

netchurn() {
    echo "$root/netchurn run --target $(addresses_of 0) --topology host --warmup 1s --duration ${longest}s --quiet --metrics off --interval 10s" \
        "--concurrency $in_flight --out $folder/run.$RANDOM $*"
}

# How many connections this namespace has opened so far. The file is read at once: line by line, it would change meanwhile.
opened() {
    local lines line fields
    mapfile -t lines </proc/net/snmp
    for line in "${lines[@]}"; do
        read -r -a fields <<<"$line"
        if [[ ${fields[0]-} == Tcp: && ${fields[5]} != ActiveOpens ]]; then opened=${fields[5]}; fi
    done
}

# CPU time of the threads of a group so far, in nanoseconds. The list of processes was made when the programs were warm.
cpu_of() {
    local pid task fields
    cpu_ns=0
    for pid in ${members[$1]}; do
        for task in "/proc/$pid/task"/*/schedstat; do
            read -r -a fields 2>/dev/null <"$task" || continue
            cpu_ns=$((cpu_ns + fields[0]))
        done
    done
}

list_members() {
    local stat fields
    for stat in /proc/[0-9]*/stat; do
        read -r -a fields 2>/dev/null <"$stat" || continue
        if [[ ${fields[4]-} == "$1" ]]; then members[$1]+=" ${fields[0]}"; fi
    done
}

# One slice of a program: leaves "CONNECTIONS_PER_SECOND|CPU_US" in $result, with the CPU time of the measured group.
slice() { # running group, measured group
    local t0 t1 opened0 cpu0
    kill -CONT -- "-$1"
    sleep "$settle" # after a stop every timer is overdue, and the scheduler has to find its feet again
    cpu_of "$2"
    cpu0=$cpu_ns
    opened
    opened0=$opened t0=${EPOCHREALTIME/./}
    sleep "$slice"
    opened
    t1=${EPOCHREALTIME/./}
    cpu_of "$2"
    kill -STOP -- "-$1"
    local connections=$((opened - opened0)) hundredths
    ((connections > 0)) || fail "a program made no connection"
    hundredths=$(((cpu_ns - cpu0) / 10 / connections))
    printf -v result '%d|%d.%02d' $((connections * 1000000 / (t1 - t0))) $((hundredths / 100)) $((hundredths % 100))
}

print_table() {
    echo
    echo "$1"
    awk -F'|' -f "$here/ratios.awk" "$folder/results"
}

# Prints the table of ratios to the first of "NAME|RUNNING GROUP|MEASURED GROUP".
table() {
    local title=$1 entries=("${@:2}") entry turn round
    : >"$folder/results"
    for ((round = 1; round <= rounds; round++)); do
        for ((turn = 0; turn < ${#entries[@]}; turn++)); do
            IFS='|' read -r -a entry <<<"${entries[round % 2 ? turn : ${#entries[@]} - 1 - turn]}"
            slice "${entry[1]}" "${entry[2]}"
            echo "$round|${entry[0]}|$result" >>"$folder/results"
        done
    done
    print_table "$title"
}

declare -A members

# Starts the clients "NAME|COMMAND", warms each of them up alone, and compares them.
contest() {
    local title=$1 entry entries=()
    longest=$(awk -v n=$(($# - 1)) -v r="$rounds" -v s="$slice" -v w="$warmup" 'BEGIN { printf "%d", (n + 1) * (w + r * (s + 0.5)) + 60 }')
    shift
    for entry in "$@"; do
        # shellcheck disable=SC2046 # a command is words
        start_group $(eval "${entry#*|}")
        sleep "$warmup"
        kill -STOP -- "-$group" || fail "${entry%%|*} has ended"
        list_members "$group"
        entries+=("${entry%%|*}|$group|$group")
    done
    table "$title" "${entries[@]}"
}

# An open loop that is stopped would make up for what it missed, so here each program runs to its end, five times.
table_of_runs() {
    local title=$1 entry turn round
    shift
    : >"$folder/results"
    for ((round = 1; round <= 5; round++)); do
        for ((turn = 0; turn < $#; turn++)); do
            entry=${*:round % 2 ? turn + 1 : $# - turn:1}
            echo "$round|${entry%%|*}|$(eval "${entry#*|}")" >>"$folder/results"
        done
    done
    print_table "$title"
}

# The number behind key $1 in a JSON file.
number() { tr ',{}' '\n\n\n' <"$2" | sed -n 's/^[[:space:]]*"'"$1"'"[[:space:]]*:[[:space:]]*\([-+.0-9eE]*\).*/\1/p' | head -n 1; }

c_run() { # prints "RATE|CPU_US"
    $(longest=5 c_client "$@" -w 2) | sed -n 's/.* rate=\([^ ]*\) cpu_us_per_connection=\([^ ]*\).*/\1|\2/p'
}

netchurn_run() {
    rm -rf "$folder/run"
    "$root/netchurn" run --target "$(addresses_of 0)" --topology host --warmup 3s --duration 5s --quiet --metrics off \
        --out "$folder/run" "$@" >"$folder/out.run" 2>&1 || fail "netchurn run $* failed"
    awk -v r="$(number achievedPerSecond "$folder/run/result.json")" -v ns="$(number clientNsPerConnection "$folder/run/result.json")" \
        'BEGIN { printf "%.0f|%.2f\n", r, ns / 1000 }'
}

against_c_target() { # flags of the C target, title, clients
    c_target $1
    contest "${@:2}"
    end_groups
}

scenario_rst() {
    against_c_target "" "rst: connect and abort, $in_flight in flight, C target" \
        "C epoll loop|c_client churn_epoll -m rst" \
        "netchurn epoll|netchurn --close rst" \
        "netchurn io_uring|netchurn --close rst --engine io_uring" \
        "netchurn channel|netchurn --close rst --engine channel" \
        "C floor|c_client churn_floor -m rst" \
        "C io_uring|c_client churn_uring -m rst"
}

scenario_fin() {
    against_c_target "" "fin: connect and close, $in_flight in flight, C target" \
        "C epoll loop|c_client churn_epoll -m fin" \
        "netchurn epoll|netchurn --close fin" \
        "netchurn io_uring|netchurn --close fin --engine io_uring" \
        "netchurn channel|netchurn --close fin --engine channel" \
        "C floor|c_client churn_floor -m fin" \
        "C io_uring|c_client churn_uring -m fin"
}

# neper and netperf need their own servers. netperf has one connection in flight and closes it with FIN.
scenario_exchange() {
    local peers=()
    if command -v tcp_crr >/dev/null; then
        start_group tcp_crr --nolog -C $neper_control -P $neper_data
        peers+=("neper|echo tcp_crr --nolog -c -H 127.0.0.1 -C $neper_control -P $neper_data -F $in_flight -l \$longest")
    fi
    if command -v netserver >/dev/null && command -v netperf >/dev/null; then
        # Its getaddrinfo(3) is content only where there is an address beside 127.0.0.1 (AI_ADDRCONFIG).
        ip address replace 192.0.2.1/32 dev lo
        start_group netserver -D -4 -L 127.0.0.1 -p $netperf_port
        peers+=("netperf|echo netperf -4 -H 127.0.0.1 -p $netperf_port -t TCP_CRR -l \$longest -- -r 1,1")
    fi
    against_c_target "-x 1:1" "exchange: one byte there and back, then RST, $in_flight in flight, C target" \
        "C epoll loop|c_client churn_epoll -m rst -x 1:1" \
        "netchurn epoll|netchurn --close rst --exchange request:1:1" \
        "netchurn io_uring|netchurn --close rst --exchange request:1:1 --engine io_uring" \
        "netchurn channel|netchurn --close rst --exchange request:1:1 --engine channel" \
        ${peers[@]+"${peers[@]}"}
}

scenario_events() {
    against_c_target "" "events: connect and abort, completion from epoll only, $in_flight in flight, C target" \
        "C epoll loop|c_client churn_epoll -m rst" \
        "netchurn epoll|netchurn --close rst --eager off"
}

scenario_target() {
    local mode close c
    for mode in after-client first; do
        for close in rst fin; do
            c_target -m "$mode"
            c=$group
            start_target "$root/netchurn" serve --listen "$(addresses_of 1)" --metrics off --close "$mode"
            targets=("$c" "$group")
            longest=$(awk -v r="$rounds" -v s="$slice" -v w="$warmup" 'BEGIN { printf "%d", 4 * (w + r * (s + 0.5)) + 60 }')
            subnets=(0 1) entries=() names=("C accept loop" "netchurn epoll")
            for i in 0 1; do
                list_members "${targets[i]}"
                # shellcheck disable=SC2046
                start_group $(subnet=$i c_client churn_epoll -m "$close")
                sleep "$warmup"
                kill -STOP -- "-$group"
                entries+=("${names[i]}|$group|${targets[i]}")
            done
            table "target: accept and close $mode, client closes with $close; us = CPU of the target per connection" \
                "${entries[@]}"
            end_groups
        done
    done
}

scenario_rate() {
    local most rate
    c_target
    most=$(c_run churn_epoll -m rst)
    rate=$(awk -v most="${most%|*}" 'BEGIN { printf "%.0f", most * 0.8 }')
    table_of_runs "rate: open loop of $rate/s, RST, C target" \
        "C epoll loop|c_run churn_epoll -m rst -r $rate" \
        "netchurn epoll|netchurn_run --rate $rate --close rst" \
        "netchurn io_uring|netchurn_run --rate $rate --close rst --engine io_uring"
    end_groups
}

scenario_http() {
    local peers=() url=http://127.0.0.1:$port/
    ! command -v wrk >/dev/null || peers+=("wrk|echo wrk -t 1 -c $in_flight -d \$longest -H Connection:close $url")
    ! command -v ab >/dev/null || peers+=("ab|echo ab -q -c $in_flight -t \$longest -n 20000000 $url")
    ! command -v tcpkali >/dev/null || peers+=("tcpkali|echo tcpkali -w 1 -c $in_flight --connect-rate 1000000 -T \$longest -e -1 GET\\\\x20/\\\\x20HTTP/1.0\\\\r\\\\n\\\\r\\\\n 127.0.0.1:$port")
    against_c_target "-m http" "http: one GET per connection, the server closes, $in_flight in flight, C target" \
        "netchurn epoll|netchurn --close peer --payload GET\\x20/\\x20HTTP/1.0\\r\\n\\r\\n --expect HTTP/1.0\\x20200\\x20OK" \
        ${peers[@]+"${peers[@]}"}
}

for scenario in "$@"; do
    "scenario_$scenario"
done
