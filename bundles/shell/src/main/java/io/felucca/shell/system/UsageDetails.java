package io.felucca.shell.system;

import io.felucca.FeluccaException;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.template.Template;
import io.felucca.shell.text.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The output of {@code system df --verbose}: a table for each kind of object, or a template applied to all at once. */
final class UsageDetails {

    private static final String TABLE = "table";
    private static final String BUILD_CACHE = "CACHE ID\tCACHE TYPE\tSIZE\tCREATED\tLAST USED\tUSAGE\tSHARED";

    private UsageDetails() {}

    /** Whether what is asked for is a table, in which ids, commands and mounts are cut. */
    static boolean isTable(String format) {
        return format.isEmpty() || format.startsWith(TABLE);
    }

    /** @param format empty or {@code table} for the tables, {@code json}, or a template */
    static String of(UsageRows usage, String format) {
        return format.isEmpty() || format.equals(TABLE) ? tables(usage) : templated(usage, format);
    }

    private static String tables(UsageRows usage) {
        return "Images space usage:\n\n"
                + table(
                        "REPOSITORY\tTAG\tIMAGE ID\tCREATED\tSIZE\tSHARED SIZE\tUNIQUE SIZE\tCONTAINERS",
                        usage.images(),
                        List.of(
                                "Repository",
                                "Tag",
                                "ID",
                                "CreatedSince",
                                "Size",
                                "SharedSize",
                                "UniqueSize",
                                "Containers"))
                + "\nContainers space usage:\n\n"
                + table(
                        "CONTAINER ID\tIMAGE\tCOMMAND\tLOCAL VOLUMES\tSIZE\tCREATED\tSTATUS\tNAMES",
                        usage.containers(),
                        List.of("ID", "Image", "Command", "LocalVolumes", "Size", "RunningFor", "Status", "Names"))
                + "\nLocal Volumes space usage:\n\n"
                + table("VOLUME NAME\tLINKS\tSIZE", usage.volumes(), List.of("Name", "Links", "Size"))
                + "\nBuild cache usage: 0B\n\n"
                + Table.align(List.of(BUILD_CACHE));
    }

    private static String table(String header, List<Map<String, Object>> rows, List<String> fields) {
        List<String> lines = new ArrayList<>(List.of(header));
        for (Map<String, Object> row : rows) {
            lines.add(String.join(
                    "\t", fields.stream().map(field -> (String) row.get(field)).toList()));
        }
        return Table.align(lines);
    }

    /** Docker's command ends this with no newline. */
    private static String templated(UsageRows usage, String format) {
        String text = format.equals("json")
                ? "{{json .}}"
                : format.startsWith(TABLE) ? format.substring(TABLE.length()).strip() : format;
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("Images", rows("*formatter.imageContext", usage.images()));
        all.put("Containers", rows("*formatter.ContainerContext", usage.containers()));
        all.put("Volumes", rows("*formatter.volumeContext", usage.volumes()));
        all.put("BuildCache", List.of());
        Template template;
        try {
            template = Template.parse(text.replace("\\t", "\t").replace("\\n", "\n"));
        } catch (FeluccaException e) {
            throw new CommandFailure(1, "template parsing error: " + e.getMessage(), e);
        }
        try {
            return template.applyStruct("*formatter.diskUsageContext", all);
        } catch (FeluccaException e) {
            throw new CommandFailure(1, e.getMessage(), e);
        }
    }

    private static List<Object> rows(String type, List<Map<String, Object>> rows) {
        List<Object> all = new ArrayList<>();
        rows.forEach(row -> all.add(Template.row(type, row)));
        return all;
    }
}
