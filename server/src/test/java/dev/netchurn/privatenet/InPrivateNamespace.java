package dev.netchurn.privatenet;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Each annotated test method runs in a child JVM inside a fresh network namespace whose loopback link is up; nobody else has a
 * socket there, so counts and counters can be compared exactly. No root is needed. Where the machine forbids namespaces the
 * test is skipped and says why.
 *
 * <p>In the parent JVM the test class is constructed but none of its methods run, {@code @BeforeEach} and the like included;
 * so keep sockets out of constructors and field initialisers. A failure comes back with its message and stack trace.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(PrivateNamespaceExtension.class)
public @interface InPrivateNamespace {

    /** After this many seconds the child is killed and the test fails. */
    int timeoutSeconds() default 60;

    /** Whether the child JVM compiles for speed, as that of a user does; without it the child is up sooner. */
    boolean optimized() default false;
}
