package io.felucca.dockerfile;

/**
 * A here-document.
 *
 * @param name the word that ends it
 * @param expand whether variables in it are replaced: its word was not quoted
 * @param content with the newline of its last line; leading tabs are gone where its mark was {@code <<-}
 */
public record HereDocument(String name, boolean expand, String content) {}
