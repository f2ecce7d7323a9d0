package dev.netchurn.loadgen.grafana;

import dev.netchurn.metrics.MeterName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The rules of Grafana's dashboard-linter, under its names, as far as they apply to dashboards with Prometheus; and one of our
 * own: every metric must be one that we publish. Whether an expression is PromQL at all, Prometheus itself is asked elsewhere.
 */
final class DashboardLinter {

    private static final String DATA_SOURCE = "${datasource}";
    private static final Set<String> NEED_A_UNIT = Set.of("stat", "table", "timeseries", "gauge", "heatmap");
    private static final Set<String> UNITS = Set.of("none", "short", "s", "percentunit", "cps", "bytes");
    private static final Pattern METRIC = Pattern.compile("\\b(netchurn_\\w+)(\\{[^}]*})?");
    private static final Pattern RANGE_FUNCTION =
            Pattern.compile("\\b(rate|irate|increase)\\(netchurn_\\w+(\\{[^}]*})?\\[([^]]*)]");
    private static final Pattern RANGE_CALL = Pattern.compile("\\b(rate|irate|increase)\\(");

    private final Dashboard dashboard;
    private final List<String> violations = new ArrayList<>();

    private DashboardLinter(Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    /** One line per violation, which begins with the name of the rule. */
    static List<String> violations(Dashboard dashboard) {
        DashboardLinter linter = new DashboardLinter(dashboard);
        linter.uneditable();
        linter.dataSourceVariable();
        linter.variable("job", "label_values\\(netchurn_\\w+, job\\)");
        linter.variable("instance", "label_values\\(netchurn_\\w+\\{job=~\"\\$job\"}, instance\\)");
        linter.otherVariables();
        dashboard.panels().forEach(linter::panel);
        dashboard.panelQueries().forEach(linter::expression);
        dashboard.annotationQueries().forEach(linter::expression);
        dashboard.json().at("/annotations/list").forEach(annotation -> linter.usesVariable("annotation-datasource-rule",
                annotation.at("/name").asString(), annotation));
        return linter.violations;
    }

    private void uneditable() {
        require("uneditable-dashboard", !dashboard.json().at("/editable").asBoolean(true), "can be edited");
    }

    private void dataSourceVariable() {
        List<JsonNode> found =
                dashboard.variables().stream().filter(variable -> variable.at("/type").asString().equals("datasource"))
                        .toList();
        require("template-datasource-rule", found.size() == 1 && found.getFirst().at("/name").asString().equals("datasource")
                && found.getFirst().at("/label").asString().equals("Data source")
                && found.getFirst().at("/query").asString().equals("prometheus"),
                "needs exactly one data source variable, named datasource, label Data source");
    }

    private void variable(String name, String query) {
        String rule = "template-" + name + "-rule";
        JsonNode variable =
                dashboard.variables().stream().filter(found -> found.at("/name").asString().equals(name)).findFirst()
                        .orElse(null);
        if (variable == null) {
            violations.add(rule + ": " + dashboard.file() + " has no variable " + name);
            return;
        }
        require(rule, variable.at("/query/query").asString().matches(query), "variable " + name + " asks otherwise");
    }

    private void otherVariables() {
        for (JsonNode variable : dashboard.variables()) {
            if (!variable.at("/type").asString().equals("query")) {
                continue;
            }
            String name = variable.at("/name").asString();
            require("template-label-rule", variable.at("/label").asString().equals(name), name + " is labelled otherwise");
            require("template-multi-rule", variable.at("/multi").asBoolean() && variable.at("/includeAll").asBoolean()
                    && variable.at("/allValue").asString().equals(".+"), name + " is not multi-value with .+ for all");
            require("template-on-time-change-reload-rule", variable.at("/refresh").asInt() == 2,
                    name + " does not follow the time range");
            usesVariable("template-datasource-reference-rule", name, variable);
        }
    }

    private void panel(JsonNode panel) {
        String title = panel.at("/title").asString("");
        require("panel-title-description-rule", !title.isBlank() && !panel.at("/description").asString("").isBlank(),
                "a panel lacks a title or a description: " + title);
        require("panel-no-targets-rule", !panel.at("/targets").isEmpty(), title + " asks nothing");
        usesVariable("panel-datasource-rule", title, panel);
        panel.at("/targets").forEach(target -> usesVariable("target-datasource-rule", title, target));
        String unit = panel.at("/fieldConfig/defaults/unit").asString("");
        require("panel-units-rule", !NEED_A_UNIT.contains(panel.at("/type").asString())
                || !panel.at("/fieldConfig/defaults/mappings").isEmpty() || UNITS.contains(unit),
                title + " has the unit '" + unit + "'");
    }

    private void expression(Dashboard.Query query) {
        Matcher metric = METRIC.matcher(query.expression());
        int metrics = 0;
        while (metric.find()) {
            metrics++;
            String selector = metric.group(2) == null ? "" : metric.group(2);
            require("target-job-rule", selector.contains("job=~\"$job\""), query.where());
            require("target-instance-rule", selector.contains("instance=~\"$instance\""), query.where());
            require("target-known-metric-rule", isPublished(metric.group(1)), query.where() + ": " + metric.group(1));
            require("target-counter-agg-rule", !metric.group(1).matches(".*_(total|bucket)")
                    || query.expression().substring(0, metric.start()).matches("(?s).*\\b(rate|irate|increase)\\("),
                    query.where() + ": " + metric.group(1) + " is shown without a rate");
        }
        require("target-promql-rule", metrics > 0, query.where() + " asks for no metric of ours");
        rateIntervals(query);
    }

    private void rateIntervals(Dashboard.Query query) {
        long calls = RANGE_CALL.matcher(query.expression()).results().count();
        long right = RANGE_FUNCTION.matcher(query.expression()).results()
                .filter(call -> call.group(3).equals("$__rate_interval")).count();
        require("target-rate-interval-rule", calls == right, query.where());
    }

    private static boolean isPublished(String metric) {
        Set<String> names = Arrays.stream(MeterName.values()).map(MeterName::text).collect(Collectors.toSet());
        return names.contains(metric) || names.contains(metric.replaceFirst("_(bucket|count|sum)$", ""));
    }

    private void usesVariable(String rule, String what, JsonNode owner) {
        require(rule, owner.at("/datasource/type").asString("").equals("prometheus")
                && owner.at("/datasource/uid").asString("").equals(DATA_SOURCE), what + " does not use $datasource");
    }

    private void require(String rule, boolean kept, String otherwise) {
        if (!kept) {
            violations.add(rule + ": " + dashboard.file() + ": " + otherwise);
        }
    }
}
