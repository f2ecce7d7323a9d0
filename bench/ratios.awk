# Reads "ROUND|PROGRAM|RATE|CPU_US" and prints one line per program: medians with their spread, and the median over the
# rounds of its ratio to the first program.
{
    if (!($2 in known)) { known[$2] = 1; order[++programs] = $2 }
    if ($1 > rounds) rounds = $1
    rate[$2, $1] = $3
    cpu[$2, $1] = $4
}

# The values of the rounds, sorted, in sorted[1..n].
function collect(program, values, base,   round, i, v) {
    n = 0
    for (round = 1; round <= rounds; round++) {
        v = values[program, round]
        if (base != "") v = values[base, round] ? v / values[base, round] : 0
        for (i = n++; i > 0 && sorted[i] > v; i--) sorted[i + 1] = sorted[i]
        sorted[i + 1] = v
    }
}

function median() { return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2 }

END {
    printf "  %-18s %9s %17s %7s %15s %8s %7s %15s\n", "", "conn/s", "min..max", "ratio", "min..max", "us/conn", "ratio", "min..max"
    for (p = 1; p <= programs; p++) {
        name = order[p]
        collect(name, rate, "")
        line = sprintf("  %-18s %9.0f %17s", name, median(), sprintf("%.0f..%.0f", sorted[1], sorted[n]))
        collect(name, rate, order[1])
        line = line sprintf(" %7.3f %15s", median(), sprintf("%.3f..%.3f", sorted[1], sorted[n]))
        collect(name, cpu, "")
        line = line sprintf(" %8.2f", median())
        collect(name, cpu, order[1])
        print line sprintf(" %7.3f %15s", median(), sprintf("%.3f..%.3f", sorted[1], sorted[n]))
    }
}
