package io.felucca.shell.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code --filter name=value}, several times. */
public final class FilterOptions {

    private FilterOptions() {}

    /** @param words each with an equals sign, as {@link Word} makes sure */
    public static Map<String, List<String>> of(List<String> words) {
        Map<String, List<String>> filters = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            filters.computeIfAbsent(
                            word.substring(0, equals).strip().toLowerCase(java.util.Locale.ROOT),
                            name -> new ArrayList<>())
                    .add(word.substring(equals + 1).strip());
        }
        return filters;
    }

    /** A filter as it is typed. */
    public static final class Word implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.indexOf('=') < 0) {
                throw new TypeConversionException("bad format of filter (expected name=value)");
            }
            return text;
        }
    }
}
