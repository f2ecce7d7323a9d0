#!/bin/bash
# Runs the JMH suite in a private network namespace without root, writes what it was measured on beside the results, and
# prints them as a table.
#
# usage: bench/jmh.sh [-q] [-o FILE.json] [--] [JMH ARGUMENTS...]
#        bench/jmh.sh -t [-o FILE.json]
#   -q        short: few iterations, all in one JVM; shows that everything works, not how fast it is
#   -o FILE   results, by default bench/target/jmh.json; the environment goes to FILE with .environment.json at its end
#   -t        runs nothing and prints the table of the results in FILE again
# The JMH arguments choose benchmarks, as in: bench/jmh.sh CloseIdle -p transport=EPOLL
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
out=$root/bench/target/jmh.json
quick=()
table=
while getopts qto: option; do
    case $option in
        q) quick=(-f 0 -wi 1 -i 2 -w 100ms -r 100ms) ;;
        o) out=$(readlink -m "$OPTARG") ;;
        t) table=1 ;;
        *) sed -n '5,10s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
done
shift $((OPTIND - 1))

jar=$root/bench/target/benchmarks.jar
[[ -e $jar ]] || { echo "$jar is missing; build it with: mvn -DskipTests package" >&2; exit 3; }
java=
for jdk in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/*; do
    if grep -qsE '^JAVA_VERSION="(2[5-9]|[3-9][0-9])' "$jdk/release" && [[ -x $jdk/bin/java ]]; then
        java=$jdk/bin/java
        break
    fi
done
[[ -n $java ]] || { echo "no JDK 25 or newer found; set JAVA_HOME" >&2; exit 3; }

show() { "$java" -cp "$jar" dev.netchurn.closepath.ResultTable "$out"; }
if [[ -n $table ]]; then
    [[ -e $out ]] || { echo "$out is missing; bench/jmh.sh without -t makes it" >&2; exit 3; }
    show
    exit
fi

if [[ -z ${NETCHURN_JMH_INSIDE-} ]]; then
    # Root needs no user namespace, and without one it may count system calls; the mount is for tracefs and stays inside.
    unshare=(unshare --net --mount)
    ((EUID == 0)) || unshare=(unshare --user --map-root-user --net)
    args=(-o "$out" -- "$@")
    ((${#quick[@]} == 0)) || args=(-q "${args[@]}")
    NETCHURN_JMH_INSIDE=1 exec "${unshare[@]}" "$0" "${args[@]}"
fi

ip link set lo up
[[ -e /sys/kernel/tracing/events ]] || mount -t tracefs none /sys/kernel/tracing 2>/dev/null || true
# Few ports, so that a benchmark can take 90 % of them; aborts leave no TIME_WAIT, so few suffice.
echo 30000 34095 >/proc/sys/net/ipv4/ip_local_port_range
time_wait() { awk '/^TCP:/ { for (i = 2; i < NF; i += 2) if ($i == "tw") print $(i + 1) }' /proc/net/sockstat; }
before=$(time_wait)

mkdir -p "$(dirname "$out")"
status=0
"$java" --enable-native-access=ALL-UNNAMED -jar "$jar" -foe true -prof dev.netchurn.closepath.CostProfiler -rf json -rff "$out" \
    ${quick[@]+"${quick[@]}"} "$@" || status=$?

sysctls() {
    local separator=
    for key in net.core.somaxconn net.ipv4.{ip_local_port_range,tcp_fin_timeout,tcp_max_tw_buckets,tcp_timestamps,tcp_tw_reuse}; do
        printf '%s"%s": "%s"' "$separator" "$key" "$(tr '\t' ' ' <"/proc/sys/${key//.//}")"
        separator=', '
    done
}
cat >"${out%.json}.environment.json" <<END
{ "kernel": "$(uname -r)", "machine": "$(uname -m)", "cpus": $(nproc),
  "cpuModel": "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)",
  "governor": "$(cat /sys/devices/system/cpu/cpu0/cpufreq/scaling_governor 2>/dev/null || echo unknown)",
  "jdk": "$("$java" -version 2>&1 | sed -n 2p)",
  "netty": "$(ls "$root"/bench/target/lib | sed -n 's/^netty-transport-\([0-9].*\)\.jar$/\1/p')",
  "revision": "$(git -C "$root" rev-parse HEAD 2>/dev/null || echo unknown)",
  "timeWaitBefore": $before, "timeWaitAfter": $(time_wait),
  "sysctls": { $(sysctls) } }
END
((status != 0)) || { echo; show; }
exit "$status"
