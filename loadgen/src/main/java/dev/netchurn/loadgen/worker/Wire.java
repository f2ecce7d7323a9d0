package dev.netchurn.loadgen.worker;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Commands and messages as lines of JSON. Safe to use from any thread. */
public final class Wire {

    private final JsonMapper mapper = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** One line, without its end. */
    public String write(Command command) {
        return mapper.writeValueAsString(command);
    }

    /** One line, without its end. */
    public String write(Message message) {
        return mapper.writeValueAsString(message);
    }

    /** Reads what {@link #write(Command)} wrote. */
    public Command command(String line) {
        return mapper.readValue(line, Command.class);
    }

    /** Reads what {@link #write(Message)} wrote. */
    public Message message(String line) {
        return mapper.readValue(line, Message.class);
    }
}
