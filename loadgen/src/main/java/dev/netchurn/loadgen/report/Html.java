package dev.netchurn.loadgen.report;

/** HTML as it grows: what is text is escaped, so that nothing a user or a kernel wrote becomes markup. Owned by one thread. */
final class Html {

    private final StringBuilder text = new StringBuilder();

    /** Opens an element; attributes are names and values in turn. */
    Html open(String tag, String... attributes) {
        text.append('<').append(tag);
        for (int i = 0; i + 1 < attributes.length; i += 2) {
            text.append(' ').append(attributes[i]).append("=\"").append(escape(attributes[i + 1])).append('"');
        }
        text.append('>');
        return this;
    }

    Html close(String tag) {
        text.append("</").append(tag).append(">\n");
        return this;
    }

    Html text(String plain) {
        text.append(escape(plain));
        return this;
    }

    /** Markup that was escaped where it was made. */
    Html raw(String markup) {
        text.append(markup);
        return this;
    }

    /** A whole element with text in it. */
    Html element(String tag, String plain, String... attributes) {
        return open(tag, attributes).text(plain).close(tag);
    }

    static String escape(String plain) {
        return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
