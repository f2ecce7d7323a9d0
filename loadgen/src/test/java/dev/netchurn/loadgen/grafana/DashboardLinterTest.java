package dev.netchurn.loadgen.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(30)
class DashboardLinterTest {

    @ParameterizedTest
    @MethodSource("dev.netchurn.loadgen.grafana.Dashboard#all")
    void shippedDashboardsKeepEveryRule(Dashboard dashboard) {
        assertThat(dashboard.panels()).hasSizeGreaterThan(10);
        assertThat(DashboardLinter.violations(dashboard)).isEmpty();
    }

    @Test
    void dashboardsAndPanelsHaveIdentitiesOfTheirOwn() throws IOException {
        Set<String> uids = new HashSet<>();
        for (Dashboard dashboard : Dashboard.all()) {
            assertThat(uids.add(dashboard.json().at("/uid").asString())).isTrue();
            assertThat(dashboard.json().at("/panels").valueStream().map(panel -> panel.at("/id").asInt()))
                    .doesNotHaveDuplicates();
        }
        assertThat(uids).containsExactlyInAnyOrder("netchurn-run", "netchurn-host");
    }

    /** A state has one colour wherever it is drawn. */
    @Test
    void aStateHasTheSameColourEverywhere() throws IOException {
        Set<String> colours = new HashSet<>();
        for (Dashboard dashboard : Dashboard.all()) {
            for (JsonNode panel : dashboard.panels()) {
                for (JsonNode override : panel.at("/fieldConfig/overrides")) {
                    if (override.at("/matcher/options").asString("").equals("TIME_WAIT")) {
                        colours.add(override.at("/properties/0/value/fixedColor").asString());
                    }
                }
            }
        }
        assertThat(colours).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            uneditable-dashboard                | "editable" : false          | "editable" : true
            template-datasource-rule            | "label" : "Data source"     | "label" : "Source"
            template-job-rule                   | label_values(netchurn_run_phase, job) | label_values(up, job)
            template-instance-rule              | "name" : "instance"         | "name" : "host"
            template-label-rule                 | "label" : "job"             | "label" : "Job"
            template-multi-rule                 | "allValue" : ".+"           | "allValue" : ".*"
            template-on-time-change-reload-rule | "refresh" : 2               | "refresh" : 1
            panel-datasource-rule               | ${datasource}               | netchurn-prometheus
            target-datasource-rule              | ${datasource}               | netchurn-prometheus
            annotation-datasource-rule          | ${datasource}               | netchurn-prometheus
            panel-title-description-rule        | "title" : "In flight"       | "title" : ""
            panel-units-rule                    | "unit" : "cps"              | "unit" : "per second"
            target-job-rule                     | {job=~\\"$job\\", instance=~\\"$instance\\"} | {instance=~\\"$instance\\"}
            target-instance-rule                | {job=~\\"$job\\", instance=~\\"$instance\\"} | {job=~\\"$job\\"}
            target-rate-interval-rule           | [$__rate_interval]          | [1m]
            target-counter-agg-rule             | sum(rate(netchurn_connections_total | sum((netchurn_connections_total
            target-known-metric-rule            | netchurn_tcp_sockets        | netchurn_sockets
            target-promql-rule                  | netchurn_connections_in_flight | connections_in_flight
            """)
    void aDashboardThatBreaksARuleIsFound(String rule, String shipped, String broken) throws IOException {
        String text = JsonMapper.builder().build().writerWithDefaultPrettyPrinter()
                .writeValueAsString(Dashboard.named("run.json").json());
        assertThat(text).contains(shipped);

        Dashboard changed = new Dashboard("changed", JsonMapper.shared().readTree(text.replace(shipped, broken)));

        assertThat(DashboardLinter.violations(changed)).anyMatch(violation -> violation.startsWith(rule + ": "));
    }
}
