package io.felucca.git;

import io.felucca.FeluccaException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A folder of a git repository at one commit, as Docker writes it: {@code https://host/x.git#reference:folder}.
 *
 * @param url http, https or git; it may have credentials
 * @param reference a branch, a tag, the whole name of a reference or a commit's id; HEAD by default
 * @param folder below the repository's root; empty for all
 */
public record GitReference(String url, String reference, String folder) {

    private static final Pattern GIT = Pattern.compile("(?i)(git://|ssh://|git@|github\\.com/).+");
    private static final Pattern WEB = Pattern.compile("(?i)https?://[^#?]+\\.git(#.*)?");
    private static final Pattern CREDENTIALS = Pattern.compile("//[^/@]*@");

    /** Whether Docker takes a word for a git repository. */
    public static boolean isGit(String word) {
        return GIT.matcher(word).matches() || WEB.matcher(word).matches();
    }

    /** @throws FeluccaException UNSUPPORTED for a protocol that is not spoken */
    public static GitReference parse(String word) {
        String[] parts = word.split("#", 2);
        String url = parts[0].toLowerCase(Locale.ROOT).startsWith("github.com/") ? "https://" + parts[0] : parts[0];
        String fragment = parts.length > 1 ? parts[1] : "";
        int colon = fragment.indexOf(':');
        String reference = colon < 0 ? fragment : fragment.substring(0, colon);
        return new GitReference(
                url, reference.isEmpty() ? "HEAD" : reference, colon < 0 ? "" : fragment.substring(colon + 1));
    }

    public GitReference {
        if (!url.matches("(?i)(https?|git)://[^/].*")) {
            throw FeluccaException.unsupported("cannot fetch " + withoutCredentials(url)
                    + ": git repositories are reached by https, http and git alone; give a URL that begins so");
        }
    }

    /** The URL, fit for messages. */
    public String shown() {
        return withoutCredentials(url);
    }

    /** The text without what stands before the host of a URL in it. */
    public static String withoutCredentials(String url) {
        return CREDENTIALS.matcher(url).replaceAll("//");
    }
}
