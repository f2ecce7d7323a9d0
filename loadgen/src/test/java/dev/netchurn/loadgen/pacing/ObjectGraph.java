package dev.netchurn.loadgen.pacing;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Walks from object to object by reflection; into the JDK's own only as far as collections, maps and arrays go. */
final class ObjectGraph {

    private ObjectGraph() {
    }

    /** Every object that can be reached from this one; threads, classes and constants excepted. */
    static Set<Object> reachableFrom(Object root) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            Object next = open.pop();
            if (!isOutside(next) && seen.add(next)) {
                children(next).stream().filter(child -> child != null).forEach(open::push);
            }
        }
        return seen;
    }

    /** Whether it has a field that can be assigned after it was made. */
    static boolean isWritable(Object object) {
        return object.getClass().isArray()
                || fields(object.getClass()).stream().anyMatch(field -> !Modifier.isFinal(field.getModifiers()));
    }

    static Object value(Field field, Object of) {
        try {
            field.setAccessible(true);
            return field.get(of);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isOutside(Object object) {
        return object instanceof Class || object instanceof ClassLoader || object instanceof Thread || object instanceof Enum
                || object instanceof String;
    }

    private static Collection<?> children(Object object) {
        if (object instanceof Object[] array) {
            return Arrays.asList(array);
        }
        if (object instanceof Collection<?> collection && isOfJdk(object.getClass())) {
            return new ArrayList<>(collection);
        }
        if (object instanceof Map<?, ?> map && isOfJdk(object.getClass())) {
            return new ArrayList<>(map.values());
        }
        List<Object> children = new ArrayList<>();
        for (Field field : fields(object.getClass())) {
            if (!field.getType().isPrimitive() && !isOfJdk(field.getDeclaringClass())) {
                children.add(value(field, object));
            }
        }
        return children;
    }

    private static List<Field> fields(Class<?> ofClass) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> type = ofClass; type != null; type = type.getSuperclass()) {
            Arrays.stream(type.getDeclaredFields()).filter(field -> !Modifier.isStatic(field.getModifiers()))
                    .forEach(fields::add);
        }
        return fields;
    }

    private static boolean isOfJdk(Class<?> type) {
        return type.getName().startsWith("java.") || type.getName().startsWith("jdk.") || type.getName().startsWith("sun.");
    }
}
