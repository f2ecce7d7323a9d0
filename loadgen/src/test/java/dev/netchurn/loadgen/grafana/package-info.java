/** What is shipped in {@code grafana/}: its conventions, and its queries against a real Prometheus. */
package dev.netchurn.loadgen.grafana;
