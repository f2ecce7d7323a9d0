package dev.netchurn.loadgen.lab;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All phenomena, in the order in which they are listed and told. Immutable. */
public final class Catalogue {

    private final List<Phenomenon> phenomena;

    /** A catalogue of one's own; tests use it. */
    public Catalogue(List<Phenomenon> phenomena) {
        this.phenomena = List.copyOf(phenomena);
        if (phenomena.stream().map(Phenomenon::name).distinct().count() < phenomena.size()) {
            throw new IllegalArgumentException("two phenomena have the same name");
        }
    }

    /** What netchurn knows. */
    public static Catalogue standard() {
        return new Catalogue(Stream
                .of(Handshakes.all(), Refusals.all(), AcceptQueues.all(), SynQueues.all(), Closes.all(), Aborts.all(),
                        Kills.all(), Losses.all(), Lingers.all(), TimeWaits.all(), Duplicates.all(), Ports.all(),
                        Listeners.all(), Binds.all())
                .flatMap(List::stream)
                .toList());
    }

    public List<Phenomenon> all() {
        return phenomena;
    }

    /** The phenomenon of a name. */
    public Optional<Phenomenon> find(String name) {
        return phenomena.stream().filter(phenomenon -> phenomenon.name().equals(name)).findFirst();
    }

    /** What somebody who typed an unknown name may have meant. */
    public Optional<String> nearest(String typed) {
        return NearestName.of(typed, phenomena.stream().map(Phenomenon::name).toList());
    }
}
