package dev.netchurn.linux;

/** RLIMIT_NOFILE: open descriptors that this process may have now, and how far it may raise that itself. */
public record DescriptorLimit(long soft, long hard) {
}
