#!/bin/bash
# What a scrape costs: one run under full load that is scraped every other second, so that each second with a scrape has a
# neighbour without one. Prints how long the scrapes took while the kernel held 100 000 TIME_WAIT sockets and more, and the
# median of the ratios of such neighbours, with the range in which it lies with 95 % confidence.
#
# usage: bench/scrape.sh [-p pairs of seconds]
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
pairs=120
while getopts p: option; do
    case $option in
        p) pairs=$OPTARG ;;
        *) echo "usage: $0 [-p pairs of seconds]" >&2; exit 2 ;;
    esac
done
address=127.0.0.1:19464
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$root/netchurn" --version >&2 # builds when needed

"$root/netchurn" run --quiet --warmup 10s --duration "$((2 * pairs))s" --interval 1s --metrics "$address" \
    --out "$folder/out" --json "$folder/result.json" >&2 &
load=$!

# One line per scrape: when it began in seconds, how many milliseconds it took, and the client's TIME_WAIT.
while kill -0 "$load" 2>/dev/null; do
    began=$EPOCHREALTIME
    if took=$(curl -s -o "$folder/scrape" -w '%{time_total}' "http://$address/metrics"); then
        awk -v began="$began" -v s="$took" '/^netchurn_tcp_sockets{side="client",state="TIME_WAIT"}/ {
            printf "%s %.1f %d\n", began, s * 1000, $2 }' "$folder/scrape" >>"$folder/scrapes"
    fi
    # Until the same fraction of the second after the next.
    sleep "$(awk -v from="$began" -v now="$EPOCHREALTIME" 'BEGIN { left = 2 - (now - from); print (left > 0 ? left : 0) }')"
done
wait "$load" || echo "the run ended with $?; its verdict does not matter here" >&2

started=$(sed -n 's/^ *"startedAt" : "\(.*\)",$/\1/p' "$folder/result.json")
awk -v started="$(date -d "$started" +%s.%N)" '
    FNR == NR { began[NR] = $1 - started; took[NR] = $2; many[NR] = $3 >= 100000; scrapes = NR; next }
    /^ *"startNs" :/ { start = $3 / 1e9 }
    /^ *"durationNs" :/ { end = start + $3 / 1e9 }
    /^ *"phase" : "measure"/ { measured = 1 }
    /^ *"rate" :/ && measured {
        measured = 0
        while (next_scrape < scrapes && began[next_scrape + 1] < start) next_scrape++
        scraped = next_scrape < scrapes && began[next_scrape + 1] < end
        if (previous && scraped != previous_scraped) {
            ratio[++n] = scraped ? ($3 + 0) / previous : previous / ($3 + 0)
            previous = 0
        } else { previous = $3 + 0; previous_scraped = scraped }
    }
    END {
        for (i = 1; i <= scrapes; i++) if (many[i]) { count++; if (took[i] > slowest) slowest = took[i]; sum += took[i] }
        for (i = 2; i <= n; i++) { v = ratio[i]; for (j = i; j > 1 && ratio[j - 1] > v; j--) ratio[j] = ratio[j - 1]; ratio[j] = v }
        # The ranks between which a median lies with 95 % confidence (binomial, normal approximation).
        low = int((n - 1.96 * sqrt(n)) / 2); high = int(1 + (n + 1.96 * sqrt(n)) / 2 + 0.999)
        if (low < 1) low = 1
        if (high > n) high = n
        printf "%d scrapes with 100 000 TIME_WAIT and more: mean %.1f ms, slowest %.1f ms\n", count, sum / count, slowest
        printf "rate with a scrape to rate without: median %.4f of %d pairs (95 %%: %.4f to %.4f)\n",
            n % 2 ? ratio[(n + 1) / 2] : (ratio[n / 2] + ratio[n / 2 + 1]) / 2, n, ratio[low], ratio[high]
    }' "$folder/scrapes" "$folder/result.json"
