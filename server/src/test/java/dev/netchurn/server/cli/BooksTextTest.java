package dev.netchurn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.server.ServerBooks;
import org.junit.jupiter.api.Test;

class BooksTextTest {

    @Test
    void leavesOutWhatDidNotGoWrong() {
        ServerBooks books = new ServerBooks(12_000, 11_000, 500, 400, 100, 0, 0, 0, 0, 0, 0, 0);
        assertThat(BooksText.line(12, books, 1000.4)).isEqualTo(
                "    12s      1,000/s accepted 12,000  closed after client 11,000, first 500  reset 400  open 100");
        assertThat(BooksText.table(books)).startsWith("Books of this target\n").contains("12,000").doesNotContain("errors");
    }

    @Test
    void namesWhatDid() {
        ServerBooks books = new ServerBooks(4, 1, 0, 0, 3, 3, 2, 3, 100, 4, 5, 6);
        assertThat(BooksText.line(0, books, 0))
                .endsWith(
                        "open 3  leaked 3  bytes after the FIN 100  exchanges failed 2  unread bytes 3  accept pauses 4  accept errors 5  loop errors 6");
        assertThat(BooksText.table(books)).contains("exchanges failed", "accept pauses", "accept errors", "loop errors");
    }
}
