package dev.netchurn.server;

import java.util.Arrays;

/** Descriptors that are kept open on purpose. Owned by one event loop. */
final class DescriptorList {

    private int[] descriptors = new int[1024];
    private int size;

    void add(int fd) {
        if (size == descriptors.length) {
            descriptors = Arrays.copyOf(descriptors, size * 2);
        }
        descriptors[size++] = fd;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Takes the one that was added last; only when not empty. */
    int removeLast() {
        return descriptors[--size];
    }
}
