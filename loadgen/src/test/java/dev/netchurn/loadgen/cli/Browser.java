package dev.netchurn.loadgen.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Chromium without a window, driven over the WebDriver protocol (W3C). Owned by one thread. */
final class Browser implements AutoCloseable {

    private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");
    private static final List<String> ARGUMENTS = List.of("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--hide-scrollbars", "--force-device-scale-factor=1");

    private final Process driver;
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper mapper = new JsonMapper();
    private final String session;

    private Browser(Process driver, int port, Path profile) throws IOException, InterruptedException {
        this.driver = driver;
        List<String> arguments = new ArrayList<>(ARGUMENTS);
        arguments.add("--user-data-dir=" + profile);
        String sessions = "http://127.0.0.1:" + port + "/session";
        JsonNode made = post(sessions, Map.of("capabilities", Map.of("alwaysMatch", Map.of(
                "goog:chromeOptions", Map.of("args", arguments),
                "goog:loggingPrefs", Map.of("browser", "ALL", "performance", "ALL")))));
        session = sessions + "/" + made.at("/sessionId").asString();
    }

    /** Whether the programs are installed. */
    static boolean isInstalled() {
        return program("chromedriver").isPresent() && program("chromium").isPresent();
    }

    /** @param profile an empty folder */
    static Browser start(Path profile) throws IOException, InterruptedException {
        Process driver = new ProcessBuilder(program("chromedriver").orElseThrow().toString(), "--port=0")
                .redirectErrorStream(true).start();
        BufferedReader lines = driver.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher started = STARTED.matcher(line);
            if (started.find()) {
                Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {
                }));
                return new Browser(driver, Integer.parseInt(started.group(1)), profile);
            }
        }
        throw new IOException("chromedriver did not start");
    }

    void open(URI page) throws IOException, InterruptedException {
        post(session + "/url", Map.of("url", page.toString()));
    }

    void resize(int width, int height) throws IOException, InterruptedException {
        command("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** As a system that prefers dark or light would. */
    void prefer(String scheme) throws IOException, InterruptedException {
        command("Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        // The page is told with its next frame.
        run("return new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))");
    }

    /** What a script returns; a script that fails is an error here. */
    JsonNode run(String script) throws IOException, InterruptedException {
        return post(session + "/execute/sync", Map.of("script", script, "args", List.of()));
    }

    /** Moves the mouse, in pixels of the page as it is scrolled; presses at the first point when there are two. */
    void mouse(int[]... path) throws IOException, InterruptedException {
        List<Map<String, Object>> actions = new ArrayList<>();
        for (int i = 0; i < path.length; i++) {
            actions.add(Map.of("type", "pointerMove", "duration", 60, "x", path[i][0], "y", path[i][1]));
            if (path.length > 1 && i == 0) {
                actions.add(Map.of("type", "pointerDown", "button", 0));
            }
        }
        if (path.length > 1) {
            actions.add(Map.of("type", "pointerUp", "button", 0));
        }
        post(session + "/actions", Map.of("actions", List.of(Map.of("type", "pointer", "id", "mouse", "actions", actions))));
    }

    /** Types one key into whatever has the focus. */
    void key(String key) throws IOException, InterruptedException {
        post(session + "/actions", Map.of("actions", List.of(Map.of("type", "key", "id", "keys", "actions",
                List.of(Map.of("type", "keyDown", "value", key), Map.of("type", "keyUp", "value", key))))));
    }

    /** What was written to the console since the last call, except of what is only chat. */
    List<String> complaints() throws IOException, InterruptedException {
        List<String> complaints = new ArrayList<>();
        for (JsonNode entry : post(session + "/se/log", Map.of("type", "browser"))) {
            if (List.of("SEVERE", "WARNING").contains(entry.at("/level").asString())) {
                complaints.add(entry.at("/message").asString());
            }
        }
        return complaints;
    }

    /** Addresses that the page asked for since the last call. */
    List<String> requests() throws IOException, InterruptedException {
        List<String> requests = new ArrayList<>();
        for (JsonNode entry : post(session + "/se/log", Map.of("type", "performance"))) {
            JsonNode message = mapper.readTree(entry.at("/message").asString()).at("/message");
            if (message.at("/method").asString().equals("Network.requestWillBeSent")) {
                requests.add(message.at("/params/request/url").asString());
            }
        }
        return requests;
    }

    void screenshot(Path file) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(session + "/screenshot")).build();
        JsonNode answer = mapper.readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        Files.write(file, Base64.getDecoder().decode(answer.at("/value").asString()));
    }

    /** Length of the page when printed, in bytes of PDF. */
    int printed() throws IOException, InterruptedException {
        return Base64.getDecoder().decode(post(session + "/print", Map.of()).asString()).length;
    }

    @Override
    public void close() {
        try {
            client.send(HttpRequest.newBuilder(URI.create(session)).DELETE().build(), HttpResponse.BodyHandlers.discarding());
        } catch (IOException | InterruptedException _) {
            // The driver is ended all the same, and takes the browser with it.
        } finally {
            client.close();
            driver.destroy();
        }
    }

    private void command(String name, Map<String, Object> parameters) throws IOException, InterruptedException {
        post(session + "/goog/cdp/execute", Map.of("cmd", name, "params", parameters));
    }

    private JsonNode post(String uri, Map<String, ?> body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri)).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(mapper.writeValueAsString(body))).build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        JsonNode value = mapper.readTree(answer.body()).at("/value");
        if (answer.statusCode() != 200) {
            throw new IOException(uri + ": " + value.at("/error").asString() + ": " + value.at("/message").asString());
        }
        return value;
    }

    private static Optional<Path> program(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":")).map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable).findFirst();
    }
}
