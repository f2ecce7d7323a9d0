#!/bin/bash
# What a scrape costs: full load with one scrape per second, and with nobody scraping, interleaved. Prints per pair both rates,
# how long the scrapes took, and how much TIME_WAIT the kernel held meanwhile; then the median of the ratios.
#
# usage: bench/scrape.sh [-r pairs] [-d seconds] [-w warm-up seconds]
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
pairs=5 seconds=10 warmup=6
while getopts r:d:w: option; do
    case $option in
        r) pairs=$OPTARG ;;
        d) seconds=$OPTARG ;;
        w) warmup=$OPTARG ;;
        *) echo "usage: $0 [-r pairs] [-d seconds] [-w warm-up seconds]" >&2; exit 2 ;;
    esac
done
address=127.0.0.1:19464
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$root/netchurn" --version >&2 # builds when needed

number() { tr ',{}' '\n\n\n' <"$2" | sed -n 's/^[[:space:]]*"'"$1"'"[[:space:]]*:[[:space:]]*\([-+.0-9eE]*\).*/\1/p' | head -n 1; }

# Runs once, with the endpoint there but nobody scraping ($1 = quiet) or a scrape per second ($1 = scraped); prints the rate.
run() {
    local scraper=
    "$root/netchurn" run --quiet --warmup "${warmup}s" --duration "${seconds}s" --metrics "$address" \
        --out "$folder/out-$1-$2" --json "$folder/$1-$2.json" >&2 &
    local load=$!
    if [[ $1 == scraped ]]; then
        scrape "$load" "$folder/scrapes-$2" &
        scraper=$!
    fi
    wait "$load" || echo "the run ended with $?" >&2
    [[ -z $scraper ]] || wait "$scraper" || true
    number achievedPerSecond "$folder/$1-$2.json"
}

# One line per scrape: milliseconds, TIME_WAIT of the client at that moment.
scrape() {
    while kill -0 "$1" 2>/dev/null; do
        local ms
        if ms=$(curl -s -o "$folder/scrape" -w '%{time_total}' "http://$address/metrics"); then
            awk -v s="$ms" '/^netchurn_tcp_sockets{side="client",state="TIME_WAIT"}/ { printf "%.1f %d\n", s * 1000, $2 }' \
                "$folder/scrape" >>"$2"
        fi
        sleep 1
    done
}

echo "pair  quiet/s  scraped/s  ratio   slowest scrape with 100 000 TIME_WAIT and more, ms (how many)"
for ((pair = 1; pair <= pairs; pair++)); do
    # Each comes first every other time.
    if ((pair % 2)); then
        quiet=$(run quiet "$pair") scraped=$(run scraped "$pair")
    else
        scraped=$(run scraped "$pair") quiet=$(run quiet "$pair")
    fi
    awk -v pair="$pair" -v quiet="$quiet" -v scraped="$scraped" '
        $2 >= 100000 { count++; if ($1 > slowest) slowest = $1 }
        END { printf "%4d %8.0f %10.0f  %.4f  %.1f (%d)\n", pair, quiet, scraped, scraped / quiet, slowest, count }' \
        "$folder/scrapes-$pair" | tee -a "$folder/table"
done
sort -k4,4n "$folder/table" | awk '{ ratio[NR] = $4; if ($5 > slowest) slowest = $5 }
    END { m = NR % 2 ? ratio[(NR + 1) / 2] : (ratio[NR / 2] + ratio[NR / 2 + 1]) / 2
          printf "median of scraped/quiet: %.4f (%.4f to %.4f); slowest scrape %.1f ms\n", m, ratio[1], ratio[NR], slowest }'
