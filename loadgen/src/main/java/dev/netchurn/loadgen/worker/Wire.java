package dev.netchurn.loadgen.worker;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Commands and messages as lines of JSON. Safe to use from any thread. */
public final class Wire {

    private final JsonMapper mapper = JsonMapper.builder()
            // A record is its components; what else it can tell, such as isSettled(), is not sent.
            .changeDefaultVisibility(checker -> checker.withIsGetterVisibility(JsonAutoDetect.Visibility.NONE))
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
