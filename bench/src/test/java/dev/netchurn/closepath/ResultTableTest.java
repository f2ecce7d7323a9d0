package dev.netchurn.closepath;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ResultTableTest {

    @Test
    void hasALinePerResultInNanosecondsWithItsCosts() {
        assertThat(table("""
                [{"benchmark": "a.b.CloseIdleBenchmark.close", "params": {"linger": "OFF", "transport": "EPOLL"},
                  "primaryMetric": {"score": 1.5, "scoreError": 0.25, "scoreUnit": "us/op"},
                  "secondaryMetrics": {"systemCalls": {"score": 3.004, "scoreUnit": "calls/op"},
                                       "allocatedBytes": {"score": 208.2, "scoreUnit": "B/op"},
                                       "errors": {"score": 0, "scoreUnit": "#"}}}]""")).isEqualTo("""
                benchmark        parameters                  ns/op  ± 99.9 %  calls/op  bytes/op
                CloseIdle.close  linger=OFF transport=EPOLL   1500       250      3.00       208""");
    }

    @Test
    void showsTheMethodsOfAGroupInsteadOfTheirMean() {
        assertThat(table("""
                [{"benchmark": "a.ScrapeBenchmark.parallel",
                  "primaryMetric": {"score": 50, "scoreError": "NaN", "scoreUnit": "ns/op"},
                  "secondaryMetrics": {"record": {"score": 10, "scoreError": 1, "scoreUnit": "ns/op"},
                                       "scrape": {"score": 90, "scoreError": "NaN", "scoreUnit": "ns/op"}}}]""")).isEqualTo("""
                benchmark               parameters  ns/op  ± 99.9 %  calls/op  bytes/op
                Scrape.parallel:record                 10         1         -         -
                Scrape.parallel:scrape                 90         -         -         -""");
    }

    private static String table(String json) {
        return String.join("\n", ResultTable.lines(new JsonMapper().readTree(json)));
    }
}
