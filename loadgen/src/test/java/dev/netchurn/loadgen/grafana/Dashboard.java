package dev.netchurn.loadgen.grafana;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A dashboard of the folder {@code grafana/dashboards}, and the queries in it. */
record Dashboard(String file, JsonNode json) {

    /** A query of a panel, a variable or an annotation; {@code where} is for messages. */
    record Query(String where, String expression) {
    }

    static Path folder() {
        return Path.of(System.getProperty("netchurn.home", ".."), "grafana").toAbsolutePath().normalize();
    }

    static List<Dashboard> all() throws IOException {
        try (Stream<Path> files = Files.list(folder().resolve("dashboards"))) {
            List<Dashboard> all = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
                all.add(new Dashboard(file.getFileName().toString(), JsonMapper.shared().readTree(Files.readString(file))));
            }
            return all;
        }
    }

    static Dashboard named(String file) throws IOException {
        return all().stream().filter(dashboard -> dashboard.file.equals(file)).findFirst().orElseThrow();
    }

    /** The panels that show something; rows are only headings. */
    List<JsonNode> panels() {
        return json.at("/panels").valueStream().filter(panel -> !panel.at("/type").asString().equals("row")).toList();
    }

    List<JsonNode> variables() {
        return json.at("/templating/list").valueStream().toList();
    }

    List<Query> panelQueries() {
        List<Query> queries = new ArrayList<>();
        for (JsonNode panel : panels()) {
            for (JsonNode target : panel.at("/targets").valueStream().toList()) {
                queries.add(
                        new Query(file + ", panel '" + panel.at("/title").asString() + "' " + target.at("/refId").asString(),
                                target.at("/expr").asString()));
            }
        }
        return queries;
    }

    List<Query> annotationQueries() {
        return json.at("/annotations/list").valueStream()
                .map(annotation -> new Query(file + ", annotation '" + annotation.at("/name").asString() + "'",
                        annotation.at("/expr").asString()))
                .toList();
    }

    /** Of the variables that ask the data source: {@code label_values(SELECTOR, LABEL)}. */
    List<Query> variableQueries() {
        return variables().stream().filter(variable -> variable.at("/type").asString().equals("query"))
                .map(variable -> new Query(file + ", variable " + variable.at("/name").asString(),
                        variable.at("/query/query").asString()))
                .toList();
    }

    /** The expression as Grafana sends it when every variable is at "All" and the scrape interval is a second. */
    static String substituted(String expression) {
        return expression.replace("$__rate_interval", "4s").replaceAll("\\$(job|instance|port)\\b", ".+");
    }
}
