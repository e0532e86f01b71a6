package io.felucca.shell.container.options;

import io.felucca.containers.HostConfig.Device;
import io.felucca.containers.HostConfig.DeviceLimit;
import io.felucca.containers.HostConfig.Ulimit;
import io.felucca.shell.command.Values;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Forms of the values of {@code run}, {@code create} and {@code build}; what is malformed is told in Docker's words. */
public final class Forms {

    private Forms() {}

    /** {@code -a stdout} */
    static final class StreamName implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            String name = text.toLowerCase(Locale.ROOT);
            if (!Set.of("stdin", "stdout", "stderr").contains(name)) {
                throw new TypeConversionException("valid streams are STDIN, STDOUT and STDERR");
            }
            return name;
        }
    }

    /** {@code --ulimit nofile=1024:2048} */
    public static final class UlimitForm implements ITypeConverter<Ulimit> {
        @Override
        public Ulimit convert(String text) {
            String[] nameAndLimits = text.split("=", 2);
            if (nameAndLimits.length < 2) {
                throw new TypeConversionException("invalid ulimit argument: " + text);
            }
            String[] limits = nameAndLimits[1].split(":", -1);
            if (limits.length > 2) {
                throw new TypeConversionException("too many limit value arguments - " + nameAndLimits[1]
                        + ", can only have up to two, `soft[:hard]`");
            }
            long soft = limit(limits[0]);
            long hard = limits.length == 1 ? soft : limit(limits[1]);
            if (hard >= 0 && (soft < 0 || soft > hard)) {
                throw new TypeConversionException(
                        "ulimit soft limit must be less than or equal to hard limit: " + soft + " > " + hard);
            }
            return new Ulimit(nameAndLimits[0], soft, hard);
        }

        private static long limit(String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
            }
        }
    }

    /** {@code --device /dev/a[:/dev/b][:rwm]} */
    static final class DeviceForm implements ITypeConverter<Device> {
        @Override
        public Device convert(String text) {
            String[] parts = text.split(":", -1);
            boolean onlyPermissions = parts.length == 2 && parts[1].matches("[rwm]+");
            String inside = parts.length == 1 || onlyPermissions ? parts[0] : parts[1];
            String permissions = onlyPermissions ? parts[1] : parts.length == 3 ? parts[2] : "rwm";
            if (parts.length > 3 || parts[0].isEmpty() || inside.isEmpty() || !permissions.matches("[rwm]+")) {
                throw new TypeConversionException("bad format for path: " + text);
            }
            return new Device(parts[0], inside, permissions);
        }
    }

    /** {@code /dev/a:value}: what is told of a value is the subclass's. */
    private abstract static class DeviceLimitForm implements ITypeConverter<DeviceLimit> {

        abstract long value(String text);

        abstract String wrong(String word);

        @Override
        public DeviceLimit convert(String word) {
            int colon = word.indexOf(':');
            if (colon < 1) {
                throw new TypeConversionException("bad format: " + word);
            }
            String path = word.substring(0, colon);
            if (!path.startsWith("/dev/")) {
                throw new TypeConversionException("bad format for device path: " + word);
            }
            try {
                return new DeviceLimit(path, value(word.substring(colon + 1)));
            } catch (NumberFormatException | TypeConversionException e) {
                throw new TypeConversionException(wrong(word));
            }
        }
    }

    /** {@code --blkio-weight-device /dev/a:100} */
    static final class DeviceWeight extends DeviceLimitForm {
        @Override
        long value(String text) {
            int weight = Integer.parseUnsignedInt(text);
            if (weight != 0 && (weight < 10 || weight > 1000)) {
                throw new NumberFormatException(text);
            }
            return weight;
        }

        @Override
        String wrong(String word) {
            return "invalid weight for device: " + word;
        }
    }

    /** {@code --device-read-bps /dev/a:1mb} */
    static final class DeviceBytes extends DeviceLimitForm {
        @Override
        long value(String text) {
            return Values.bytes(text);
        }

        @Override
        String wrong(String word) {
            return "invalid rate for device: " + word + ". The correct format is <device-path>:<number>[<unit>]."
                    + " Number must be a positive integer. Unit is optional and can be kb, mb, or gb";
        }
    }

    /** {@code --device-read-iops /dev/a:1000} */
    static final class DeviceOperations extends DeviceLimitForm {
        @Override
        long value(String text) {
            return Long.parseUnsignedLong(text);
        }

        @Override
        String wrong(String word) {
            return "invalid rate for device: " + word
                    + ". The correct format is <device-path>:<number>. Number must be a positive integer";
        }
    }

    /** {@code --add-host host:ip} or {@code host=ip}, given on as the first. */
    public static final class ExtraHost implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            int at = text.indexOf('=') > 0 ? text.indexOf('=') : text.indexOf(':');
            if (at <= 0) {
                throw new TypeConversionException("bad format for add-host: \"" + text + "\"");
            }
            String address = text.substring(at + 1);
            if (!address.equals("host-gateway") && !isAddress(address)) {
                throw new TypeConversionException("invalid IP address in add-host: \"" + address + "\"");
            }
            return text.substring(0, at) + ":" + address;
        }
    }

    /** {@code --dns 9.9.9.9} */
    static final class Address implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (!isAddress(text)) {
                throw new TypeConversionException("IP address is not correctly formatted: " + text);
            }
            return text;
        }
    }

    private static boolean isAddress(String text) {
        return text.matches("\\d{1,3}(\\.\\d{1,3}){3}") || text.matches("\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?");
    }
}
