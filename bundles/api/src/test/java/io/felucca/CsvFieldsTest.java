package io.felucca;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CsvFieldsTest {

    @Test
    void commasPartFields() {
        assertThat(CsvFields.of("type=bind,ro,source=/a b")).containsExactly("type=bind", "ro", "source=/a b");
        assertThat(CsvFields.of("")).containsExactly("");
        assertThat(CsvFields.of("a,")).containsExactly("a", "");
    }

    @Test
    void aQuotedFieldMayHoldCommasAndQuotes() {
        assertThat(CsvFields.of("\"source=/a,b\",\"x\"\"y\"")).containsExactly("source=/a,b", "x\"y");
    }

    @Test
    void aQuoteInsideAFieldIsACharacter() {
        assertThat(CsvFields.of("source=/a\"b,ro")).containsExactly("source=/a\"b", "ro");
    }
}
