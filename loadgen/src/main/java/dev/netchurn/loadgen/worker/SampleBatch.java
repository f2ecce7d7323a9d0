package dev.netchurn.loadgen.worker;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import dev.netchurn.loadgen.connection.EstablishedSample;
import dev.netchurn.transport.Endpoint;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.util.StdConverter;

/**
 * Sampled connections as they travel. There are hundreds in each interval, and one by one as JSON they cost the observer more
 * than all else that it sends.
 *
 * @param targets where they went, each at least once
 * @param bits of each sample, in base64: address bits, port and place of the target as ints, start and establishment as longs
 */
record SampleBatch(List<Endpoint> targets, String bits) {

    private static final int SAMPLE_BYTES = 3 * Integer.BYTES + 2 * Long.BYTES;

    SampleBatch {
        targets = List.copyOf(targets);
    }

    static SampleBatch of(List<EstablishedSample> samples) {
        Map<Endpoint, Integer> places = new IdentityHashMap<>();
        List<Endpoint> targets = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.allocate(SAMPLE_BYTES * samples.size());
        for (EstablishedSample sample : samples) {
            Integer place = places.get(sample.target());
            if (place == null) {
                place = targets.size();
                targets.add(sample.target());
                places.put(sample.target(), place);
            }
            bytes.putInt(sample.addressBits()).putInt(sample.port()).putInt(place).putLong(sample.startNs())
                    .putLong(sample.establishedNs());
        }
        return new SampleBatch(targets, Base64.getEncoder().encodeToString(bytes.array()));
    }

    List<EstablishedSample> samples() {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(bits));
        List<EstablishedSample> samples = new ArrayList<>(bytes.capacity() / SAMPLE_BYTES);
        while (bytes.hasRemaining()) {
            samples.add(new EstablishedSample(bytes.getInt(), bytes.getInt(), targets.get(bytes.getInt()), bytes.getLong(),
                    bytes.getLong()));
        }
        return samples;
    }

    /** Marks samples that travel so. */
    @Retention(RetentionPolicy.RUNTIME)
    @JacksonAnnotationsInside
    @JsonSerialize(converter = Packing.class)
    @JsonDeserialize(converter = Unpacking.class)
    @interface Packed {
    }

    /** For the side that writes JSON. */
    static final class Packing extends StdConverter<List<EstablishedSample>, SampleBatch> {
        @Override
        public SampleBatch convert(List<EstablishedSample> samples) {
            return of(samples);
        }
    }

    /** For the side that reads JSON. */
    static final class Unpacking extends StdConverter<SampleBatch, List<EstablishedSample>> {
        @Override
        public List<EstablishedSample> convert(SampleBatch batch) {
            return batch.samples();
        }
    }
}
