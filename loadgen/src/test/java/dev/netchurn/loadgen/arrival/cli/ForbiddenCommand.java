package dev.netchurn.loadgen.arrival.cli;

import dev.netchurn.loadgen.arrival.ForbiddenUtil;

/** The other half of a cycle between two packages, for {@link ForbiddenUtil}. */
public record ForbiddenCommand(ForbiddenUtil origin) {
}
