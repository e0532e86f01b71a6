package io.felucca.shell.template;

import io.felucca.shell.template.TemplateFunctions.CallError;
import java.util.List;

/** Go's eq and lt on basic values. */
final class Comparison {

    private Comparison() {}

    static boolean equal(Object first, Object second) {
        boolean firstNil = first instanceof Data.Nil;
        boolean secondNil = second instanceof Data.Nil;
        if (firstNil || secondNil) {
            return firstNil && secondNil;
        }
        check(first);
        check(second);
        if (first instanceof Number a && second instanceof Number b) {
            if (a.getClass() != b.getClass()) {
                throw new CallError("incompatible types for comparison");
            }
            return a.equals(b);
        }
        if (first.getClass() != second.getClass()) {
            throw new CallError("incompatible types for comparison");
        }
        return first.equals(second);
    }

    private static void check(Object value) {
        if (!(value instanceof String || value instanceof Number || value instanceof Boolean)) {
            throw new CallError("non-comparable type " + Data.print(value) + ": " + Data.type(value));
        }
    }

    static int compare(List<Object> pair) {
        Object first = pair.get(0);
        Object second = pair.get(1);
        if (first instanceof String a && second instanceof String b) {
            return a.compareTo(b);
        }
        if (first instanceof Long a && second instanceof Long b) {
            return a.compareTo(b);
        }
        if (first instanceof Double a && second instanceof Double b) {
            return a.compareTo(b);
        }
        boolean ordered = first instanceof String || first instanceof Number;
        throw new CallError(ordered ? "incompatible types for comparison" : "invalid type for comparison");
    }
}
