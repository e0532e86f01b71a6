package io.felucca.shell.template;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Go's Printf, as far as templates use it: flags, width and precision of the verbs v s q d x X o b c f e g t T. */
final class GoFormat {

    private static final Pattern VERB = Pattern.compile("%([-+# 0]*)(\\d*)(?:\\.(\\d*))?(.?)", Pattern.DOTALL);

    private GoFormat() {}

    static String printf(String format, List<Object> arguments) {
        Matcher matcher = VERB.matcher(format);
        StringBuilder text = new StringBuilder();
        int end = 0;
        int next = 0;
        while (matcher.find()) {
            text.append(format, end, matcher.start());
            end = matcher.end();
            String verb = matcher.group(4);
            if (verb.isEmpty()) {
                text.append("%!(NOVERB)");
            } else if (verb.equals("%")) {
                text.append('%');
            } else if (next == arguments.size()) {
                text.append("%!").append(verb).append("(MISSING)");
            } else {
                text.append(pad(matcher, value(matcher, verb.charAt(0), arguments.get(next++))));
            }
        }
        text.append(format.substring(end));
        if (next < arguments.size()) {
            text.append("%!(EXTRA ");
            for (int i = next; i < arguments.size(); i++) {
                text.append(i == next ? "" : ", ")
                        .append(Data.type(arguments.get(i)))
                        .append('=')
                        .append(Data.print(arguments.get(i)));
            }
            text.append(')');
        }
        return text.toString();
    }

    private static String value(Matcher matcher, char verb, Object value) {
        String precision = matcher.group(3);
        boolean plus = matcher.group(1).contains("+");
        if (verb == 'v' || verb == 'T') {
            return verb == 'T' ? Data.type(value) : Data.print(value);
        }
        if (value instanceof String text) {
            return ofText(verb, text, precision);
        }
        if (value instanceof Boolean) {
            return verb == 't' ? value.toString() : wrong(verb, value);
        }
        if (value instanceof Long number) {
            return switch (verb) {
                case 'd' -> (plus && number >= 0 ? "+" : "") + number;
                case 'x' -> Long.toHexString(number);
                case 'X' -> Long.toHexString(number).toUpperCase(Locale.ROOT);
                case 'o' -> Long.toOctalString(number);
                case 'b' -> Long.toBinaryString(number);
                case 'c' -> Character.toString(number.intValue());
                case 'q' -> "'" + Character.toString(number.intValue()) + "'";
                default -> wrong(verb, value);
            };
        }
        if (value instanceof Double number) {
            int digits = precision == null ? 6 : precision.isEmpty() ? 0 : Integer.parseInt(precision);
            return switch (verb) {
                case 'f', 'F' -> String.format(Locale.ROOT, (plus ? "%+." : "%.") + digits + "f", number);
                case 'e' -> String.format(Locale.ROOT, "%." + digits + "e", number);
                case 'g' -> shortest(number);
                default -> wrong(verb, value);
            };
        }
        return verb == 's' || verb == 'd' ? Data.print(value) : wrong(verb, value);
    }

    private static String ofText(char verb, String text, String precision) {
        return switch (verb) {
            case 's' ->
                precision == null || precision.isEmpty()
                        ? text
                        : text.substring(0, Math.min(text.length(), Integer.parseInt(precision)));
            case 'q' -> quote(text);
            case 'x' -> {
                StringBuilder hex = new StringBuilder();
                for (byte b : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
                    hex.append(String.format("%02x", b));
                }
                yield hex.toString();
            }
            default -> wrong(verb, text);
        };
    }

    private static String wrong(char verb, Object value) {
        return "%!" + verb + "(" + Data.type(value) + "=" + Data.print(value) + ")";
    }

    private static String pad(Matcher matcher, String text) {
        int width = matcher.group(2).isEmpty() ? 0 : Integer.parseInt(matcher.group(2));
        int missing = Math.min(width, 10_000) - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return text;
        }
        if (matcher.group(1).contains("-")) {
            return text + " ".repeat(missing);
        }
        if (!matcher.group(1).contains("0")) {
            return " ".repeat(missing) + text;
        }
        boolean signed = text.startsWith("-") || text.startsWith("+");
        return (signed ? text.substring(0, 1) : "") + "0".repeat(missing) + text.substring(signed ? 1 : 0);
    }

    /** Go's {@code %v} of a float64: an exponent from 1e6 on, and below 1e-4. */
    static String shortest(double number) {
        double size = Math.abs(number);
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return Double.isNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
        }
        if (size != 0 && (size < 1e-4 || size >= 1e6)) {
            BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
            int exponent = exact.precision() - exact.scale() - 1;
            String digits = exact.movePointLeft(exponent).toPlainString();
            return digits + "e" + (exponent < 0 ? "-" : "+") + String.format("%02d", Math.abs(exponent));
        }
        BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        return exact.toPlainString();
    }

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                default -> {
                    if (c < ' ') {
                        quoted.append(String.format("\\x%02x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
