package dev.netchurn.loadgen.run;

import dev.netchurn.clock.DurationText;
import dev.netchurn.kernel.CounterMeaning;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A condition on a result, such as {@code connect.p99<5ms} or {@code server.CLOSE_WAIT.final==0}.
 *
 * @param expression as the user wrote it
 * @param metric what is compared
 * @param operator how
 * @param limit with what; nanoseconds for a time
 */
public record Assertion(String expression, Metric metric, Operator operator, double limit) {

    private static final Pattern FORM = Pattern.compile("\\s*([A-Za-z][\\w.]*)\\s*(<=|>=|==|!=|<|>)\\s*([^\\s<>=!]+)\\s*");

    /** How a value is compared with its limit. */
    public enum Operator {
        LESS("<"), AT_MOST("<="), MORE(">"), AT_LEAST(">="), EQUAL("=="), UNEQUAL("!=");

        private final String text;

        Operator(String text) {
            this.text = text;
        }

        /** As written in an expression. */
        public String text() {
            return text;
        }

        boolean holds(double value, double limit) {
            return switch (this) {
                case LESS -> value < limit;
                case AT_MOST -> value <= limit;
                case MORE -> value > limit;
                case AT_LEAST -> value >= limit;
                case EQUAL -> value == limit;
                case UNEQUAL -> value != limit;
            };
        }

        private static Operator of(String text) {
            return Arrays.stream(values()).filter(operator -> operator.text.equals(text)).findFirst().orElseThrow();
        }
    }

    /**
     * Reads an expression; the counters that may be named are those that netchurn can explain.
     *
     * @throws IllegalArgumentException with a sentence for the user that says what can be asked
     */
    public static Assertion parse(String expression) {
        return parse(expression, CounterMeaning.names());
    }

    /**
     * Reads an expression.
     *
     * @param counters names of the kernel counters that may be asked for: a name that does not exist would always be 0
     * @throws IllegalArgumentException with a sentence for the user that says what can be asked
     */
    public static Assertion parse(String expression, Set<String> counters) {
        Matcher matcher = FORM.matcher(expression);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + expression + "' is not an assertion; write NAME OPERATOR VALUE with one of "
                            + operators() + ", such as connect.p99<5ms, failed==0 or rate>20k");
        }
        Metric metric = Metric.parse(matcher.group(1), counters);
        double limit = limit(expression, metric, matcher.group(3));
        return new Assertion(expression, metric, Operator.of(matcher.group(2)), limit);
    }

    /** Compares; what was not observed fails, with the reason as message. */
    public AssertionResult evaluate(RunResult result) {
        return switch (metric.read(result)) {
            case Metric.Seen seen -> new AssertionResult(expression, seen.value(), operator.holds(seen.value(), limit),
                    metric.name() + " was " + metric.unit().text(seen.value()));
            case Metric.Infinite infinite -> new AssertionResult(expression, null,
                    operator.holds(Double.POSITIVE_INFINITY, limit), infinite.why());
            case Metric.Unseen unseen -> new AssertionResult(expression, null, false, unseen.why());
        };
    }

    private static double limit(String expression, Metric metric, String text) {
        try {
            return switch (metric.unit()) {
                case NANOSECONDS -> DurationText.parse(text).toNanos();
                case NUMBER -> CountText.parse(text);
            };
        } catch (IllegalArgumentException cause) {
            throw new IllegalArgumentException("in '" + expression + "', " + cause.getMessage(), cause);
        }
    }

    private static String operators() {
        return Arrays.stream(Operator.values()).map(Operator::text).collect(Collectors.joining(" "));
    }
}
